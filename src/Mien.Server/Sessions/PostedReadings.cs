namespace Mien.Server.Sessions;

/// <summary>A session that a program records through the API.</summary>
/// <param name="Name">The session's name; one that exists already is continued.</param>
/// <param name="Labels">The labels of all its readings.</param>
/// <param name="Source">Where the frames come from.</param>
/// <param name="Model">The name of the model that reads them.</param>
/// <param name="RetentionDays">How many days a reading is kept after it was stored; until it is deleted if left out.</param>
internal sealed record PostedSession(string Name, IReadOnlyList<string> Labels, string Source, string Model, double? RetentionDays = null);

/// <summary>What a program has read itself: numbers, never pictures.</summary>
/// <param name="Frames">The frames in the order of their times, also those without faces.</param>
/// <param name="Events">Who came and went.</param>
internal sealed record PostedReadings(IReadOnlyList<PostedFrame> Frames, IReadOnlyList<PostedEvent>? Events = null);

/// <summary>One frame.</summary>
/// <param name="Frame">Its number in its source, from 0.</param>
/// <param name="Time">When it was taken, in seconds from the start of the recording; later than the frame before.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Faces">The faces that have an id.</param>
internal sealed record PostedFrame(long Frame, double Time, int Width, int Height, IReadOnlyList<PostedFace> Faces);

/// <summary>One face of a frame.</summary>
/// <param name="Track">Its id, from 1.</param>
/// <param name="Box">[x, y, width, height] in pixels.</param>
/// <param name="Detection">Confidence of the detector, 0 to 1.</param>
/// <param name="Scores">The probability of each label of the session in this frame alone.</param>
/// <param name="Smoothed">The probability of each label, smoothed over time.</param>
internal sealed record PostedFace(int Track, IReadOnlyList<float> Box, float Detection, IReadOnlyDictionary<string, float> Scores, IReadOnlyDictionary<string, float> Smoothed);

/// <summary>A face came or went.</summary>
/// <param name="Time">When it was first or last seen, in seconds.</param>
/// <param name="Event">entered or left.</param>
/// <param name="Track">The face's id.</param>
internal sealed record PostedEvent(double Time, string Event, int Track);

/// <summary>A segment begins.</summary>
/// <param name="Time">When, in seconds from the start of the recording.</param>
/// <param name="Marker">The segment's name.</param>
internal sealed record PostedMarker(double Time, string Marker);

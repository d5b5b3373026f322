namespace Mien.Client;

/// <summary>A line of what a video, a stream or a session reads as.</summary>
/// <param name="Source">What the recording is called.</param>
/// <param name="Time">Seconds from its start.</param>
public abstract record RecordedLine(string Source, double Time);

/// <summary>A frame and its faces.</summary>
/// <param name="Source">What the recording is called.</param>
/// <param name="Time">Seconds from its start.</param>
/// <param name="Frame">Its number.</param>
/// <param name="Width">Width in pixels, upright.</param>
/// <param name="Height">Height in pixels, upright.</param>
/// <param name="Faces">The faces that have an id, by id.</param>
public sealed record RecordedFrame(string Source, double Time, long Frame, int Width, int Height, IReadOnlyList<RecordedFace> Faces) : RecordedLine(Source, Time);

/// <summary>One face of a frame and what its expression reads as: a prediction, not the person's inner state.</summary>
/// <param name="Track">Its id: from 1 on, never used twice.</param>
/// <param name="Box">[x, y, width, height] in pixels, from the top left corner.</param>
/// <param name="Detection">Confidence of the detector, 0 to 1.</param>
/// <param name="Scores">The probability of each label in this frame alone.</param>
/// <param name="Smoothed">The probability of each label, smoothed over time.</param>
/// <param name="Label">The most probable label of this frame alone; the server gives it.</param>
/// <param name="Valence">-1 to 1, derived from the smoothed scores; null if a label has no place there.</param>
/// <param name="Arousal">-1 to 1, derived from the smoothed scores; null if a label has no place there.</param>
public sealed record RecordedFace(int Track, IReadOnlyList<double> Box, double Detection, IReadOnlyDictionary<string, double> Scores, IReadOnlyDictionary<string, double> Smoothed,
    string? Label = null, double? Valence = null, double? Arousal = null);

/// <summary>Something that happened.</summary>
/// <param name="Source">What the recording is called.</param>
/// <param name="Time">Seconds from its start.</param>
/// <param name="Event"><c>entered</c>, <c>left</c>, <c>marker</c>, <c>alert-raised</c> or <c>alert-cleared</c>.</param>
/// <param name="Track">The face that it is about, if any.</param>
/// <param name="Marker">The name of a marker.</param>
public sealed record RecordedEvent(string Source, double Time, string Event, int? Track = null, string? Marker = null) : RecordedLine(Source, Time);

/// <summary>What came of a recording.</summary>
/// <param name="Summary">In all, and from marker to marker.</param>
/// <param name="Timeline">Bins of equal length over all of it.</param>
/// <param name="Markers">The markers, by time.</param>
public record Recording(RecordingSummary Summary, IReadOnlyList<TimelineBin> Timeline, IReadOnlyList<RecordingMarker> Markers);

/// <summary>What came of a recording.</summary>
/// <param name="Whole">From the first frame to the last.</param>
/// <param name="Segments">From marker to marker; empty without markers.</param>
public sealed record RecordingSummary(RecordingPeriod Whole, IReadOnlyList<RecordingPeriod> Segments);

/// <summary>What came of a stretch of time.</summary>
/// <param name="Start">Its beginning, in seconds.</param>
/// <param name="End">Its end, in seconds.</param>
/// <param name="MostPeople">The most faces in one frame.</param>
/// <param name="Everyone">All faces together.</param>
/// <param name="Marker">The marker that it begins with, if any.</param>
public sealed record RecordingPeriod(double Start, double End, int MostPeople, ExpressionShares Everyone, string? Marker = null);

/// <summary>Expressions over time.</summary>
/// <param name="Seconds">The time that was read, summed over faces.</param>
/// <param name="Shares">The share of that time for which each label was the most probable.</param>
/// <param name="Valence">The mean, -1 to 1, derived from the scores.</param>
/// <param name="Arousal">The mean, -1 to 1, derived from the scores.</param>
public sealed record ExpressionShares(double Seconds, IReadOnlyDictionary<string, double> Shares, double? Valence = null, double? Arousal = null);

/// <summary>A bin of a timeline.</summary>
/// <param name="Start">Its beginning, in seconds.</param>
/// <param name="End">Its end, in seconds.</param>
/// <param name="People">How many faces were read, on average.</param>
/// <param name="Scores">What they read as, on average; null where there was no face.</param>
/// <param name="Valence">-1 to 1, derived from the scores.</param>
public sealed record TimelineBin(double Start, double End, double People, IReadOnlyDictionary<string, double>? Scores = null, double? Valence = null);

/// <summary>A marker.</summary>
/// <param name="Time">When its segment begins, in seconds.</param>
/// <param name="Marker">Its name.</param>
public sealed record RecordingMarker(double Time, string Marker);

/// <summary>A video that was sent to be read.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Source">What it is called.</param>
/// <param name="Status"><c>queued</c>, <c>running</c>, <c>done</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="Frames">How many frames were read so far.</param>
/// <param name="Seconds">The time of the last one.</param>
/// <param name="Progress">0 to 1; null where the video does not say how long it is.</param>
/// <param name="Problem">Why it failed.</param>
/// <param name="Message">Where reading stopped, if before the video's end.</param>
public sealed record VideoJob(string Id, string Source, string Status, long Frames, double Seconds, double? Progress = null, VideoProblem? Problem = null, string? Message = null)
{
    /// <summary>Whether it will change no more.</summary>
    public bool HasEnded => Status is not ("queued" or "running");
}

/// <summary>Why a video could not be read.</summary>
/// <param name="Type">The type of the problem, such as <c>urn:mien:problem:unreadable-video</c>.</param>
/// <param name="Detail">What is wrong with it.</param>
public sealed record VideoProblem(string Type, string Detail);

/// <summary>A session that the server has stored.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">The labels of all its readings.</param>
/// <param name="Created">When its first part began.</param>
/// <param name="Updated">When something was recorded last.</param>
/// <param name="Seconds">The time of its last frame or marker.</param>
/// <param name="Frames">How many frames are stored.</param>
/// <param name="Tracks">The highest id of a face.</param>
/// <param name="RetentionDays">How many days a reading is kept; null if until it is deleted.</param>
public record StoredSession(string Name, IReadOnlyList<string> Labels, DateTimeOffset Created, DateTimeOffset Updated, double Seconds, long Frames, int Tracks, double? RetentionDays = null);

/// <summary>A session to be recorded.</summary>
/// <param name="Name">Its name; one that exists already is continued.</param>
/// <param name="Labels">The labels of all its readings.</param>
/// <param name="Source">Where the frames come from.</param>
/// <param name="Model">The name of the model that reads them.</param>
/// <param name="RetentionDays">How many days a reading is kept; until it is deleted if null.</param>
public sealed record NewSession(string Name, IReadOnlyList<string> Labels, string Source, string Model, double? RetentionDays = null);

/// <summary>The faces of one picture and which parts of each carried its label.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Faces">The most confident detection first.</param>
public sealed record PictureExplanation(int Width, int Height, IReadOnlyList<FaceMap> Faces);

/// <summary>The heat map of one face.</summary>
/// <param name="Box">[x, y, width, height] in pixels.</param>
/// <param name="Label">The label that is explained.</param>
/// <param name="Probability">Its probability for the whole face.</param>
/// <param name="Map">Rows from the top of the upright face: by how much the probability falls when the cell is covered.</param>
public sealed record FaceMap(IReadOnlyList<double> Box, string Label, double Probability, IReadOnlyList<IReadOnlyList<double>> Map);

internal sealed record VideoJobs(IReadOnlyList<VideoJob> Videos);

internal sealed record StoredSessions(IReadOnlyList<StoredSession> Sessions);

internal sealed record NewReadings(IReadOnlyList<RecordedFrame> Frames, IReadOnlyList<RecordedEvent> Events);

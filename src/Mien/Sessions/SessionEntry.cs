namespace Mien;

/// <summary>Something that a stored session tells of; its entries come in the order in which they were recorded.</summary>
/// <remarks>Times are those of the session: a part that was added later goes on where the one before ended. So do the ids of faces.</remarks>
public abstract record SessionEntry;

/// <summary>A frame, with its number in its source. Landmarks are not stored, and probabilities to 1/255.</summary>
/// <param name="Reading">What it reads as.</param>
public sealed record SessionFrame(FrameReading Reading) : SessionEntry;

/// <summary>An alert began or ended with the last frame.</summary>
/// <param name="Alert">The alert.</param>
public sealed record SessionAlert(AlertEvent Alert) : SessionEntry;

/// <summary>A segment begins.</summary>
/// <param name="Time">When.</param>
/// <param name="Marker">The segment's name.</param>
public sealed record SessionMarker(TimeSpan Time, string Marker) : SessionEntry;

/// <summary>A part has come to its end; a part that was cut off has none.</summary>
/// <param name="Events">Who was still there, and so left.</param>
public sealed record SessionPartEnd(IReadOnlyList<TrackEvent> Events) : SessionEntry;

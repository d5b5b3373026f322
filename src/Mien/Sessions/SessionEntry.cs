namespace Mien.Sessions;

/// <summary>Something that an <see cref="IReadingSink"/> was told, in the order in which it was told.</summary>
internal abstract record SessionEntry;

/// <summary>A frame and the size of its picture.</summary>
internal sealed record SessionFrame(FrameReading Reading, int Width, int Height) : SessionEntry;

/// <summary>An alert began or ended with the last frame.</summary>
internal sealed record SessionAlert(AlertEvent Alert) : SessionEntry;

/// <summary>A segment begins.</summary>
internal sealed record SessionMarker(TimeSpan Time, string Marker) : SessionEntry;

/// <summary>A part has come to its end; one that was cut off has none.</summary>
internal sealed record SessionPartEnd(IReadOnlyList<TrackEvent> Events) : SessionEntry;

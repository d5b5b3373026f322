namespace Mien;

/// <summary>What a store knows of a session without its readings.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">The labels of all its readings.</param>
/// <param name="Started">When its first part began.</param>
/// <param name="Updated">When something was recorded last.</param>
/// <param name="Duration">The time of its last frame or marker.</param>
/// <param name="Retention">How long a reading is kept; null if for ever.</param>
/// <param name="Frames">How many frames are stored.</param>
/// <param name="Size">What its readings take, in bytes.</param>
/// <param name="Tracks">The highest id of a face.</param>
/// <param name="Parts">The runs that recorded it, in order.</param>
public sealed record StoredSession(
    string Name,
    IReadOnlyList<string> Labels,
    DateTimeOffset Started,
    DateTimeOffset Updated,
    TimeSpan Duration,
    TimeSpan? Retention,
    long Frames,
    long Size,
    int Tracks,
    IReadOnlyList<SessionPart> Parts);

/// <summary>A run that recorded readings of a session.</summary>
/// <param name="Source">Where the frames came from: a file, an address, a camera.</param>
/// <param name="Model">The name of the model that read them.</param>
/// <param name="Started">When the run began.</param>
/// <param name="Start">The time of the session at which its readings begin.</param>
public sealed record SessionPart(string Source, string Model, DateTimeOffset Started, TimeSpan Start);

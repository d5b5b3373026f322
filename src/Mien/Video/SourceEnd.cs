namespace Mien;

/// <summary>How a source came to its end.</summary>
public enum SourceEndReason
{
    /// <summary>All frames were read.</summary>
    Complete,

    /// <summary>It ended before the time that its container promises.</summary>
    Truncated,

    /// <summary>It was read to its end, and parts on the way could not be read or only in part.</summary>
    Damaged,
}

/// <summary>What a source says after its last frame.</summary>
/// <param name="Reason">How it ended.</param>
/// <param name="Frames">How many frames it gave.</param>
/// <param name="Time">The last frame's time if complete or truncated; where the damage starts if damaged, up to a few frames early.</param>
/// <param name="Message">One sentence for people that names the source.</param>
public sealed record SourceEnd(SourceEndReason Reason, long Frames, TimeSpan Time, string Message);

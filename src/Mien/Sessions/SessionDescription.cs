namespace Mien;

/// <summary>What is recorded, and for how long it is kept.</summary>
public sealed record SessionDescription
{
    /// <summary>The session's name. One that exists already is continued.</summary>
    public required string Name { get; init; }

    /// <summary>Where the frames come from: a file, an address, a camera.</summary>
    public required string Source { get; init; }

    /// <summary>The name of the model that reads them.</summary>
    public required string Model { get; init; }

    /// <summary>The model's labels, in its own order.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>How long a reading is kept after it was recorded; null for as long as the session says that is continued, and else for ever.</summary>
    public TimeSpan? Retention
    {
        get;
        init
        {
            if (value is { } time)
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
            field = value;
        }
    }
}

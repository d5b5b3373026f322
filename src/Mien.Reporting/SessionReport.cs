namespace Mien.Reporting;

/// <summary>A video or a session, for a page on it.</summary>
public sealed record SessionReport
{
    /// <summary>What it is called.</summary>
    public required string Title { get; init; }

    /// <summary>Where it came from: the video, the camera, the runs that recorded it, the model.</summary>
    public required string Source { get; init; }

    /// <summary>What it read as.</summary>
    public required SessionSummary Summary { get; init; }

    /// <summary>How many frames were read.</summary>
    public required long Frames { get; init; }

    /// <summary>The alerts, oldest first; perhaps only the first of many.</summary>
    public IReadOnlyList<AlertEvent> Alerts { get; init; } = [];

    /// <summary>How many alerts were raised in all.</summary>
    public long AlertsRaised { get; init; }

    /// <summary>A picture of each face by its id; none unless the report is to show people.</summary>
    public IReadOnlyDictionary<int, Image> Portraits { get; init; } = new Dictionary<int, Image>();
}

using Mien.Output;

namespace Mien.Server.Sessions;

/// <summary>Sums up a recording while it is made; may be asked at any time and from any thread.</summary>
/// <param name="frameRate">The source's frames a second; null if not known.</param>
internal sealed class RecordingSummarizer(double? frameRate) : IReadingSink
{
    // Of a source that is slower than a frame a second, the time between two frames counts too.
    private readonly SessionSummarizer _summarizer = new(TimeSpan.FromSeconds(frameRate is > 0 and var rate ? Math.Clamp(2 / rate, 1, MostGap) : 1));
    private readonly List<MarkerAnalysis> _markers = [];
    private readonly Lock _lock = new();

    private const double MostGap = 3600;

    /// <summary>The summary so far.</summary>
    public RecordingSummary Summarize()
    {
        lock (_lock)
            return RecordingSummary.Of(_summarizer.Summarize(), [.. _markers]);
    }

    public void Add(FrameReading reading, Image picture)
    {
        lock (_lock)
            _summarizer.Add(reading.Time, reading.Smoothed);
    }

    public void Alert(AlertEvent alert) { }

    public void Mark(TimeSpan time, string marker)
    {
        lock (_lock)
        {
            _summarizer.Mark(time, marker);
            _markers.Add(new(PictureJson.Seconds(time), marker));
        }
    }

    public void Finish(IReadOnlyList<TrackEvent> events) { }

    public void Dispose() { }
}

using Mien.Server.Monitoring;

namespace Mien.Server.Videos;

/// <summary>Stops a video that is longer than its container says, and counts its frames.</summary>
/// <param name="longest">The longest time.</param>
/// <param name="most">The most frames.</param>
/// <param name="stop">Stops the reading.</param>
/// <param name="metrics">Where frames are counted.</param>
internal sealed class VideoLimit(TimeSpan longest, long most, CancellationTokenSource stop, ServerMetrics metrics) : IReadingSink
{
    private long _frames;

    /// <summary>Whether the reading was stopped for that.</summary>
    public bool IsReached { get; private set; }

    public void Add(FrameReading reading, Image picture)
    {
        metrics.Read(reading.Faces.Count);
        if (++_frames < most && reading.Time <= longest)
            return;
        IsReached = true;
        stop.Cancel();
    }

    public void Alert(AlertEvent alert) { }

    public void Mark(TimeSpan time, string marker) { }

    public void Finish(IReadOnlyList<TrackEvent> events) { }

    public void Dispose() { }
}

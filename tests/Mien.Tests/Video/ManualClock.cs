namespace Mien.Tests.Video;

/// <summary>A clock that stands still until someone waits; then the wait is over at once and the clock has gone on by it.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long _now;

    /// <summary>The waits, in seconds.</summary>
    public List<double> Waits { get; } = [];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _now, time.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waits.Add(Math.Round(dueTime.TotalSeconds, 6));
        Advance(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}

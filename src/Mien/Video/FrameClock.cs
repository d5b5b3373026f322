namespace Mien.Video;

/// <summary>Makes a container's times strictly increasing, whatever it holds.</summary>
internal sealed class FrameClock
{
    /// <summary>A step back by more than this is a new start of the container's clock, not an inaccuracy.</summary>
    private const double Restart = 1;

    /// <summary>ffmpeg puts a frame that is not later than the one before a tick after that.</summary>
    private static readonly TimeSpan Moved = TimeSpan.FromTicks(2);

    private double _offset;

    /// <summary>The last time given; null before the first.</summary>
    public TimeSpan? Last { get; private set; }

    /// <summary>The time of the next frame.</summary>
    /// <param name="seconds">The container's time; NaN if it has none.</param>
    /// <param name="interval">Seconds to the next frame where the container does not say.</param>
    public TimeSpan Next(double seconds, double interval)
    {
        TimeSpan time = double.IsNaN(seconds) ? TimeSpan.MinValue : TimeSpan.FromSeconds(seconds + _offset);
        if (Last is not { } last)
        {
            time = time < TimeSpan.Zero ? TimeSpan.Zero : time;
        }
        else if (time <= last + Moved)
        {
            TimeSpan next = last + TimeSpan.FromSeconds(interval);
            if (!double.IsNaN(seconds) && (last - time).TotalSeconds > Restart)
                _offset = next.TotalSeconds - seconds;
            time = next;
        }
        Last = time;
        return time;
    }
}

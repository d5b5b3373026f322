using Mien.Video.Ffmpeg;

namespace Mien.Video;

/// <summary>Keeps account of what a video promised and what was read of it, to say how it ended.</summary>
internal sealed class EndOfVideo(string source, VideoInfo info)
{
    /// <summary>Containers round their durations, and the last frame's own duration is not known.</summary>
    private const double Tolerance = 0.25;

    private long _faults;
    private TimeSpan _firstFault;

    /// <summary>Notes that something could not be read.</summary>
    /// <param name="faults">How many faults; 0 for none.</param>
    /// <param name="time">Where.</param>
    public void Note(int faults, TimeSpan time)
    {
        if (faults > 0 && _faults == 0)
            _firstFault = time;
        _faults += faults;
    }

    /// <summary>Whether the last frame comes so early that more must have followed.</summary>
    public bool IsEarly(long frames, TimeSpan last)
    {
        double interval = FrameSeries.Interval(info);
        return info.Duration > 0 && (info.Frames == 0 || frames < info.Frames) &&
            last.TotalSeconds + interval < info.Duration - Math.Max(Tolerance, 3 * interval);
    }

    /// <summary>How the video ended.</summary>
    /// <param name="frames">How many frames were read.</param>
    /// <param name="last">The last one's time.</param>
    /// <param name="failure">Why reading failed; null if it came to the end.</param>
    public SourceEnd Judge(long frames, TimeSpan last, string? failure)
    {
        string read = FrameSource.Frames(frames);
        if (failure is not null || frames == 0 || IsEarly(frames, last))
        {
            string promised = info.Duration > 0 ? $" of {FrameSource.Seconds(TimeSpan.FromSeconds(info.Duration))}" : "";
            string why = failure is null ? "" : $" ({failure})";
            return new SourceEnd(SourceEndReason.Truncated, frames, last,
                $"{source}: the video ends early, after {read} at {FrameSource.Seconds(last)}{promised}{why}.");
        }
        return _faults > 0
            ? new SourceEnd(SourceEndReason.Damaged, frames, _firstFault,
                $"{source}: the video is damaged from about {FrameSource.Seconds(_firstFault)} on; {read} could be read, of which some may be distorted.")
            : new SourceEnd(SourceEndReason.Complete, frames, last, $"{source}: {read}, {FrameSource.Seconds(last)}.");
    }
}

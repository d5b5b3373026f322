using Mien.Video.Ffmpeg;

namespace Mien.Video;

/// <summary>Makes the frames of one source out of what ffmpeg decodes: numbered, with increasing times.</summary>
internal sealed class FrameSeries(string source, ImageLimits limits)
{
    private const double UsualInterval = 1.0 / 25;
    private readonly FrameClock _clock = new();

    /// <summary>How many frames were made.</summary>
    public long Count { get; private set; }

    /// <summary>The last frame's time; zero before the first.</summary>
    public TimeSpan Last => _clock.Last ?? TimeSpan.Zero;

    /// <summary>Seconds between frames where the container does not say.</summary>
    public static double Interval(VideoInfo info) => info.FrameRate > 0 ? 1 / info.FrameRate : UsualInterval;

    /// <summary>The next frame.</summary>
    /// <param name="frame">What was decoded.</param>
    /// <param name="info">What the container says.</param>
    /// <param name="seconds">The frame's time; NaN if it has none.</param>
    public VideoFrame Add(DecodedFrame frame, VideoInfo info, double seconds)
    {
        limits.Check(frame.Width, frame.Height, source);
        var image = Image.FromPixels(frame.Width, frame.Height, PixelFormat.Rgb24, frame.Pixels);
        return new VideoFrame(image, Count++, _clock.Next(seconds, Interval(info)), frame.GiveBack);
    }
}

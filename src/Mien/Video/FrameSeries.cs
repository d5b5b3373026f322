using Mien.Interop;

namespace Mien.Video;

/// <summary>Makes the frames of one source out of what FFmpeg reads: numbered, with increasing times, upright.</summary>
internal sealed class FrameSeries(string source, ImageLimits limits)
{
    private const double UsualInterval = 1.0 / 25;
    private readonly FrameBuffers _buffers = new();
    private readonly FrameClock _clock = new();

    /// <summary>How many frames were made.</summary>
    public long Count { get; private set; }

    /// <summary>The last frame's time; zero before the first.</summary>
    public TimeSpan Last => _clock.Last ?? TimeSpan.Zero;

    /// <summary>Seconds between frames where the container does not say.</summary>
    public static double Interval(ReaderInfo info) => info.FrameRate > 0 ? 1 / info.FrameRate : UsualInterval;

    /// <summary>The frame at which the reader stands.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="frame">What it said of the frame.</param>
    /// <param name="seconds">The frame's time; NaN if it has none.</param>
    public VideoFrame Add(IVideoReader reader, ReaderFrame frame, double seconds)
    {
        limits.Check(frame.Width, frame.Height, source);
        byte[] pixels = _buffers.Rent(checked(frame.Width * frame.Height * 3));
        reader.Read(pixels);
        (int width, int height) = (frame.Width, frame.Height);
        if (reader.Info.QuarterTurns is var turns and not 0)
        {
            byte[] turned = _buffers.Rent(pixels.Length);
            Turn(pixels, width, height, turns, turned);
            _buffers.Return(pixels);
            pixels = turned;
            if (turns != 2)
                (width, height) = (height, width);
        }
        var image = Image.FromPixels(width, height, PixelFormat.Rgb24, pixels);
        return new VideoFrame(image, Count++, _clock.Next(seconds, Interval(reader.Info)), () => _buffers.Return(pixels));
    }

    private static void Turn(byte[] pixels, int width, int height, int quarterTurns, byte[] turned)
    {
        // Where the stored picture's first pixel goes, and how far a step to the right and a step down lead.
        (int start, int right, int down) = quarterTurns switch
        {
            1 => (height - 1, height, -1),
            2 => ((width * height) - 1, -1, -width),
            _ => ((width - 1) * height, -height, 1),
        };
        for (int y = 0, from = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, from += 3)
            {
                int to = (start + (x * right) + (y * down)) * 3;
                turned[to] = pixels[from];
                turned[to + 1] = pixels[from + 1];
                turned[to + 2] = pixels[from + 2];
            }
        }
    }
}

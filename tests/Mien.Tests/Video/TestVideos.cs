using Mien.Tests.Imaging;

namespace Mien.Tests.Video;

/// <summary>Videos made frame by frame, so that each frame and each time is known.</summary>
internal static class TestVideos
{
    private static readonly (byte R, byte G, byte B)[] Colors = [(220, 30, 30), (30, 200, 30), (40, 40, 230), (240, 240, 240), (20, 20, 20), (230, 220, 40)];

    /// <summary>A frame whose colour tells its number up to a multiple of six.</summary>
    public static Image Frame(int number, int width = 64, int height = 48)
    {
        var pixels = new byte[width * height * 3];
        (byte r, byte g, byte b) = Colors[number % Colors.Length];
        for (int i = 0; i < pixels.Length; i += 3)
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (r, g, b);
        return Image.FromPixels(width, height, PixelFormat.Rgb24, pixels);
    }

    /// <summary>The number that a frame's colour tells; -1 if it is none of the colours.</summary>
    public static int NumberOf(Image image)
    {
        int i = ((image.Height / 2 * image.Width) + (image.Width / 2)) * 3;
        return Array.FindIndex(Colors, color =>
            Math.Abs(color.R - image.Pixels[i]) < 12 && Math.Abs(color.G - image.Pixels[i + 1]) < 12 && Math.Abs(color.B - image.Pixels[i + 2]) < 12);
    }

    /// <summary>Writes a video whose frames are shown at these milliseconds.</summary>
    public static string Write(string path, IEnumerable<int> times, double frameRate = 25, int width = 64, int height = 48)
    {
        VideoRequired.Video();
        using var writer = VideoWriter.Create(path, width, height, frameRate);
        foreach ((int number, int time) in times.Index())
            writer.Write(Frame(number, width, height), TimeSpan.FromMilliseconds(time));
        writer.Finish();
        return path;
    }

    /// <summary>A video of a smooth moving pattern, which unlike plain colours takes many bytes.</summary>
    public static string WritePattern(string path, int frames, int width = 160, int height = 120)
    {
        VideoRequired.Video();
        Image pattern = TestPictures.Pattern(width + frames, height, PixelFormat.Rgb24);
        using var writer = VideoWriter.Create(path, width, height, 25);
        for (int number = 0; number < frames; number++)
        {
            var pixels = new byte[width * height * 3];
            for (int y = 0; y < height; y++)
                pattern.Pixels.Slice(((y * pattern.Width) + number) * 3, width * 3).CopyTo(pixels.AsSpan(y * width * 3));
            writer.Write(Image.FromPixels(width, height, PixelFormat.Rgb24, pixels), TimeSpan.FromMilliseconds(number * 40));
        }
        writer.Finish();
        return path;
    }

    /// <summary>Opens a source for as long as the test may run.</summary>
    public static IFrameSource Open(string source, FrameSourceOptions? options = null) =>
        FrameSource.Open(source, options, TestContext.Current.CancellationToken);

    /// <summary>Reads a source to its end: the number that each frame's colour tells and its time in whole milliseconds.</summary>
    public static (List<int> Numbers, List<int> Times, SourceEnd Ending) Read(IFrameSource source)
    {
        var numbers = new List<int>();
        var times = new List<int>();
        using (source)
        {
            while (source.Read(TestContext.Current.CancellationToken) is { } frame)
            {
                Assert.Equal(numbers.Count, frame.Number);
                numbers.Add(NumberOf(frame.Image));
                times.Add((int)Math.Round(frame.Time.TotalMilliseconds));
                frame.Dispose();
            }
            Assert.Null(source.Read(TestContext.Current.CancellationToken));
            return (numbers, times, source.Ending!);
        }
    }

    /// <inheritdoc cref="Read(IFrameSource)"/>
    public static (List<int> Numbers, List<int> Times, SourceEnd Ending) Read(string path, FrameSourceOptions? options = null) =>
        Read(Open(path, options));

    /// <summary>An animated GIF of plain frames, each shown for a time of its own in hundredths of a second.</summary>
    public static byte[] Gif(int width, int height, params (int Number, int Delay)[] frames)
    {
        using var file = new MemoryStream();
        file.Write("GIF89a"u8);
        file.Write([(byte)width, 0, (byte)height, 0, 0xf2, 0, 0]);
        for (int i = 0; i < 8; i++)
        {
            (byte r, byte g, byte b) = Colors[i % Colors.Length];
            file.Write([r, g, b]);
        }
        foreach ((int number, int delay) in frames)
        {
            file.Write([0x21, 0xf9, 4, 0, (byte)delay, 0, 0, 0]);
            file.Write([0x2c, 0, 0, 0, 0, (byte)width, 0, (byte)height, 0, 0]);
            const byte clear = 128, stop = 129, most = 100;
            file.WriteByte(7);
            // A clear code before the table is full keeps every code at eight bits.
            for (int left = width * height; left > 0; left -= most)
            {
                byte count = (byte)Math.Min(most, left);
                file.Write([(byte)(count + 1), clear]);
                for (int i = 0; i < count; i++)
                    file.WriteByte((byte)number);
            }
            file.Write([1, stop, 0]);
        }
        file.WriteByte(0x3b);
        return file.ToArray();
    }
}

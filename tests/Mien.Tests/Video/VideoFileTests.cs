using System.Buffers.Binary;
using Mien.Tests.Imaging;

namespace Mien.Tests.Video;

public sealed class VideoFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Frames_come_in_order_with_the_container_s_times_at_a_variable_rate()
    {
        int[] times = [0, 40, 80, 90, 500, 1700, 1710, 1750, 3000, 3033, 3100, 3140];
        (List<int> numbers, List<int> found, SourceEnd ending) = TestVideos.Read(TestVideos.Write(_folder["variable.mp4"], times));
        Assert.Equal(times.Select((_, number) => number % 6), numbers);
        Assert.Equal(times, found);
        Assert.Equal(SourceEndReason.Complete, ending.Reason);
    }

    [Theory]
    [InlineData("hevc.mp4")]
    [InlineData("vp9.webm")]
    [InlineData("mjpeg.avi")]
    [InlineData("mpeg4.avi")]
    [InlineData("h264.ts")]
    public void Each_codec_is_read(string name)
    {
        VideoRequired.Video();
        string path = Path.Combine(SharedData.Checkout, "tests", "Mien.Tests", "Video", "Samples", name);
        using IFrameSource source = TestVideos.Open(path);
        Assert.Equal(10, source.FrameRate);
        Assert.False(source.IsLive);
        var brightest = new List<int>();
        var times = new List<int>();
        while (source.Read(TestContext.Current.CancellationToken) is { } frame)
        {
            int middle = ((frame.Image.Height / 2 * frame.Image.Width) + (frame.Image.Width / 2)) * 3;
            brightest.Add(Enumerable.Range(0, 3).MaxBy(channel => frame.Image.Pixels[middle + channel]));
            times.Add((int)Math.Round(frame.Time.TotalMilliseconds));
            Assert.True(frame.Image.Pixels[middle + brightest[^1]] > 225);
        }
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 2, 2, 2], brightest);
        Assert.Equal([0, 100, 200, 300, 400, 500, 600, 700, 800, 900], times);
        Assert.Equal(SourceEndReason.Complete, source.Ending!.Reason);
    }

    [Fact]
    public void A_gif_plays_by_its_delays()
    {
        VideoRequired.Video();
        File.WriteAllBytes(_folder["a.gif"], TestVideos.Gif(40, 30, (2, 10), (0, 55), (1, 4), (4, 100)));
        (List<int> numbers, List<int> times, SourceEnd ending) = TestVideos.Read(_folder["a.gif"]);
        Assert.Equal([2, 0, 1, 4], numbers);
        Assert.Equal([0, 100, 650, 690], times);
        Assert.Equal(SourceEndReason.Complete, ending.Reason);
    }

    [Fact]
    public void A_gif_that_ends_early_is_truncated()
    {
        VideoRequired.Video();
        byte[] gif = TestVideos.Gif(40, 30, (2, 10), (0, 55), (1, 4), (4, 100));
        File.WriteAllBytes(_folder["a.gif"], gif[..(gif.Length / 2)]);
        (List<int> numbers, _, SourceEnd ending) = TestVideos.Read(_folder["a.gif"]);
        Assert.InRange(numbers.Count, 1, 3);
        Assert.Equal(SourceEndReason.Truncated, ending.Reason);
    }

    [Theory]
    [InlineData(0, new[] { 0, 1, 2, 3 })]
    [InlineData(90, new[] { 2, 0, 3, 1 })]
    [InlineData(180, new[] { 3, 2, 1, 0 })]
    [InlineData(270, new[] { 1, 3, 0, 2 })]
    public void A_phone_s_video_is_turned_upright(int degrees, int[] corners)
    {
        VideoRequired.Video();
        string path = _folder["phone.mp4"];
        using (var writer = VideoWriter.Create(path, 64, 32, 25))
        {
            writer.Write(TestPictures.QuarterPicture(), TimeSpan.Zero);
            writer.Finish();
        }
        byte[] file = File.ReadAllBytes(path);
        // The matrix of the track's header, ISO 14496-12, 8.3.2.
        Span<byte> matrix = file.AsSpan(file.AsSpan().IndexOf("tkhd"u8) + 44, 36);
        (int cos, int sin) = degrees switch { 90 => (0, 1), 180 => (-1, 0), 270 => (0, -1), _ => (1, 0) };
        foreach ((int place, int value) in new[] { (0, cos), (1, sin), (3, -sin), (4, cos) })
            BinaryPrimitives.WriteInt32BigEndian(matrix[(place * 4)..], value << 16);
        File.WriteAllBytes(path, file);

        using IFrameSource source = TestVideos.Open(path);
        Image image = source.Read(TestContext.Current.CancellationToken)!.Image;
        Assert.Equal(degrees % 180 == 0 ? (64, 32) : (32, 64), (image.Width, image.Height));
        Assert.Equal(corners, TestPictures.Corners(image));
    }

    [Fact]
    public void Memory_of_a_frame_that_is_done_serves_a_later_one()
    {
        string path = TestVideos.Write(_folder["a.mp4"], Enumerable.Range(0, 50).Select(i => i * 40), 25, 320, 240);
        using IFrameSource source = TestVideos.Open(path);
        using VideoFrame kept = source.Read(TestContext.Current.CancellationToken)!;
        byte[] before = kept.Image.Pixels.ToArray();
        var addresses = new HashSet<IntPtr>();
        while (source.Read(TestContext.Current.CancellationToken) is { } frame)
        {
            unsafe
            {
                // Large arrays do not move, and the few of this test are not collected while the source holds them.
                fixed (byte* pixels = frame.Image.Pixels)
                    addresses.Add((IntPtr)pixels);
            }
            frame.Dispose();
            frame.Dispose();
        }
        Assert.InRange(addresses.Count, 1, 5);
        Assert.Equal(before, kept.Image.Pixels);
    }

    [Fact]
    public void Every_cut_of_a_file_gives_frames_or_one_clear_error()
    {
        byte[] file = File.ReadAllBytes(TestVideos.WritePattern(_folder["whole.mp4"], 120));
        int most = 0, refused = 0;
        for (int part = 1; part < 20; part++)
        {
            string path = _folder[$"cut{part}.mp4"];
            File.WriteAllBytes(path, file[..(file.Length * part / 20)]);
            try
            {
                int count = TestVideos.Read(path).Numbers.Count;
                Assert.InRange(count, most, 119);
                most = count;
            }
            catch (VideoException error)
            {
                // FFmpeg opens no file that is cut inside the short index of a fragment.
                Assert.StartsWith($"{path}: the video cannot be opened, it is damaged or incomplete: ", error.Message, StringComparison.Ordinal);
                refused++;
            }
        }
        Assert.InRange(refused, 0, 3);
        Assert.InRange(most, 90, 119);
    }

    [Fact]
    public void Random_damage_never_throws_once_the_file_is_open()
    {
        byte[] file = File.ReadAllBytes(TestVideos.WritePattern(_folder["whole.mkv"], 50));
        var random = new Random(3);
        int damaged = 0;
        for (int i = 0; i < 20; i++)
        {
            byte[] copy = [.. file];
            random.NextBytes(copy.AsSpan(random.Next(file.Length / 4, file.Length - 60), 50));
            string path = _folder[$"damaged{i}.mkv"];
            File.WriteAllBytes(path, copy);
            (List<int> numbers, List<int> times, SourceEnd ending) = TestVideos.Read(path);
            Assert.Equal(numbers.Count, ending.Frames);
            Assert.Equal(times.Order().Distinct(), times);
            damaged += ending.Reason == SourceEndReason.Complete ? 0 : 1;
        }
        Assert.InRange(damaged, 10, 20);
    }

    [Theory]
    [InlineData("empty.mp4", "", ": the file is empty.")]
    [InlineData("text.mp4", "This is no video.\n", ": not a video, it looks like text.")]
    [InlineData("notes.txt", "Neither is this.\n", ": not a video, it looks like text.")]
    [InlineData("noise.mp4", "\u0001\u0002\u0003\u0004\u0005\u0006\u0007", ": not a video that FFmpeg can read, it looks like an unknown format: ")]
    [InlineData("cut.mp4", "\0\0\0\u0018ftypisom\0\0\0\0isommp42", ": the video cannot be opened, it is damaged or incomplete: ")]
    [InlineData("document.pdf", "%PDF-1.7\u0001", ": not a video that FFmpeg can read, it looks like a PDF document: ")]
    public void What_is_no_video_is_told_in_one_line(string name, string content, string expected)
    {
        VideoRequired.Video();
        File.WriteAllText(_folder[name], content);
        string message = Assert.Throws<VideoException>(() => TestVideos.Open(_folder[name])).Message;
        Assert.StartsWith(_folder[name] + expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_missing_file_a_picture_and_a_folder_without_pictures_are_told_without_FFmpeg()
    {
        Assert.Equal($"{_folder["none.mp4"]}: cannot be read: there is no such file.",
            Assert.Throws<VideoException>(() => TestVideos.Open(_folder["none.mp4"])).Message);
        File.WriteAllBytes(_folder["photo.png"], TestPictures.Png(1, 1, 8, 0, [1]));
        Assert.Contains("it is a picture, not a video", Assert.Throws<VideoException>(() => TestVideos.Open(_folder["photo.png"])).Message, StringComparison.Ordinal);
        string empty = Directory.CreateDirectory(_folder["empty"]).FullName;
        Assert.StartsWith($"{empty}: there are no pictures in the folder", Assert.Throws<VideoException>(() => TestVideos.Open(empty)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_video_larger_than_the_limit_is_refused()
    {
        string path = TestVideos.Write(_folder["a.mp4"], [0, 40]);
        var options = new FrameSourceOptions { Limits = new ImageLimits { MaximumPixels = 1000 } };
        Assert.ThrowsAny<MienException>(() => TestVideos.Open(path, options));
    }

    public void Dispose() => _folder.Dispose();
}

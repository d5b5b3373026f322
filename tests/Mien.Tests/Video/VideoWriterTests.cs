using Mien.Tests.Imaging;

namespace Mien.Tests.Video;

public sealed class VideoWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("a.mp4")]
    [InlineData("a.MOV")]
    [InlineData("a.mkv")]
    public void Each_container_keeps_frames_and_times(string name)
    {
        int[] times = [.. Enumerable.Range(0, 90).Select(i => (int)Math.Round(i * 1001 / 30.0))];
        (List<int> numbers, List<int> found, SourceEnd ending) = TestVideos.Read(TestVideos.Write(_folder[name], times, 30000 / 1001.0));
        Assert.Equal(times.Select((_, number) => number % 6), numbers);
        Assert.Equal(times, found);
        Assert.Equal(SourceEndReason.Complete, ending.Reason);
    }

    [Fact]
    public void The_frame_rate_of_the_source_is_kept()
    {
        VideoRequired.Video();
        double rate = 24000 / 1001.0;
        using (var writer = VideoWriter.Create(_folder["a.mp4"], 64, 48, rate))
        {
            for (int i = 0; i < 100; i++)
                writer.Write(TestVideos.Frame(i), TimeSpan.FromSeconds(i / rate));
            writer.Finish();
            Assert.Equal(100, writer.Frames);
        }
        using IFrameSource source = TestVideos.Open(_folder["a.mp4"]);
        Assert.Equal(rate, source.FrameRate!.Value, 0.01);
        Assert.Equal(100 / rate, source.Duration!.Value.TotalSeconds, 0.05);
    }

    [Fact]
    public void Odd_sizes_lose_their_last_row_and_column_and_gray_is_fine()
    {
        VideoRequired.Video();
        Image gray = TestPictures.Pattern(65, 49, PixelFormat.Gray8);
        using (var writer = VideoWriter.Create(_folder["odd.mp4"], 65, 49, 25))
        {
            writer.Write(gray, TimeSpan.Zero);
            writer.Finish();
        }
        using IFrameSource source = TestVideos.Open(_folder["odd.mp4"]);
        Image found = source.Read(TestContext.Current.CancellationToken)!.Image;
        Assert.Equal((64, 48), (found.Width, found.Height));
        Assert.Equal(gray.Pixels[(20 * 65) + 30], found.Pixels[((20 * 64) + 30) * 3], 8.0);
    }

    [Fact]
    public void What_a_crash_leaves_can_be_read()
    {
        VideoRequired.Video();
        string path = _folder["crash.mp4"];
        using (var writer = VideoWriter.Create(path, 64, 48, 25))
        {
            for (int i = 0; i < 400; i++)
                writer.Write(TestVideos.Frame(i), TimeSpan.FromMilliseconds(i * 40));
            // What lies on the disk at this moment is what a killed process would leave.
            File.Copy(path, _folder["left.mp4"]);
        }
        (List<int> numbers, List<int> times, _) = TestVideos.Read(_folder["left.mp4"]);
        Assert.InRange(numbers.Count, 325, 400);
        Assert.Equal(Enumerable.Range(0, numbers.Count).Select(i => i * 40), times);
        Assert.Equal(Enumerable.Range(0, numbers.Count).Select(i => i % 6), numbers);
    }

    [Theory]
    [InlineData("a.avi", ".avi")]
    [InlineData("a", "")]
    [InlineData("a.gif", ".gif")]
    public void Another_extension_is_refused_and_the_known_ones_are_named(string name, string extension)
    {
        string message = Assert.Throws<VideoException>(() => VideoWriter.Create(_folder[name], 64, 48, 25)).Message;
        Assert.Equal($"{_folder[name]}: videos are written as .mp4, .m4v, .mov, .mkv, not as '{extension}'.", message);
        Assert.False(File.Exists(_folder[name]));
    }

    [Fact]
    public void A_missing_folder_is_told()
    {
        VideoRequired.Video();
        string path = Path.Combine(_folder["none"], "a.mp4");
        Assert.Equal($"{path}: cannot be written: there is no such folder.", Assert.Throws<VideoException>(() => VideoWriter.Create(path, 64, 48, 25)).Message);
    }

    [Fact]
    public void A_full_disk_is_told()
    {
        VideoRequired.Video();
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        string path = _folder["full.mp4"];
        File.CreateSymbolicLink(path, "/dev/full");
        var error = Assert.Throws<VideoException>(() =>
        {
            using var writer = VideoWriter.Create(path, 64, 48, 25);
            for (int i = 0; i < 1000; i++)
                writer.Write(TestVideos.Frame(i), TimeSpan.FromMilliseconds(i * 40));
            writer.Finish();
        });
        Assert.StartsWith($"{path}: the disk is full.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_of_another_size_and_times_that_stand_still_are_refused()
    {
        VideoRequired.Video();
        using var writer = VideoWriter.Create(_folder["a.mp4"], 64, 48, 25);
        Assert.Throws<ArgumentException>(() => writer.Write(TestVideos.Frame(0, 48, 64), TimeSpan.Zero));
        writer.Write(TestVideos.Frame(0), TimeSpan.Zero);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write(TestVideos.Frame(1), TimeSpan.Zero));
    }

    public void Dispose() => _folder.Dispose();
}

using System.IO.Pipes;
using Mien.Video;

namespace Mien.Tests.Video;

public sealed class FrameSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void The_pictures_of_a_folder_come_in_natural_order()
    {
        for (int i = 0; i < 12; i++)
            TestVideos.Frame(i).Save(_folder[$"frame{i + 1}.png"]);
        File.WriteAllText(_folder["notes.txt"], "no picture");
        (List<int> numbers, List<int> times, SourceEnd ending) = TestVideos.Read(_folder.Path, new FrameSourceOptions { FrameRate = 10 });
        Assert.Equal([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5], numbers);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => i * 100), times);
        Assert.Equal(SourceEndReason.Complete, ending.Reason);
    }

    [Fact]
    public void A_picture_that_cannot_be_read_leaves_a_gap()
    {
        foreach (int i in new[] { 0, 1, 3 })
            TestVideos.Frame(i).Save(_folder[$"{i}.png"]);
        File.WriteAllText(_folder["2.png"], "no picture");
        using IFrameSource source = TestVideos.Open(_folder.Path, new FrameSourceOptions { FrameRate = 1 });
        var seen = new List<(long Number, int Color, double Time)>();
        while (source.Read(Cancel) is { } frame)
            seen.Add((frame.Number, TestVideos.NumberOf(frame.Image), frame.Time.TotalSeconds));
        Assert.Equal([(0, 0, 0), (1, 1, 1), (3, 3, 3)], seen);
        Assert.Equal((SourceEndReason.Damaged, 3L, TimeSpan.FromSeconds(2)), (source.Ending!.Reason, source.Ending.Frames, source.Ending.Time));
        Assert.StartsWith($"{_folder.Path}: 1 of 4 pictures could not be read. The first: {_folder["2.png"]}: ", source.Ending.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frame2", "frame10", -1)]
    [InlineData("frame10", "frame2", 1)]
    [InlineData("a01", "a1", -1)]
    [InlineData("a1b2", "a1b10", -1)]
    [InlineData("B", "a", 1)]
    [InlineData("a", "a1", -1)]
    [InlineData("99999999999999999999998", "99999999999999999999999", -1)]
    [InlineData("x", "x", 0)]
    public void Names_are_ordered_as_people_do(string x, string y, int expected) => Assert.Equal(expected, Math.Sign(NaturalOrder.Instance.Compare(x, y)));

    [Fact]
    public void Jpeg_files_one_after_the_other_come_through_a_pipe()
    {
        (List<int> numbers, List<int> times, SourceEnd ending) = Pipe(new FrameSourceOptions { FrameRate = 5 }, stream =>
        {
            for (int i = 0; i < 8; i++)
                stream.Write(TestVideos.Frame(i).Encode(".jpg"));
        });
        Assert.Equal([0, 1, 2, 3, 4, 5, 0, 1], numbers);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => i * 200), times);
        Assert.Equal(SourceEndReason.Complete, ending.Reason);
    }

    [Fact]
    public void Raw_frames_come_through_a_pipe()
    {
        var options = new FrameSourceOptions { Raw = RawVideoFormat.Parse("64x48@12.5:rgb24") };
        (List<int> numbers, List<int> times, _) = Pipe(options, stream =>
        {
            for (int i = 0; i < 5; i++)
                stream.Write(TestVideos.Frame(i).Pixels);
        });
        Assert.Equal([0, 1, 2, 3, 4], numbers);
        Assert.Equal([0, 80, 160, 240, 320], times);
    }

    [Fact]
    public void A_container_comes_through_a_pipe_with_its_own_times()
    {
        byte[] file = File.ReadAllBytes(TestVideos.Write(_folder["a.mkv"], [0, 100, 110, 900]));
        (List<int> numbers, List<int> times, _) = Pipe(new FrameSourceOptions(), stream => stream.Write(file));
        Assert.Equal([0, 1, 2, 3], numbers);
        Assert.Equal([0, 100, 110, 900], times);
    }

    [Fact]
    public void A_pipe_without_video_says_what_can_be_piped() =>
        Assert.Contains("Pipe in JPEG files one after the other", Assert.Throws<VideoException>(() => Pipe(new FrameSourceOptions(), _ => { })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("640x480", 640, 480, 25, "rgb24")]
    [InlineData("640x480@29.97", 640, 480, 29.97, "rgb24")]
    [InlineData("8x6@5:gray", 8, 6, 5, "gray")]
    [InlineData("8x6:nv12", 8, 6, 25, "nv12")]
    public void A_raw_format_is_read(string text, int width, int height, double rate, string pixels) =>
        Assert.Equal(new RawVideoFormat(width, height, rate, pixels), RawVideoFormat.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("640")]
    [InlineData("0x480")]
    [InlineData("640x480@0")]
    [InlineData("640x480:pink")]
    [InlineData("99999999999x480")]
    public void A_raw_format_that_is_none_says_how_it_is_written(string text) =>
        Assert.Contains("such as 640x480@30:rgb24", Assert.Throws<VideoException>(() => RawVideoFormat.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_source_plays_in_real_time_without_dropping()
    {
        var clock = new ManualClock();
        string path = TestVideos.Write(_folder["a.mp4"], [0, 40, 100, 500]);
        using var source = new RealTimeSource(TestVideos.Open(path), clock);
        Assert.True(source.IsLive);
        (List<int> numbers, List<int> times, SourceEnd ending) = TestVideos.Read(source);
        Assert.Equal([0, 1, 2, 3], numbers);
        Assert.Equal([0, 40, 100, 500], times);
        Assert.Equal([0.04, 0.06, 0.4], clock.Waits);
        Assert.Equal(SourceEndReason.Complete, ending.Reason);
    }

    [Fact]
    public void A_slow_reader_of_a_real_time_source_does_not_wait_on_top()
    {
        var clock = new ManualClock();
        string path = TestVideos.Write(_folder["a.mp4"], [0, 40, 100, 500]);
        using var source = new RealTimeSource(TestVideos.Open(path), clock);
        source.Read(Cancel);
        clock.Advance(TimeSpan.FromMilliseconds(450));
        for (int i = 0; i < 3; i++)
            source.Read(Cancel);
        Assert.Equal([0.05], clock.Waits);
    }

    [Fact]
    public void Times_of_a_container_are_made_strictly_increasing()
    {
        var clock = new FrameClock();
        double[] given = [-0.02, 0.04, 0.04, double.NaN, 0.2, 0.19, 500, 1, 1.04];
        double[] expected = [0, 0.04, 0.08, 0.12, 0.2, 0.24, 500, 500.04, 500.08];
        Assert.Equal(expected, given.Select(seconds => Math.Round(clock.Next(seconds, 0.04).TotalSeconds, 6)));
    }

    public void Dispose() => _folder.Dispose();

    private static (List<int> Numbers, List<int> Times, SourceEnd Ending) Pipe(FrameSourceOptions options, Action<Stream> write)
    {
        VideoRequired.Video();
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var end = new AnonymousPipeClientStream(PipeDirection.In, pipe.GetClientHandleAsString());
        Task writing = Task.Run(() =>
        {
            write(pipe);
            pipe.Dispose();
        }, Cancel);
        var result = TestVideos.Read(VideoFileSource.OpenPipe(end, "pipe", options, FrameSource.Decode, Cancel));
        writing.GetAwaiter().GetResult();
        return result;
    }
}

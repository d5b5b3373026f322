using System.Diagnostics;
using Mien.Video;
using Mien.Video.Ffmpeg;

namespace Mien.Tests.Video.Ffmpeg;

/// <summary>What becomes of us when the decoder does something else than decode.</summary>
public sealed class VideoDecoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("kill -SEGV $$", "the program crashed with signal 11")]
    [InlineData("kill -KILL $$", "the program crashed with signal 9")]
    [InlineData("echo '[h264 @ 0x1] [error] out of memory' >&2; exit 1", "out of memory")]
    [InlineData("printf 'N'", "ends early")]
    [InlineData("printf 'nonsense and more nonsense'", "ends early")]
    public void A_decoder_that_dies_is_damage_and_what_it_gave_is_kept(string death, string expected)
    {
        (_, List<int> times, SourceEnd ending) = Read(FakeProgram.Running(_folder, $"cat '{FakeProgram.Frames(_folder, 4)}'; {death}"));
        Assert.Equal([0, 100, 200, 300], times);
        Assert.Equal((SourceEndReason.Truncated, 4L), (ending.Reason, ending.Frames));
        Assert.Contains(expected, ending.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 0")]
    [InlineData("exit 1")]
    [InlineData("kill -SEGV $$")]
    [InlineData("echo 'this is no NUT'")]
    [InlineData("head -c 100000 /dev/urandom")]
    public void A_decoder_that_gives_nothing_is_an_end_without_frames(string script)
    {
        (_, List<int> times, SourceEnd ending) = Read(FakeProgram.Running(_folder, script));
        Assert.Empty(times);
        Assert.Equal((SourceEndReason.Truncated, 0L), (ending.Reason, ending.Frames));
    }

    [Fact]
    public void Faults_that_it_logs_are_damage()
    {
        var program = FakeProgram.Running(_folder, $"cat '{FakeProgram.Frames(_folder, 10)}'; echo '[h264 @ 0x1] [error] concealing errors' >&2");
        (_, List<int> times, SourceEnd ending) = Read(program);
        Assert.Equal(10, times.Count);
        Assert.Equal(SourceEndReason.Damaged, ending.Reason);
    }

    [Fact]
    public void Frames_larger_than_allowed_are_not_even_read()
    {
        var program = FakeProgram.Running(_folder, $"cat '{FakeProgram.Frames(_folder, 2, 400, 200)}'");
        var options = new FrameSourceOptions { Limits = new ImageLimits { MaximumPixels = 20_000 } };
        (_, List<int> times, SourceEnd ending) = TestVideos.Read(Open(program, options));
        Assert.Empty(times);
        Assert.Contains("impossible size", ending.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_disposes_of_it_kills_it_and_what_it_has_started()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "looks into /proc");
        // ffmpeg may be a script that starts the real one, and this one does not end by itself.
        var program = FakeProgram.Running(_folder, $"trap '' TERM INT; sleep 1000 & echo $! > '{_folder["child"]}'; cat '{FakeProgram.Frames(_folder, 4)}'; sleep 1000");
        VideoFileSource source = Open(program);
        Assert.NotNull(source.Read(Cancel));
        int child = int.Parse(File.ReadAllText(_folder["child"]), System.Globalization.CultureInfo.InvariantCulture);
        source.Dispose();
        Assert.True(HasEnded(child));
        source.Dispose();
    }

    [Fact]
    public void A_wait_for_a_decoder_that_hangs_is_ended_on_request()
    {
        var program = FakeProgram.Running(_folder, $"cat '{FakeProgram.Frames(_folder, 1)}'; sleep 1000");
        using VideoFileSource source = Open(program);
        Assert.NotNull(source.Read(Cancel));
        using var stop = new CancellationTokenSource(100);
        Assert.ThrowsAny<OperationCanceledException>(() => source.Read(stop.Token));
    }

    [Fact]
    public void A_camera_that_hangs_is_given_up_after_its_time()
    {
        var program = FakeProgram.Running(_folder, $"cat '{FakeProgram.Frames(_folder, 1)}'; sleep 1000");
        var input = new VideoInput("/dev/video0", "camera") { Format = "v4l2", Timeout = TimeSpan.FromSeconds(3) };
        program.Version = "7.1";
        using VideoDecoder decoder = VideoDecoder.Open(program, input, Cancel);
        Assert.NotNull(decoder.Next(Cancel));
        Assert.Equal(FfmpegFailure.TimedOut, Assert.Throws<FfmpegException>(() => decoder.Next(Cancel)).Kind);
    }

    [Fact]
    public void Frames_that_change_their_size_on_the_way_keep_it()
    {
        using var file = new MemoryStream();
        var writer = new NutWriter(file);
        writer.Begin(4, 4, 10);
        (int Width, int Height)[] sizes = [(4, 2), (4, 2), (2, 6), (6, 2), (2, 6), (1, 1), (12, 1), (4, 2)];
        foreach (((int width, int height), int number) in sizes.Select((size, number) => (size, number)))
            writer.Write(FakeProgram.Marked(width, height, (byte)(number == 3 ? 255 : number == 4 ? 0 : 9)), number / 10.0);
        File.WriteAllBytes(_folder["sizes.nut"], file.ToArray());
        using VideoFileSource source = Open(FakeProgram.Running(_folder, $"cat '{_folder["sizes.nut"]}'"));
        foreach ((int width, int height) in sizes)
        {
            using VideoFrame frame = source.Read(Cancel)!;
            Assert.Equal((width, height), (frame.Image.Width, frame.Image.Height));
        }
        Assert.Null(source.Read(Cancel));
    }

    [Fact]
    public async Task Who_reads_from_it_and_is_killed_leaves_no_decoder_behind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "looks into /proc");
        VideoRequired.Video();
        string video = TestVideos.WritePattern(_folder["a.mp4"], 250, 640, 480);
        // The pipe's reader goes away as it does when a process is killed: nothing asks the decoder to end.
        using var process = new FfmpegProcess(FfmpegProgram.Shared.Ffmpeg, VideoInput.OfFile(video).DecodingArguments(null, FfmpegProgram.Shared.KeepTimes), new FfmpegLog("a", "a"));
        Assert.Equal('n', process.Output.ReadByte());
        process.Output.Close();
        for (int i = 0; i < 600 && process.IsRunning; i++)
            await Task.Delay(50, Cancel);
        Assert.False(process.IsRunning);
    }

    public void Dispose() => _folder.Dispose();

    private VideoFileSource Open(FfmpegProgram program, FrameSourceOptions? options = null)
    {
        File.WriteAllBytes(_folder["a.mp4"], [0, 0, 0, 24, .. "ftypisom"u8]);
        return VideoFileSource.OpenFile(_folder["a.mp4"], options ?? new FrameSourceOptions(), (input, cancellation) => VideoDecoder.Open(program, input, cancellation), Cancel);
    }

    private (List<int> Numbers, List<int> Times, SourceEnd Ending) Read(FfmpegProgram program) => TestVideos.Read(Open(program));

    private static bool HasEnded(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            return process.WaitForExit(TimeSpan.FromSeconds(10));
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}

using System.Buffers.Binary;
using Mien.Video.Ffmpeg;

namespace Mien.Tests.Video;

/// <summary>Videos that are not what they seem: each is read, or named with its fault, and nothing else happens.</summary>
public sealed class HostileVideoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(24, 24)]
    [InlineData(360, 640)]
    [InlineData(606, 1080)]
    [InlineData(1000, 48)]
    [InlineData(1080, 1920)]
    public void Frames_of_any_width_are_read_whole(int width, int height)
    {
        string path = _folder["a.mp4"];
        TestVideos.Write(path, [0, 40, 80], width: width, height: height);
        using IFrameSource source = TestVideos.Open(path);
        for (int number = 0; number < 3; number++)
        {
            using VideoFrame frame = source.Read(Cancel)!;
            Assert.Equal((width, height, number), (frame.Image.Width, frame.Image.Height, TestVideos.NumberOf(frame.Image)));
        }
        Assert.Null(source.Read(Cancel));
    }

    [Fact]
    public void Frames_that_change_their_size_on_the_way_keep_it()
    {
        VideoRequired.Video();
        (int Width, int Height)[] sizes = [(64, 48), (64, 48), (48, 64), (80, 24), (64, 48)];
        using var pipe = new MemoryStream([.. sizes.SelectMany((size, number) => TestVideos.Frame(number, size.Width, size.Height).Encode(".jpg"))]);
        using Mien.Video.VideoFileSource source = Mien.Video.VideoFileSource.OpenPipe(pipe, "pipe", new FrameSourceOptions(), FrameSource.Decode, Cancel);
        foreach (((int width, int height), int number) in sizes.Select((size, number) => (size, number)))
        {
            using VideoFrame frame = source.Read(Cancel)!;
            Assert.Equal((width, height, number), (frame.Image.Width, frame.Image.Height, TestVideos.NumberOf(frame.Image)));
        }
    }

    [Theory]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nFILE\n#EXT-X-ENDLIST\n", "it is a playlist, which names other files")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nFILE\n\u0001", "it is a playlist, which names other files")]
    [InlineData("ffconcat version 1.0\nfile 'FILE'\n\u0001", "not a video that FFmpeg can read")]
    [InlineData("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=a\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 33\n\u0001", "not a video that FFmpeg can read")]
    [InlineData("<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"><BaseURL>FILE</BaseURL></MPD>\u0001", "not a video that FFmpeg can read")]
    public void A_list_of_other_files_opens_none_of_them_whatever_its_name(string content, string expected)
    {
        TestVideos.Write(_folder["other.mp4"], [0, 40]);
        foreach (string name in (string[])["a.mp4", "a.m3u8", "a.ffconcat"])
        {
            File.WriteAllText(_folder[name], content.Replace("FILE", "other.mp4", StringComparison.Ordinal));
            Assert.StartsWith($"{_folder[name]}: {expected}", Assert.Throws<VideoException>(() => TestVideos.Open(_folder[name])).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Sound_alone_is_no_damaged_video()
    {
        FfmpegProgram program = VideoRequired.Video();
        string path = _folder["sound.mp4"];
        FfmpegProgram.Ask(program.Ffmpeg, ["-v", "error", "-f", "lavfi", "-i", "sine=d=0.5", $"file:{path}"], new FfmpegLog(path, path), Cancel);
        Assert.Equal($"{path}: it holds sound alone, no video.", Assert.Throws<VideoException>(() => TestVideos.Open(path)).Message);
    }

    [Fact]
    public void Of_a_video_that_claims_more_pixels_than_anybody_has_nothing_is_read_and_no_memory_is_taken()
    {
        VideoRequired.Video();
        byte[] gif = TestVideos.Gif(40, 30, (2, 10), (0, 55));
        gif.AsSpan(6, 4).Fill(0xff);
        File.WriteAllBytes(_folder["huge.gif"], gif);
        byte[] avi = File.ReadAllBytes(Path.Combine(SharedData.Checkout, "tests", "Mien.Tests", "Video", "Samples", "mjpeg.avi"));
        // Width and height of BITMAPINFOHEADER and of the main header; the pictures themselves are small.
        Span<byte> format = avi.AsSpan(avi.AsSpan().IndexOf("strf"u8) + 12), header = avi.AsSpan(avi.AsSpan().IndexOf("avih"u8) + 40);
        foreach (int at in (int[])[0, 4])
        {
            BinaryPrimitives.WriteInt32LittleEndian(format[at..], 100_000);
            BinaryPrimitives.WriteInt32LittleEndian(header[at..], 100_000);
        }
        avi.AsSpan(avi.AsSpan().IndexOf("MJPG"u8), 4).Clear();
        avi.AsSpan(avi.AsSpan().LastIndexOf("MJPG"u8), 4).Clear();
        File.WriteAllBytes(_folder["huge.avi"], avi);
        foreach (string name in (string[])["huge.gif", "huge.avi"])
        {
            long before = GC.GetTotalAllocatedBytes();
            SourceEnd ending = TestVideos.Read(_folder[name]).Ending;
            Assert.Equal((SourceEndReason.Truncated, 0L), (ending.Reason, ending.Frames));
            Assert.Contains($"Picture size {(name == "huge.gif" ? "65535x65535" : "100000x100000")} is invalid", ending.Message, StringComparison.Ordinal);
            Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 50_000_000);
        }
    }

    [Fact]
    public void A_device_or_a_folder_is_no_video()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "needs /dev/zero");
        VideoRequired.Video();
        Assert.ThrowsAny<MienException>(() => TestVideos.Open("/dev/zero"));
    }

    [Theory]
    [InlineData("mp4", "libx264")]
    [InlineData("mkv", "mpeg4")]
    [InlineData("avi", "mpeg4")]
    [InlineData("mpg", "mpeg2video")]
    [InlineData("ts", "libx264")]
    [InlineData("gif", "gif")]
    [InlineData("mov", "mjpeg")]
    public void Whatever_is_changed_in_a_video_it_is_read_or_named(string extension, string encoder)
    {
        FfmpegProgram program = VideoRequired.Video();
        string good = _folder[$"good.{extension}"];
        FfmpegProgram.Ask(program.Ffmpeg,
            ["-v", "error", "-f", "lavfi", "-i", "testsrc=s=96x64:r=10:d=1.5", "-c:v", encoder, "-pix_fmt", encoder == "gif" ? "rgb8" : encoder == "mjpeg" ? "yuvj420p" : "yuv420p", $"file:{good}"],
            new FfmpegLog(good, good), Cancel);
        var mutator = new VideoMutator([File.ReadAllBytes(good)], seed: 7);
        for (int i = 0; i < 8; i++)
        {
            string path = _folder[$"{i}.{extension}"];
            File.WriteAllBytes(path, mutator.Next());
            try
            {
                (_, List<int> times, SourceEnd ending) = TestVideos.Read(path);
                Assert.Equal(times.Count, ending.Frames);
                Assert.StartsWith($"{path}: ", ending.Message, StringComparison.Ordinal);
            }
            catch (MienException error) when (error is VideoException or ImageException)
            {
                Assert.StartsWith($"{path}: ", error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain(error.Message, char.IsControl);
            }
        }
    }

    [Theory]
    [InlineData("01-video-width-heap-overflow", "rotated360.mp4", 10)]
    [InlineData("01-video-width-heap-overflow", "small24.mp4", 50)]
    [InlineData("04-short-and-sparse-video", "every-2.5-s.mp4", 8)]
    [InlineData("04-short-and-sparse-video", "still.gif", 1)]
    [InlineData("16-video-without-class", "crash_video_8k.mpg", 2)]
    [InlineData("16-video-without-class", "kill2_127_v.mpg", 17)]
    public void Videos_that_once_ended_the_process_are_read(string folder, string name, int frames)
    {
        VideoRequired.Video();
        Assert.Equal(frames, TestVideos.Read(SharedData.Require("cases", folder, name)).Ending.Frames);
    }

    public void Dispose() => _folder.Dispose();
}

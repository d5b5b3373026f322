using Mien.Video.Ffmpeg;

namespace Mien.Tests.Video.Ffmpeg;

public sealed class VideoProbeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void What_ffmpeg_says_while_it_opens_a_stream_is_read()
    {
        string[] lines =
        [
            "Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'http://camera.example/a.mp4':",
            "  Metadata:",
            "    comment         : Duration: 99:00:00.00, start: 5, 1000 fps",
            "  Duration: 00:01:19.69, start: -0.021333, bitrate: 731 kb/s",
            "  Stream #0:0[0x1](und): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, stereo, fltp, 128 kb/s (default)",
            "  Stream #0:1[0x2](und): Video: mjpeg (Baseline), yuvj420p(pc), 300x300, 90k tbr, 90k tbn (attached pic)",
            "  Stream #0:2[0x3](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p(tv, bt709, progressive), 640x360 [SAR 1:1 DAR 16:9], 599 kb/s, 23.98 fps, 23.98 tbr, 24k tbn (default)",
        ];
        VideoInfo info = VideoProbe.OfLog(lines, durationIsGuessed: false);
        Assert.Equal(new VideoInfo(0, 0, 23.98, -0.021333, 79.69, 0, "mov,mp4,m4a,3gp,3g2,mj2"), info);
        Assert.Equal(0, VideoProbe.OfLog(lines, durationIsGuessed: true).Duration);
        Assert.Equal("it holds sound with a cover picture, no video", Assert.Throws<FfmpegException>(() => VideoProbe.OfLog(lines[..^1], false)).Message);
    }

    [Fact]
    public void A_live_stream_has_no_duration_and_the_clock_s_rate_is_none()
    {
        VideoInfo info = VideoProbe.OfLog(
            ["Input #0, mpjpeg, from 'http://camera.example/':", "  Duration: N/A, bitrate: N/A", "  Stream #0:0: Video: mjpeg, yuvj420p, 64x48, 90000 fps, 25 tbr"], false);
        Assert.Equal(new VideoInfo(0, 0, 0, 0, 0, 0, "mpjpeg"), info);
    }

    [Fact]
    public void The_video_that_players_show_is_chosen_and_a_cover_never()
    {
        var program = FakeProgram.Running(_folder, "", $"cat '{_folder["answer.json"]}'");
        File.WriteAllText(_folder["answer.json"], """
            {"streams": [
              {"index": 0, "codec_type": "audio", "disposition": {"default": 1}},
              {"index": 1, "codec_type": "video", "width": 4000, "height": 4000, "disposition": {"default": 1, "attached_pic": 1}},
              {"index": 2, "codec_type": "video", "width": 1920, "height": 1080, "disposition": {"default": 0, "attached_pic": 0}},
              {"index": 3, "codec_type": "video", "width": 640, "height": 360, "avg_frame_rate": "0/0", "r_frame_rate": "30000/1001", "disposition": {"default": 1, "attached_pic": 0}}],
             "format": {"format_name": "matroska,webm", "start_time": "0.5", "duration": "12.5"}}
            """);
        VideoInfo info = VideoProbe.OfFile(program, VideoInput.OfFile("a.mkv"), CancellationToken.None);
        Assert.Equal(new VideoInfo(640, 360, 30000 / 1001.0, 0.5, 12.5, 0, "matroska,webm", 3), info);
    }

    [Theory]
    [InlineData("echo nonsense", "ffprobe's answer is no JSON")]
    [InlineData("echo '[mov @ 0x1] [error] moov atom not found' >&2; exit 1", "moov atom not found")]
    [InlineData("exit 3", "the program ended with exit code 3")]
    [InlineData("kill -SEGV $$", "the program crashed with signal 11")]
    [InlineData("cat /dev/zero", "it describes more than any video has")]
    [InlineData("echo '{}'", "there is no video in it")]
    public void A_probe_that_fails_says_why_and_nothing_more_happens(string script, string expected)
    {
        var program = FakeProgram.Running(_folder, "", script);
        Assert.StartsWith(expected, Assert.Throws<FfmpegException>(() => VideoProbe.OfFile(program, VideoInput.OfFile("a.mkv"), CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_probe_that_hangs_is_left_on_request()
    {
        var program = FakeProgram.Running(_folder, "", "sleep 1000");
        using var stop = new CancellationTokenSource(100);
        Assert.ThrowsAny<OperationCanceledException>(() => VideoProbe.OfFile(program, VideoInput.OfFile("a.mkv"), stop.Token));
    }

    [Fact]
    public void A_camera_of_Windows_is_chosen_by_its_number()
    {
        IReadOnlyList<string> names = DirectShowCameras.Read(["\"Integrated Camera\" (video)", "  Alternative name \"@device_pnp\"", "\"USB Camera\" (video)", "\"Microphone\" (audio)"]);
        Assert.Equal(["Integrated Camera", "USB Camera"], names);
        Assert.Equal(names, DirectShowCameras.Read(
            ["DirectShow video devices (some may be both)", " \"Integrated Camera\"", "    Alternative name \"@device_pnp\"", " \"USB Camera\"", "DirectShow audio devices", " \"Microphone\""]));
        Assert.Equal("USB Camera", DirectShowCameras.Choose("1", names));
        Assert.Equal("2: there is no such camera; there are 0 (Integrated Camera), 1 (USB Camera).", Assert.Throws<VideoException>(() => DirectShowCameras.Choose("2", names)).Message);
        Assert.Equal("0: there is no such camera; none is connected to this machine.", Assert.Throws<VideoException>(() => DirectShowCameras.Choose("0", [])).Message);
    }

    public void Dispose() => _folder.Dispose();
}

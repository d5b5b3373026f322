using Mien.Video;
using Mien.Video.Ffmpeg;

namespace Mien.Tests.Video;

public sealed class CameraTests
{
    private const string Any = "/dev/video-none";

    [Theory]
    [InlineData("0", true)]
    [InlineData("12", true)]
    [InlineData("/dev/video0", true)]
    [InlineData("/dev/v4l/by-id/usb-camera", true)]
    [InlineData("0.mp4", false)]
    [InlineData("/dev/shm/a.mp4", false)]
    public void A_number_or_a_device_is_a_camera(string source, bool expected) => Assert.Equal(expected, CameraSource.IsCamera(source));

    [Fact]
    public void Without_a_camera_one_line_says_so()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "cameras are files on Linux only");
        using var devices = new TemporaryFolder();
        Assert.Equal($"{devices["video0"]}: there is no such camera; none is connected to this machine.",
            Assert.Throws<VideoException>(() => CameraSource.Locate("0", devices.Path)).Message);
        File.WriteAllText(devices["video10"], "");
        File.WriteAllText(devices["video2"], "");
        Assert.Equal($"{devices["video0"]}: there is no such camera; there are {devices["video2"]}, {devices["video10"]}.",
            Assert.Throws<VideoException>(() => CameraSource.Locate("0", devices.Path)).Message);
        Assert.Equal(("v4l2", devices["video2"]), CameraSource.Locate("2", devices.Path));
        Assert.Contains("there is no such camera", Assert.Throws<VideoException>(() => TestVideos.Open(Any)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((int)FfmpegFailure.Busy, "the camera is in use by another program")]
    [InlineData((int)FfmpegFailure.Denied, "no permission to use the camera; `sudo usermod -aG video $USER`")]
    [InlineData((int)FfmpegFailure.NotFound, "the camera is not connected any more")]
    [InlineData((int)FfmpegFailure.TimedOut, "the camera gives no frames")]
    [InlineData((int)FfmpegFailure.Other, "the camera cannot be used: Inappropriate ioctl for device.")]
    public void A_camera_that_cannot_be_used_is_told_in_one_line(int kind, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "cameras are files on Linux only");
        using var devices = new TemporaryFolder();
        File.WriteAllText(devices["video0"], "");
        var decoders = new FakeDecoders(FakeDecoders.Fails((FfmpegFailure)kind, "Inappropriate ioctl for device"));
        string message = Assert.Throws<VideoException>(() => CameraSource.Open(devices["video0"], new FrameSourceOptions(), decoders.Open, CancellationToken.None)).Message;
        Assert.StartsWith($"{devices["video0"]}: {expected}", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void FFmpeg_itself_refuses_a_device_that_is_no_camera()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "cameras are files on Linux only");
        VideoRequired.Video();
        string message = Assert.Throws<VideoException>(() => CameraSource.Open("/dev/null", new FrameSourceOptions(), FrameSource.Decode, CancellationToken.None)).Message;
        Assert.StartsWith("/dev/null: the camera cannot be used: ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void FFmpeg_has_its_devices()
    {
        var input = new VideoInput("color=red:s=64x48:r=10:d=0.3", "red") { Format = "lavfi", Timeout = TimeSpan.FromSeconds(10) };
        using VideoDecoder decoder = VideoDecoder.Open(VideoRequired.Video(), input, TestContext.Current.CancellationToken);
        var times = new List<double>();
        while (decoder.Next(TestContext.Current.CancellationToken) is { } frame)
            times.Add(Math.Round(frame.Time, 3));
        Assert.Equal([0, 0.1, 0.2], times);
    }

    [Fact]
    public void A_camera_is_live_has_the_size_asked_for_and_says_when_it_is_pulled_out()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "cameras are files on Linux only");
        using var devices = new TemporaryFolder();
        File.WriteAllText(devices["video0"], "");
        var decoders = new FakeDecoders(FakeDecoders.Gives([5, 5.1, 5.2], failure: "no data for 10 s"));
        using CameraSource camera = CameraSource.Open(devices["video0"], new FrameSourceOptions { CameraSize = (1280, 720) }, decoders.Open, CancellationToken.None);
        Assert.Equal("v4l2", decoders.Inputs[0].Format);
        Assert.Equal(["-video_size", "1280x720"], decoders.Inputs[0].Options);
        Assert.True(camera.IsLive);
        for (int i = 0; i < 3; i++)
            Assert.Equal(i, camera.Read(TestContext.Current.CancellationToken)!.Number);
        Assert.Contains("gives no frames", Assert.Throws<VideoException>(() => camera.Read(TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }
}

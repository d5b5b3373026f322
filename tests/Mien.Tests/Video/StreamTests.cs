using System.Net;
using System.Net.Sockets;
using System.Text;
using Mien.Tests.Inference;
using Mien.Video;
using Mien.Video.Ffmpeg;

namespace Mien.Tests.Video;

public sealed class StreamTests
{
    private const string Address = "rtsp://anna:secret@camera.example/live";
    private readonly ManualClock _clock = new();
    private readonly List<StreamInterruption> _interruptions = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_stream_that_drops_is_reached_again_with_longer_and_longer_pauses()
    {
        Func<IVideoDecoder> down = FakeDecoders.Fails(FfmpegFailure.Other, "connection refused");
        using StreamSource source = Open(new FakeDecoders(FakeDecoders.Gives([0, 0.1, 0.2], failure: "reset by peer"),
            down, down, down, down, down, down, FakeDecoders.Gives([100, 100.1])));
        double[] times = Read(source, 5);

        Assert.Equal([1, 2, 4, 8, 16, 30, 30], _clock.Waits);
        Assert.Equal(["reset by peer", .. Enumerable.Repeat("connection refused", 6)], _interruptions.Select(interruption => interruption.Reason));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], _interruptions.Select(interruption => interruption.Attempt));
        Assert.Equal(_clock.Waits, _interruptions.Select(interruption => interruption.Delay.TotalSeconds));
        // The frames before came at once by this clock, the outage lasted 91 s.
        Assert.Equal([0, 0.1, 0.2, 91, 91.1], times);
        Assert.True(source.IsLive);
        Assert.Null(source.Ending);
    }

    [Fact]
    public void A_frame_that_arrives_ends_the_series_of_pauses()
    {
        using StreamSource source = Open(new FakeDecoders(FakeDecoders.Gives([0]), FakeDecoders.Fails(FfmpegFailure.Other), FakeDecoders.Gives([0])));
        Read(source, 4);
        Assert.Equal([1, 2, 1, 1], _clock.Waits);
    }

    [Fact]
    public void Cancelling_ends_the_attempts()
    {
        using var stop = new CancellationTokenSource();
        var options = new FrameSourceOptions { Interrupted = interruption => { if (interruption.Attempt == 3) stop.Cancel(); } };
        using var source = new StreamSource(Address, options, new FakeDecoders(FakeDecoders.Gives([0]), FakeDecoders.Fails(FfmpegFailure.Other)).Open, _clock, stop.Token);
        Assert.NotNull(source.Read(stop.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => source.Read(stop.Token));
    }

    [Fact]
    public void A_password_is_never_shown()
    {
        using StreamSource source = Open(new FakeDecoders(FakeDecoders.Gives([0], failure: "gone"), FakeDecoders.Gives([0])));
        Read(source, 2);
        Assert.Equal("rtsp://camera.example/live", source.Name);
        Assert.All(_interruptions, interruption => Assert.Equal("rtsp://camera.example/live", interruption.Source));
        string message = Assert.Throws<VideoException>(() => Open(new FakeDecoders(FakeDecoders.Fails(FfmpegFailure.Denied)))).Message;
        Assert.StartsWith("rtsp://camera.example/live: access is denied", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_that_drops_goes_on_where_it_was()
    {
        var info = new VideoInfo(2, 1, 10, 0, 1.0, 0, "mp4");
        double[] all = [.. Enumerable.Range(0, 10).Select(i => i / 10.0)];
        using StreamSource source = Open(new FakeDecoders(FakeDecoders.Gives(all[..4], info: info), FakeDecoders.Gives(all[..2], info: info), FakeDecoders.Gives(all, info: info)));
        Assert.False(source.IsLive);
        Assert.Equal(all, Read(source, 10));
        Assert.Null(source.Read(Cancel));
        Assert.Equal(SourceEndReason.Complete, source.Ending!.Reason);
        Assert.Equal([1, 2], _clock.Waits);
    }

    [Fact]
    public void A_recording_that_never_gives_more_is_truncated()
    {
        var info = new VideoInfo(2, 1, 10, 0, 1.0, 0, "mp4");
        using StreamSource source = Open(new FakeDecoders(FakeDecoders.Gives([0, 0.1], info: info)));
        Read(source, 2);
        Assert.Null(source.Read(Cancel));
        Assert.Equal(SourceEndReason.Truncated, source.Ending!.Reason);
        Assert.Equal(2, source.Ending.Frames);
    }

    [Theory]
    [InlineData("ftp://camera.example/a")]
    [InlineData("concat://a")]
    public void An_address_of_another_kind_is_refused(string address) =>
        Assert.Contains("streams begin with rtsp://", Assert.Throws<VideoException>(() => TestVideos.Open(address)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_server_that_is_not_there_is_told()
    {
        VideoRequired.Video();
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        string message = Assert.Throws<VideoException>(() => TestVideos.Open($"rtsp://127.0.0.1:{port}/a")).Message;
        Assert.StartsWith($"rtsp://127.0.0.1:{port}/a: the stream cannot be opened: Connection refused", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_is_silent_is_given_up_after_the_timeout_or_on_request()
    {
        VideoRequired.Video();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/a.mp4";
        string message = Assert.Throws<VideoException>(() => TestVideos.Open(address, new FrameSourceOptions { Timeout = TimeSpan.FromSeconds(0.2) })).Message;
        Assert.Equal($"{address}: no answer within 0.2 s.", message);
        using var stop = new CancellationTokenSource(200);
        Assert.ThrowsAny<OperationCanceledException>(() => FrameSource.Open(address, new FrameSourceOptions { Timeout = TimeSpan.FromHours(1) }, stop.Token));
    }

    [Fact]
    public void A_recording_is_read_over_http_although_the_connection_breaks()
    {
        VideoRequired.Video();
        using var folder = new TemporaryFolder();
        byte[] file = File.ReadAllBytes(TestVideos.WritePattern(folder["a.mkv"], 100));
        using var server = new FileServer(file) { BreaksAfter = new([file.Length / 2]), KnowsRanges = false };
        var options = new FrameSourceOptions { Interrupted = _interruptions.Add };
        using var source = new StreamSource(server.Address.ToString(), options, FrameSource.Decode, _clock, Cancel);
        (_, List<int> times, SourceEnd ending) = TestVideos.Read(source);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i * 40), times);
        // The frame in which the connection broke may be distorted.
        Assert.NotEqual(SourceEndReason.Truncated, ending.Reason);
        Assert.Single(_interruptions);
    }

    [Fact]
    public async Task A_camera_that_sends_jpeg_files_over_http_is_timed_by_their_arrival()
    {
        VideoRequired.Video();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task server = ServeJpegAsync(listener);
        string address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/video";
        var options = new FrameSourceOptions { Interrupted = _interruptions.Add };
        using (var source = new StreamSource(address, options, FrameSource.Decode, _clock, Cancel))
        {
            Assert.True(source.IsLive);
            for (int i = 0; i < 12; i++)
            {
                using VideoFrame frame = source.Read(Cancel)!;
                Assert.Equal((i % 6, i * 7.0), (TestVideos.NumberOf(frame.Image), Math.Round(frame.Time.TotalSeconds, 3)));
                _clock.Advance(TimeSpan.FromSeconds(7));
            }
        }
        await server;
    }

    [Fact]
    public async Task A_live_stream_over_tcp_is_reached_again()
    {
        VideoRequired.Video();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        byte[] stream = File.ReadAllBytes(Path.Combine(SharedData.Checkout, "tests", "Mien.Tests", "Video", "Samples", "h264.ts"));
        Task server = Task.Run(async () =>
        {
            for (int connection = 0; connection < 2; connection++)
            {
                using Socket client = await listener.AcceptSocketAsync(Cancel);
                await client.SendAsync(stream, Cancel);
                client.Shutdown(SocketShutdown.Both);
            }
        }, Cancel);
        var options = new FrameSourceOptions { Interrupted = _interruptions.Add };
        using (var source = new StreamSource($"tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", options, FrameSource.Decode, _clock, Cancel))
        {
            double[] times = Read(source, 20);
            Assert.Equal([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], times[..10]);
            Assert.Equal([1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9], times[10..].Select(time => Math.Round(time, 3)));
        }
        await server;
        Assert.Equal([1], _clock.Waits);
    }

    [Theory]
    [InlineData("anna:secret@", true)]
    [InlineData("", false)]
    public void A_camera_is_read_over_rtsp(string login, bool accepted)
    {
        VideoRequired.Video();
        using var server = new RtspServer(File.ReadAllBytes(Path.Combine(SharedData.Checkout, "tests", "Mien.Tests", "Video", "Samples", "h264.ts")), "anna:secret");
        string address = $"rtsp://{login}127.0.0.1:{server.Port}/live";
        if (!accepted)
        {
            Assert.Contains("access is denied", Assert.Throws<VideoException>(() => TestVideos.Open(address)).Message, StringComparison.Ordinal);
            return;
        }
        using var source = new StreamSource(address, new FrameSourceOptions(), FrameSource.Decode, _clock, Cancel);
        Assert.Equal($"rtsp://127.0.0.1:{server.Port}/live", source.Name);
        Assert.True(source.IsLive);
        double[] times = Read(source, 8);
        Assert.All(times.Skip(1).Zip(times), pair => Assert.Equal(0.1, pair.First - pair.Second, 0.02));
    }

    private static async Task ServeJpegAsync(TcpListener listener)
    {
        using Socket client = await listener.AcceptSocketAsync(Cancel);
        await client.ReceiveAsync(new byte[4096], Cancel);
        await client.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=next\r\n\r\n"), Cancel);
        try
        {
            for (int i = 0; i < 200; i++)
            {
                byte[] jpeg = TestVideos.Frame(i).Encode(".jpg");
                await client.SendAsync(Encoding.ASCII.GetBytes($"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {jpeg.Length}\r\n\r\n"), Cancel);
                await client.SendAsync(jpeg, Cancel);
                await client.SendAsync("\r\n"u8.ToArray(), Cancel);
            }
        }
        catch (SocketException)
        {
            // The reader has seen enough.
        }
    }

    private StreamSource Open(FakeDecoders decoders) =>
        new(Address, new FrameSourceOptions { Interrupted = _interruptions.Add }, decoders.Open, _clock, Cancel);

    private static double[] Read(StreamSource source, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Math.Round(source.Read(Cancel)!.Time.TotalSeconds, 6))];
}

using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Mien.Server;

namespace Mien.Tests;

public sealed class StreamTests(DefaultServer running) : IClassFixture<DefaultServer>
{
    private static readonly byte[] Sample = RunningServer.Sample;

    private RunningServer Server => running.Server;

    [Fact]
    public async Task A_video_that_is_streamed_reads_as_the_library_reads_it()
    {
        string path = SharedData.Require("data", "media", "head_turning.mp4");
        using var analyzer = EmotionAnalyzer.Create(RunningServer.Haar);
        var video = new VideoAnalyzer(analyzer);
        using var source = FrameSource.Open(path, cancellation: TestContext.Current.CancellationToken);
        using var stream = await TestStream.StartAsync(Server);
        int faces = 0, entered = 0;
        for (int i = 0; i < 20 && source.Read(TestContext.Current.CancellationToken) is { } frame; i++)
        {
            // PNG loses nothing, so that both see the same.
            byte[] picture = frame.Image.Encode(".png");
            var expected = video.Analyze(new(Image.Decode(picture, "frame"), i, frame.Time));
            await stream.SendAsync((uint)i, frame.Time.TotalSeconds, picture);
            JsonElement message;
            while ((message = await stream.ReceiveAsync()).GetProperty("type").GetString() == "event")
                entered += message.GetProperty("event").GetString() == "entered" ? 1 : 0;
            Assert.Equal(("frame", i, 1, "webcam"), (message.GetProperty("type").GetString(), message.GetProperty("frame").GetInt32(), message.GetProperty("credits").GetInt32(), message.GetProperty("source").GetString()));
            var actual = message.GetProperty("faces");
            Assert.Equal(expected.Faces.Count, actual.GetArrayLength());
            for (int j = 0; j < expected.Faces.Count; j++, faces++)
            {
                Assert.Equal(expected.Faces[j].Track, actual[j].GetProperty("track").GetInt32());
                Assert.All(expected.Faces[j].Smoothed.Labels, label =>
                    Assert.Equal(expected.Faces[j].Smoothed[label], actual[j].GetProperty("smoothed").GetProperty(label).GetDouble(), 1e-3));
            }
            frame.Dispose();
        }
        Assert.True(faces > 5 && entered >= 1);
        await stream.SendAsync("""{"type":"stop"}""");
        Assert.Equal("left", (await stream.ReceiveAsync("event")).GetProperty("event").GetString());
        var summary = await stream.ReceiveAsync("summary");
        Assert.NotEmpty(summary.GetProperty("summary").GetProperty("whole").GetProperty("people").EnumerateArray());
        await stream.ClosesWithAsync(WebSocketCloseStatus.NormalClosure);
    }

    [Fact]
    public async Task A_stream_says_what_it_reads_with()
    {
        using var stream = await TestStream.OpenAsync(Server);
        Assert.Equal("mien.v1", stream.Socket.SubProtocol);
        await stream.SendAsync("""{"type":"start","labels":"ferplus","session":null}""");
        var ready = await stream.ReceiveAsync();
        Assert.Equal(("ready", 2, ModelBox.Default, 8),
            (ready.GetProperty("type").GetString(), ready.GetProperty("credits").GetInt32(), ready.GetProperty("model").GetString(), ready.GetProperty("labels").GetArrayLength()));
    }

    [Fact]
    public async Task Readings_and_markers_of_a_stream_are_stored_as_a_session()
    {
        using var stream = await TestStream.StartAsync(Server, """{"type":"start","source":"webcam","session":"streamed"}""");
        for (uint i = 0; i < 8; i++)
        {
            if (i == 5)
                await stream.SendAsync("""{"type":"mark","marker":"question 2","time":0.45}""");
            await stream.SendAsync(i, i / 10.0, Sample);
            await stream.ReceiveAsync("frame");
        }
        await stream.SendAsync("""{"type":"stop"}""");
        Assert.Equal("question 2", (await stream.ReceiveAsync("summary")).GetProperty("markers")[0].GetProperty("marker").GetString());
        await stream.ClosesWithAsync(WebSocketCloseStatus.NormalClosure);
        using var answer = await Server.GetAsync("/v1/sessions/streamed");
        var session = await RunningServer.JsonAsync(answer);
        Assert.Equal((8, 0.45), (session.GetProperty("frames").GetInt32(), session.GetProperty("markers")[0].GetProperty("time").GetDouble()));
        Assert.True(session.GetProperty("tracks").GetInt32() >= 6);
    }

    [Fact]
    public async Task A_bad_frame_is_told_and_the_stream_goes_on()
    {
        await using var server = await RunningServer.StartAsync(new() { Pictures = new() { MaximumPixels = 10_000 } });
        using var stream = await TestStream.StartAsync(server);
        await stream.SendAsync(1, 0.1, RunningServer.Blank);
        await stream.ReceiveAsync("frame");
        foreach (var (time, picture, problem) in ((double, byte[], string)[])[
            (0.2, "text"u8.ToArray(), "not-a-picture"), (0.2, [], "not-a-picture"), (0.2, RunningServer.Blank[..60], "damaged-picture"), (0.2, Sample, "picture-too-large"),
            (0.1, RunningServer.Blank, "bad-value"), (-1, RunningServer.Blank, "bad-value"), (double.NaN, RunningServer.Blank, "bad-value"), (double.PositiveInfinity, RunningServer.Blank, "bad-value")])
        {
            await stream.SendAsync(7, time, picture);
            var told = await stream.ReceiveAsync();
            Assert.Equal(("problem", 7, 1, $"urn:mien:problem:{problem}"), (told.GetProperty("type").GetString(), told.GetProperty("frame").GetInt32(), told.GetProperty("credits").GetInt32(),
                told.GetProperty("problem").GetProperty("type").GetString()));
        }
        await stream.SendAsync(8, 0.2, RunningServer.Blank);
        Assert.Equal(8, (await stream.ReceiveAsync("frame")).GetProperty("frame").GetInt32());
    }

    [Fact]
    public async Task Who_breaks_the_rules_is_told_which_and_the_server_goes_on()
    {
        byte[] frame = TestStream.Frame(1, 0, RunningServer.Blank);
        await BeforeStartAsync(stream => stream.SendAsync(frame), "not-started", WebSocketCloseStatus.PolicyViolation);
        await BeforeStartAsync(stream => stream.SendAsync("""{"type":"mark","marker":"a"}"""), "malformed-message", WebSocketCloseStatus.InvalidMessageType);
        await BeforeStartAsync(stream => stream.SendAsync("hello"), "malformed-message", WebSocketCloseStatus.InvalidMessageType);
        await BeforeStartAsync(stream => stream.SendAsync("null"), "malformed-message", WebSocketCloseStatus.InvalidMessageType);
        await BeforeStartAsync(stream => stream.SendAsync("""{"type":"start","labels":"nonsense"}"""), "unknown-labels", WebSocketCloseStatus.PolicyViolation);
        await BeforeStartAsync(stream => stream.SendAsync("""{"type":"start","session":"a/b"}"""), "bad-value", WebSocketCloseStatus.PolicyViolation);
        await BeforeStartAsync(stream => stream.SendAsync($$"""{"type":"start","source":"{{new string('a', 300)}}"}"""), "bad-value", WebSocketCloseStatus.PolicyViolation);
        await BeforeStartAsync(stream => stream.SendAsync(new string('a', 20_000)), "request-too-large", WebSocketCloseStatus.MessageTooBig);
        await AfterStartAsync(stream => stream.SendAsync("""{"type":"start"}"""), "malformed-message", WebSocketCloseStatus.InvalidMessageType);
        await AfterStartAsync(stream => stream.SendAsync("text where a frame is due"), "malformed-message", WebSocketCloseStatus.InvalidMessageType);
        await AfterStartAsync(stream => stream.SendAsync(new byte[11]), "malformed-message", WebSocketCloseStatus.InvalidMessageType);
        await AfterStartAsync(stream => stream.SendAsync(new byte[(16 << 20) + 1]), "request-too-large", WebSocketCloseStatus.MessageTooBig);
        await AfterStartAsync(stream => stream.SendAsync("""{"type":"mark","marker":""}"""), "bad-value", WebSocketCloseStatus.PolicyViolation);
        await AfterStartAsync(async stream =>
        {
            for (uint i = 0; i < 40 && stream.Socket.State == WebSocketState.Open; i++)
                await stream.SendAsync(i, i, Sample);
        }, "no-credit", WebSocketCloseStatus.PolicyViolation);
        using var next = await TestStream.StartAsync(Server);
        await next.SendAsync(frame);
        await next.ReceiveAsync("frame");

        async Task BeforeStartAsync(Func<TestStream, Task> act, string problem, WebSocketCloseStatus status)
        {
            using var stream = await TestStream.OpenAsync(Server);
            await act(stream);
            await stream.EndsWithAsync(problem, status);
        }

        async Task AfterStartAsync(Func<TestStream, Task> act, string problem, WebSocketCloseStatus status)
        {
            using var stream = await TestStream.StartAsync(Server);
            await act(stream);
            await stream.EndsWithAsync(problem, status);
        }
    }

    [Fact]
    public async Task A_client_that_vanishes_or_does_not_listen_leaves_nothing_behind()
    {
        await using var server = await RunningServer.StartAsync(new() { MaximumStreams = 2, StreamTimeout = TimeSpan.FromSeconds(1) });
        var vanished = await TestStream.StartAsync(server, """{"type":"start","session":"cut"}""");
        for (uint i = 0; i < 2; i++)
            await vanished.SendAsync(i, i, Sample);
        var silent = await TestStream.StartAsync(server);
        // As many as may be are open.
        await Assert.ThrowsAsync<WebSocketException>(() => TestStream.OpenAsync(server));
        vanished.Socket.Abort();
        await silent.EndsWithAsync("request-timeout", WebSocketCloseStatus.PolicyViolation);
        silent.Dispose();
        string metrics;
        do
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            using var answer = await server.GetAsync("/metrics");
            metrics = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
        while (!metrics.Contains("mien_streams{} 0\n", StringComparison.Ordinal));
        using (var again = await TestStream.StartAsync(server))
            Assert.Equal(WebSocketState.Open, again.Socket.State);
        using var session = await server.GetAsync("/v1/sessions/cut");
        Assert.InRange((await RunningServer.JsonAsync(session)).GetProperty("frames").GetInt32(), 0, 2);
    }

    [Fact]
    public async Task A_server_that_stops_answers_what_is_under_way_and_closes()
    {
        await using var server = await RunningServer.StartAsync();
        using var stream = await TestStream.StartAsync(server);
        await stream.SendAsync(1, 0, Sample);
        await stream.SendAsync(2, 0.1, Sample);
        var first = await stream.ReceiveAsync("frame");
        var stopping = server.App.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, 2), (first.GetProperty("frame").GetInt32(), (await stream.ReceiveAsync("frame")).GetProperty("frame").GetInt32()));
        await stream.ReceiveAsync("summary");
        await stream.ClosesWithAsync(WebSocketCloseStatus.EndpointUnavailable);
        await stream.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
        await stopping;
    }

    [Fact]
    public async Task Pages_of_other_sites_and_strangers_are_refused()
    {
        await Refused(Server, HttpStatusCode.Forbidden, socket => socket.SetRequestHeader("Origin", "https://evil.example"));
        using (var answer = await Server.GetAsync("/v1/stream"))
            await RunningServer.ProblemAsync(answer, 426, "websocket-needed");

        var folder = Directory.CreateTempSubdirectory("mien keys ");
        try
        {
            var options = new ServerOptions { Urls = ["http://0.0.0.0:0"], KeyFile = Path.Combine(folder.FullName, "keys.json") };
            var (_, key) = new ApiKeyFile(options.KeyFile).Create("page");
            await using var server = await RunningServer.StartAsync(options);
            await Refused(server, HttpStatusCode.Unauthorized, _ => { });
            await Refused(server, HttpStatusCode.Unauthorized, socket => socket.AddSubProtocol($"mien.key.{key}x"));
            using (var stream = await TestStream.OpenAsync(server, "mien.v1", $"mien.key.{key}"))
                Assert.Equal("mien.v1", stream.Socket.SubProtocol);
            using var withHeader = new ClientWebSocket();
            withHeader.Options.SetRequestHeader("Authorization", $"Bearer {key}");
            await withHeader.ConnectAsync(Address(server), TestContext.Current.CancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static async Task Refused(RunningServer server, HttpStatusCode status, Action<ClientWebSocketOptions> configure)
        {
            using var socket = new ClientWebSocket();
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.AddSubProtocol("mien.v1");
            configure(socket.Options);
            await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(Address(server), TestContext.Current.CancellationToken));
            Assert.Equal(status, socket.HttpStatusCode);
        }

        static Uri Address(RunningServer server) => new UriBuilder(server.Client.BaseAddress!) { Scheme = "ws", Path = "/v1/stream" }.Uri;
    }
}

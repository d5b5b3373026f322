using System.Net;
using Mien.Client;
using Mien.Server;

namespace Mien.Tests;

public sealed class ClientTests(DefaultServer running) : IClassFixture<DefaultServer>
{
    [Fact]
    public async Task The_client_gets_what_the_library_gives()
    {
        var token = TestContext.Current.CancellationToken;
        using var client = new MienClient(running.Server.Client.BaseAddress!);
        using var analyzer = EmotionAnalyzer.Create(RunningServer.Haar);
        var expected = analyzer.Analyze(RunningServer.SamplePath);
        var analysis = await client.AnalyzeAsync([RunningServer.SamplePath, typeof(ClientTests).Assembly.Location], cancellation: token);
        var picture = Assert.Single(analysis.Pictures);
        Assert.Equal(("average-faces.png", expected.Count), (picture.Source, picture.Faces.Count));
        Assert.Equal(expected.Select(face => face.Scores.Top), picture.Faces.Select(face => face.Label));
        Assert.Equal(expected[0].Scores.Confidence, picture.Faces[0].Scores[picture.Faces[0].Label], 1e-4);
        Assert.Equal((1, "urn:mien:problem:not-a-picture"), (Assert.Single(analysis.Problems).Index, analysis.Problems[0].Type));

        var other = await client.AnalyzeAsync(RunningServer.Sample, labels: "ferplus", token);
        Assert.Equal(8, other.Faces[0].Scores.Count);
        Assert.Contains(await client.GetModelsAsync(token), model => model is { Name: ModelBox.Default, Loaded: true });
    }

    [Fact]
    public async Task A_problem_is_an_exception_with_its_type()
    {
        using var client = new MienClient(running.Server.Client.BaseAddress!);
        var error = await Assert.ThrowsAsync<MienClientException>(() => client.AnalyzeAsync("no picture"u8.ToArray(), cancellation: TestContext.Current.CancellationToken));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "urn:mien:problem:not-a-picture"), (error.Status, error.Type));
        Assert.Contains("it looks like text", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_that_is_too_large_is_a_problem_not_a_broken_connection()
    {
        using var client = new MienClient(running.Server.Client.BaseAddress!);
        var error = await Assert.ThrowsAsync<MienClientException>(() => client.AnalyzeAsync(new byte[20 << 20], cancellation: TestContext.Current.CancellationToken));
        Assert.Equal("urn:mien:problem:request-too-large", error.Type);
    }

    [Fact]
    public async Task The_client_explains_streams_and_keeps_sessions()
    {
        var token = TestContext.Current.CancellationToken;
        using var client = new MienClient(running.Server.Client.BaseAddress!);
        var map = await client.ExplainAsync(RunningServer.Blank, labels: "ferplus", cancellation: token);
        Assert.Equal((64, 48, 0), (map.Width, map.Height, map.Faces.Count));

        await using (var stream = await client.OpenStreamAsync("camera", session: "client stream", cancellation: token))
        {
            Assert.Equal((ModelBox.Default, 7), (stream.Model, stream.Labels.Count));
            // More at once than there are credits: the client waits for them.
            var frames = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => stream.ReadAsync(RunningServer.Sample, TimeSpan.FromSeconds(i / 10.0), token)));
            Assert.Equal(7, frames[^1].Frame.Faces.Count);
            Assert.All(frames[^1].Frame.Faces, face => Assert.Equal(1, face.Smoothed.Values.Sum(), 1e-3));
            Assert.Equal(7, frames.SelectMany(frame => frame.Events).Count(happened => happened.Event == "entered"));
            var bad = await Assert.ThrowsAsync<MienClientException>(() => stream.ReadAsync("text"u8.ToArray(), TimeSpan.FromSeconds(1), token));
            Assert.Equal("urn:mien:problem:not-a-picture", bad.Type);
            await stream.MarkAsync("end", TimeSpan.FromSeconds(0.6), token);
            var recording = await stream.StopAsync(token);
            Assert.Equal(("end", 2), (Assert.Single(recording.Markers).Marker, recording.Summary.Segments.Count));
        }
        var unknown = await Assert.ThrowsAsync<MienClientException>(() => client.OpenStreamAsync("camera", labels: "nonsense", cancellation: token));
        Assert.Equal("urn:mien:problem:unknown-labels", unknown.Type);

        string[] labels = ["happiness", "neutral"];
        var begun = await client.BeginSessionAsync(new("client session", labels, "webcam", "own", RetentionDays: 7), token);
        Assert.Equal(7, begun.RetentionDays);
        var scores = new Dictionary<string, double> { ["happiness"] = 0.75, ["neutral"] = 0.25 };
        await client.AppendAsync("client session", [new("", 0, 0, 64, 48, []), new("", 0.5, 1, 64, 48, [new(1, [1, 2, 30, 40], 0.9, scores, scores)])], [new("", 0.5, "entered", 1)], token);
        await client.MarkAsync("client session", new(0.5, "two"), token);
        Assert.Equal(["client session", "client stream"], (await client.GetSessionsAsync(token)).Select(session => session.Name).Where(name => name.StartsWith("client", StringComparison.Ordinal)));
        Assert.Equal("two", Assert.Single((await client.GetSessionAsync("client session", token)).Markers).Marker);
        var lines = new List<RecordedLine>();
        await foreach (var line in client.GetSessionReadingsAsync("client session", token))
            lines.Add(line);
        Assert.Equal(0.75, Assert.Single(lines.OfType<RecordedFrame>().Last().Faces).Scores["happiness"], 1 / 255.0);
        Assert.Equal(["entered", "marker"], lines.OfType<RecordedEvent>().Select(happened => happened.Event).Order());
        await client.DeleteSessionAsync("client session", token);
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<MienClientException>(() => client.GetSessionAsync("client session", token))).Status);
    }

    [Fact]
    public async Task The_client_has_videos_read()
    {
        var token = TestContext.Current.CancellationToken;
        using var client = new MienClient(running.Server.Client.BaseAddress!);
        var job = await client.SendVideoAsync(SharedData.Require("data", "media", "classroom.mp4"), cancellation: token);
        Assert.Equal("classroom.mp4", job.Source);
        long frames = 0;
        await foreach (var line in client.GetVideoReadingsAsync(job.Id, token))
            frames += line is RecordedFrame ? 1 : 0;
        var done = await client.WaitForVideoAsync(job.Id, token);
        Assert.Equal(("done", frames), (done.Status, done.Frames));
        Assert.InRange((await client.GetVideoSummaryAsync(job.Id, token)).Summary.Whole.End, 0.1, 60);
        Assert.Contains(await client.GetVideosAsync(token), other => other.Id == job.Id);
        await client.DeleteVideoAsync(job.Id, token);
        Assert.DoesNotContain(await client.GetVideosAsync(token), other => other.Id == job.Id);
    }

    [Fact]
    public async Task A_key_opens_the_door()
    {
        var folder = Directory.CreateTempSubdirectory("mien client ");
        try
        {
            var options = new ServerOptions { Urls = ["http://0.0.0.0:0"], KeyFile = Path.Combine(folder.FullName, "keys.json") };
            var (_, key) = new ApiKeyFile(options.KeyFile).Create("client");
            await using var server = await RunningServer.StartAsync(options);
            using (var stranger = new MienClient(server.Client.BaseAddress!))
                Assert.Equal(HttpStatusCode.Unauthorized, (await Assert.ThrowsAsync<MienClientException>(() => stranger.GetModelsAsync(TestContext.Current.CancellationToken))).Status);
            using var friend = new MienClient(server.Client.BaseAddress!, key);
            Assert.NotEmpty(await friend.GetModelsAsync(TestContext.Current.CancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

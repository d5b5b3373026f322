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

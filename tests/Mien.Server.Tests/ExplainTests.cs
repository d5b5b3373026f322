namespace Mien.Tests;

public sealed class ExplainTests(DefaultServer running) : IClassFixture<DefaultServer>
{
    private static readonly byte[] OneFace = Cut();

    [Theory]
    [InlineData("", null)]
    [InlineData("?label=happy", "happiness")]
    public async Task A_picture_is_explained_as_the_library_explains_it(string query, string? label)
    {
        using var analyzer = EmotionAnalyzer.Create(RunningServer.Haar);
        var expected = analyzer.Explain(Image.Decode(OneFace, "face"), label);
        using var answer = await running.Server.SendAsync("POST", $"/v1/explain{query}", OneFace, "image/png");
        var faces = (await RunningServer.JsonAsync(answer)).GetProperty("faces");
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Count, faces.GetArrayLength());
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(label ?? expected[i].Face.Scores.Top, faces[i].GetProperty("label").GetString());
            Assert.Equal(expected[i].Region.Side, faces[i].GetProperty("region").GetProperty("side").GetDouble(), 0.01);
            Assert.All(Enumerable.Range(0, 16), row => Assert.Equal(expected[i].Map[5, row], faces[i].GetProperty("map")[row][5].GetDouble(), 1e-4));
        }
    }

    [Fact]
    public async Task Other_labels_can_be_explained()
    {
        using var answer = await running.Server.SendAsync("POST", "/v1/explain?labels=ferplus&label=contempt", OneFace, "image/png");
        Assert.Equal("contempt", (await RunningServer.JsonAsync(answer)).GetProperty("faces")[0].GetProperty("label").GetString());
    }

    [Theory]
    [InlineData("?label=nonsense", "unknown-label")]
    [InlineData("?label=contempt", "unknown-label")]
    [InlineData("?labels=nonsense", "unknown-labels")]
    [InlineData("?lable=anger", "unknown-parameter")]
    public async Task A_bad_parameter_gets_its_problem(string query, string problem)
    {
        using var answer = await running.Server.SendAsync("POST", $"/v1/explain{query}", OneFace, "image/png");
        await RunningServer.ProblemAsync(answer, 400, problem);
    }

    [Fact]
    public async Task A_bad_picture_gets_its_problem()
    {
        using (var answer = await running.Server.SendAsync("POST", "/v1/explain", "text"u8.ToArray(), "image/png"))
            await RunningServer.ProblemAsync(answer, 422, "not-a-picture");
        using (var answer = await running.Server.SendAsync("POST", "/v1/explain", """{"pictures":[{"data":""},{"data":""}]}"""u8.ToArray(), "application/json"))
            await RunningServer.ProblemAsync(answer, 413, "too-many-pictures");
        using (var answer = await running.Server.SendAsync("POST", "/v1/explain", RunningServer.Blank, "image/png"))
            Assert.Equal(0, (await RunningServer.JsonAsync(answer)).GetProperty("faces").GetArrayLength());
    }

    /// <summary>The left end of the sample, with few faces: each takes its time.</summary>
    private static byte[] Cut()
    {
        var sample = Image.Load(RunningServer.SamplePath);
        int width = 280, channels = sample.Channels;
        var pixels = new byte[width * sample.Height * channels];
        for (int y = 0; y < sample.Height; y++)
            sample.Pixels.Slice(y * sample.Width * channels, width * channels).CopyTo(pixels.AsSpan(y * width * channels));
        return Image.FromPixels(width, sample.Height, sample.Format, pixels).Encode(".png");
    }
}

using System.Net;
using System.Net.Http.Headers;

namespace Mien.Tests;

public sealed class ModelTests(DefaultServer running) : IClassFixture<DefaultServer>
{
    private RunningServer Server => running.Server;

    [Fact]
    public async Task The_models_tell_what_a_browser_needs_to_run_them()
    {
        await using var server = await RunningServer.StartAsync(new() { Analyzer = new() { Detector = "face-detector" } });
        using var all = await server.GetAsync("/v1/models");
        var models = (await RunningServer.JsonAsync(all)).GetProperty("models");
        var (classifier, detector) = (models[0], models[1]);
        Assert.Equal(($"/v1/models/{ModelBox.Default}/file", $"/v1/models/{ModelBox.Default}/card"), (classifier.GetProperty("file").GetString(), classifier.GetProperty("card").GetString()));
        Assert.Equal((48, "Gray", true, true, 0f), (classifier.GetProperty("inputSize").GetInt32(), classifier.GetProperty("color").GetString(), classifier.GetProperty("normalizationInGraph").GetBoolean(),
            classifier.GetProperty("softmaxInGraph").GetBoolean(), classifier.GetProperty("cropMargin").GetSingle()));
        Assert.InRange(classifier.GetProperty("temperature").GetSingle(), 0.5f, 2);
        Assert.False(classifier.TryGetProperty("detection", out _));
        Assert.Equal("/v1/models/face-detector/file", detector.GetProperty("file").GetString());
        using var expected = OnnxFaceDetector.Load(ModelBox.Find("face-detector"));
        var use = detector.GetProperty("detection");
        Assert.Equal((expected.UsualConfidence, expected.BoxToCrop.Scale, expected.BoxToCrop.ShiftY),
            (use.GetProperty("confidence").GetSingle(), use.GetProperty("cropScale").GetSingle(), use.GetProperty("cropShiftY").GetSingle()));
    }

    [Fact]
    public async Task The_file_of_a_model_comes_whole_and_is_not_sent_twice()
    {
        string path = $"/v1/models/{ModelBox.Default}/file";
        EntityTagHeaderValue tag;
        using (var answer = await Server.GetAsync(path))
        {
            Assert.Equal(File.ReadAllBytes(ModelBox.Find(ModelBox.Default)), await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            Assert.Equal("no-cache", answer.Headers.CacheControl!.ToString());
            tag = answer.Headers.ETag!;
        }
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.IfNoneMatch.Add(tag);
        using var again = await Server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task The_card_of_a_model_is_Markdown_with_its_confusion_matrix()
    {
        using var answer = await Server.GetAsync($"/v1/models/{ModelBox.Default}/card");
        Assert.Equal("text/markdown", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("Confusion", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense/file", "unknown-model")]
    [InlineData("nonsense/card", "unknown-model")]
    [InlineData("haar/file", "not-found")]
    [InlineData("haar/card", "not-found")]
    [InlineData("..%2f..%2fmien-s/file", "unknown-model")]
    [InlineData("..%2fmodels%2fmien-s/card", "unknown-model")]
    [InlineData("README/card", "unknown-model")]
    public async Task What_is_no_model_is_not_found(string path, string problem)
    {
        using var answer = await Server.GetAsync($"/v1/models/{path}");
        await RunningServer.ProblemAsync(answer, 404, problem);
    }
}

using System.Text;
using System.Text.Json;

namespace Mien.Tests;

public sealed class AnalyzeTests(DefaultServer running) : IClassFixture<DefaultServer>
{
    /// <summary>What the sum of many floats may differ by when faces go through the network together and not alone.</summary>
    private const double BatchTolerance = 1e-4;

    private RunningServer Server => running.Server;

    [Fact]
    public async Task A_picture_reads_as_the_library_reads_it()
    {
        using var analyzer = EmotionAnalyzer.Create(RunningServer.Haar);
        using var answer = await Server.PostAsync(RunningServer.Sample, "image/png");
        await EqualsLibrary(analyzer, RunningServer.SamplePath, answer);
    }

    [Fact]
    public async Task A_real_photo_with_landmarks_reads_as_the_library_reads_it()
    {
        var options = new AnalyzerOptions { Detector = SharedData.Require("weights", "face_detection_yunet_2023mar.onnx") };
        string photo = SharedData.Require("data", "media", "multi_face.jpg");
        using var analyzer = EmotionAnalyzer.Create(options);
        await using var server = await RunningServer.StartAsync(new() { Analyzer = options });
        using var answer = await server.PostAsync(File.ReadAllBytes(photo), "image/jpeg");
        var faces = await EqualsLibrary(analyzer, photo, answer);
        Assert.Equal(2, faces[0].GetProperty("landmarks").GetProperty("nose").GetArrayLength());
    }

    [Fact]
    public async Task The_three_ways_of_sending_pictures_give_the_same()
    {
        byte[] json = Encoding.UTF8.GetBytes($$"""{"pictures":[{"source":"Größe 表情.png","data":"{{Convert.ToBase64String(RunningServer.Sample)}}"}]}""");
        using var asJson = await Server.PostAsync(json, "application/json; charset=utf-8");
        using var asField = await Server.PostAsync(("Größe 表情.png", RunningServer.Sample));
        using var asBytes = await Server.PostAsync(RunningServer.Sample, "application/octet-stream");

        var (first, second, third) = (Picture(await RunningServer.JsonAsync(asJson)), Picture(await RunningServer.JsonAsync(asField)), Picture(await RunningServer.JsonAsync(asBytes)));
        Assert.Equal("Größe 表情.png", first.GetProperty("source").GetString());
        Assert.True(JsonElement.DeepEquals(first, second));
        Assert.Equal("picture-1", third.GetProperty("source").GetString());
        Assert.True(JsonElement.DeepEquals(first.GetProperty("faces"), third.GetProperty("faces")));

        static JsonElement Picture(JsonElement answer) => Assert.Single(answer.GetProperty("pictures").EnumerateArray());
    }

    [Fact]
    public async Task A_bad_picture_among_good_ones_is_named_and_spoils_none()
    {
        using var answer = await Server.PostAsync(("a.png", RunningServer.Sample), ("b.txt", "no picture"u8.ToArray()), ("c.png", RunningServer.Sample[..2000]), ("d.png", RunningServer.Sample));
        var json = await RunningServer.JsonAsync(answer);
        Assert.Equal(["a.png", "d.png"], json.GetProperty("pictures").EnumerateArray().Select(picture => picture.GetProperty("source").GetString()));
        Assert.Equal([(1, "b.txt", "urn:mien:problem:not-a-picture"), (2, "c.png", "urn:mien:problem:damaged-picture")], json.GetProperty("problems").EnumerateArray()
            .Select(problem => (problem.GetProperty("index").GetInt32(), problem.GetProperty("source").GetString()!, problem.GetProperty("type").GetString()!)));
    }

    [Fact]
    public async Task A_picture_without_a_face_is_no_problem()
    {
        using var answer = await Server.PostAsync(RunningServer.Blank, "image/png");
        Assert.Equal(0, (await RunningServer.JsonAsync(answer)).GetProperty("pictures")[0].GetProperty("faces").GetArrayLength());
    }

    [Fact]
    public async Task Other_labels_of_the_model_are_told_apart_on_demand()
    {
        using var answer = await Server.PostAsync(RunningServer.Sample, "image/png", "?labels=ferplus");
        var face = (await RunningServer.JsonAsync(answer)).GetProperty("pictures")[0].GetProperty("faces")[0];
        Assert.Equal(Emotion.All.Order(StringComparer.Ordinal), face.GetProperty("scores").EnumerateObject().Select(score => score.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Sixty_four_requests_at_once_get_the_answers_that_each_gets_alone()
    {
        var pictures = Enumerable.Range(0, 6).Select(Part).ToList();
        var alone = new List<JsonElement>();
        foreach (byte[] picture in pictures)
        {
            using var answer = await Server.PostAsync(picture, "image/png");
            alone.Add((await RunningServer.JsonAsync(answer)).GetProperty("pictures")[0]);
        }
        Assert.True(alone.Sum(picture => picture.GetProperty("faces").GetArrayLength()) >= 7);

        var together = await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
        {
            using var answer = await Server.PostAsync(pictures[i % pictures.Count], "image/png");
            return (await RunningServer.JsonAsync(answer)).GetProperty("pictures")[0];
        }));
        for (int i = 0; i < together.Length; i++)
            SameFaces(alone[i % pictures.Count].GetProperty("faces"), together[i].GetProperty("faces"));
    }

    [Fact]
    public async Task The_models_tell_what_they_are()
    {
        using var all = await Server.GetAsync("/v1/models");
        var models = (await RunningServer.JsonAsync(all)).GetProperty("models").EnumerateArray().ToList();
        var loaded = models.Where(model => model.GetProperty("loaded").GetBoolean()).Select(model => model.GetProperty("name").GetString());
        Assert.Equal([ModelBox.Default, "haar"], loaded);
        Assert.Subset(models.Select(model => model.GetProperty("name").GetString()!).ToHashSet(), ModelBox.Names.ToHashSet());

        using var one = await Server.GetAsync($"/v1/models/{ModelBox.Default}");
        Assert.Contains("ferplus", (await RunningServer.JsonAsync(one)).GetProperty("alternatives").EnumerateObject().Select(labels => labels.Name));
        using var none = await Server.GetAsync("/v1/models/nonsense");
        await RunningServer.ProblemAsync(none, 404, "unknown-model");
    }

    [Fact]
    public async Task The_server_counts_what_it_does()
    {
        await using var server = await RunningServer.StartAsync();
        (await server.PostAsync(RunningServer.Sample, "image/png")).Dispose();
        (await server.GetAsync("/no/such/path")).Dispose();
        using var answer = await server.GetAsync("/metrics");
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        string[] lines = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n');
        foreach (string line in (ReadOnlySpan<string>)["mien_requests_total{route=\"/v1/analyze\",status=\"200\"} 1", "mien_requests_total{route=\"none\",status=\"404\"} 1",
            "mien_request_duration_seconds_count{route=\"/v1/analyze\"} 1", "mien_requests_in_flight{} 1", "mien_pictures_total{} 1", "mien_faces_total{} 7",
            "mien_batch_faces_bucket{le=\"4\"} 0", "mien_batch_faces_bucket{le=\"8\"} 1", "mien_batch_faces_sum{} 7"])
            Assert.Contains(line, lines);
        Assert.DoesNotContain(lines, line => line.Contains("such", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task The_server_says_that_it_is_well(string path)
    {
        using var answer = await Server.GetAsync(path);
        Assert.Equal("ok", (await RunningServer.JsonAsync(answer)).GetProperty("status").GetString());
    }

    /// <summary>A part of the sample that shows two of its faces.</summary>
    private static byte[] Part(int index)
    {
        var sample = Image.Load(RunningServer.SamplePath);
        int step = 265, width = 2 * step, channels = sample.Channels;
        var pixels = new byte[width * sample.Height * channels];
        for (int y = 0; y < sample.Height; y++)
            sample.Pixels.Slice(((y * sample.Width) + (index * step)) * channels, width * channels).CopyTo(pixels.AsSpan(y * width * channels));
        return Image.FromPixels(width, sample.Height, sample.Format, pixels).Encode(".png");
    }

    private static async Task<JsonElement> EqualsLibrary(EmotionAnalyzer analyzer, string picture, HttpResponseMessage answer)
    {
        var expected = analyzer.Analyze(picture);
        var faces = (await RunningServer.JsonAsync(answer)).GetProperty("pictures")[0].GetProperty("faces");
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Count, faces.GetArrayLength());
        for (int i = 0; i < expected.Count; i++)
        {
            var (face, box) = (faces[i], expected[i].Box);
            Assert.Equal(expected[i].Scores.Top, face.GetProperty("label").GetString());
            Assert.Equal(expected[i].Detection, face.GetProperty("detection").GetDouble(), 1e-5);
            Assert.All(new[] { box.X, box.Y, box.Width, box.Height }, (value, j) => Assert.Equal(value, face.GetProperty("box")[j].GetDouble(), 0.01));
            Assert.All(expected[i].Scores.Labels, label => Assert.Equal(expected[i].Scores[label], face.GetProperty("scores").GetProperty(label).GetDouble(), BatchTolerance));
        }
        return faces;
    }

    private static void SameFaces(JsonElement expected, JsonElement actual)
    {
        Assert.Equal(expected.GetArrayLength(), actual.GetArrayLength());
        for (int i = 0; i < expected.GetArrayLength(); i++)
        {
            Assert.True(JsonElement.DeepEquals(expected[i].GetProperty("box"), actual[i].GetProperty("box")));
            foreach (var score in expected[i].GetProperty("scores").EnumerateObject())
                Assert.Equal(score.Value.GetDouble(), actual[i].GetProperty("scores").GetProperty(score.Name).GetDouble(), BatchTolerance);
        }
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Mien.Tests;

public sealed class DetectorEvaluationTests : IDisposable
{
    private const string Yunet = "face_detection_yunet_2023mar.onnx";

    // Eleven unmasked faces 25 to 65 pixels high.
    private static readonly string[] Photos = ["m0211.jpg", "m0471.jpg", "m0603.jpg", "m0748.jpg"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Yunet_finds_nearly_all_faces_and_faulty_photos_are_left_out()
    {
        string annotations = Annotations(json =>
        {
            JsonArray images = json["images"]!.AsArray();
            File.WriteAllText(_folder["broken.jpg"], "no picture");
            images.Add(new JsonObject { ["id"] = -1, ["file_name"] = _folder["broken.jpg"], ["width"] = 9, ["height"] = 9 });
            images.Add(new JsonObject { ["id"] = -2, ["file_name"] = CommandLine.Sample, ["width"] = 7, ["height"] = 7 });
            images.Add(new JsonObject { ["id"] = -3, ["file_name"] = "gone.jpg", ["width"] = 9, ["height"] = 9 });
        });
        var result = await CommandLine.Run("evaluate", SharedData.Require("weights", Yunet), annotations, "--split", "all", "--json",
            "--teacher", SharedData.Require("weights", "yunet_n_dynamic.onnx"));
        Assert.True(result.ExitCode == 0, result.Error);
        var report = JsonDocument.Parse(Assert.Single(result.Lines)).RootElement;
        Assert.Equal((4, 11), (Number(report, "photos"), Number(report, "faces")));
        Assert.InRange(Number(report, "ap50"), 0.8, 1);
        Assert.InRange(Number(report, "ap"), 0.2, Number(report, "ap50"));
        Assert.Equal((11, 0), (Number(report, "unmasked", "faces"), Number(report, "masked", "faces")));
        Assert.Equal((0, 4, 7), (Number(report, "byHeight", "under20", "faces"), Number(report, "byHeight", "from20To40", "faces"), Number(report, "byHeight", "above40", "faces")));
        // Three of the faces are cut by the border.
        Assert.InRange(Number(report, "recallUnmasked"), 0.65, 1);
        Assert.InRange(Number(report, "recallAt01"), 0.5, 1);
        Assert.Equal(0.7, Number(report, "usualConfidence"), 1e-6);
        Assert.InRange(Number(report, "landmarks", "mean"), 0.001, 0.1);
        Assert.InRange(Number(report, "landmarks", "faces"), 8, 11);
        Assert.True(Number(report, "millisecondsPerPhoto") > 0);
        foreach (string named in (string[])[_folder["broken.jpg"], "its annotations are for 7x7", "gone.jpg"])
            Assert.Contains(named, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Haar_finds_fewer_and_the_table_says_so()
    {
        var result = await CommandLine.Run("evaluate", "haar", Annotations(), "--split", "all");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("4 photos", result.Output, StringComparison.Ordinal);
        double ap50 = double.Parse(Regex.Match(result.Output, @"all\D+11\D+([0-9.]+)").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(ap50, 0.1, 0.75);
    }

    [Fact]
    public async Task The_two_splits_make_up_all_photos()
    {
        string annotations = Annotations();
        double[] photos = await Task.WhenAll(((string[])["train", "validation"]).Select(async split =>
        {
            var result = await CommandLine.Run("evaluate", "haar", annotations, "--split", split, "--json");
            Assert.True(result.ExitCode == 0, result.Error);
            return Number(JsonDocument.Parse(result.Output).RootElement, "photos");
        }));
        Assert.Equal([3, 1], photos);
    }

    [Theory]
    [InlineData("train, validation, all", "haar", "--split", "test")]
    [InlineData("--report", "haar", "--report", "page.html")]
    [InlineData("--side must be from 32 to 16384", "haar", "--side", "0")]
    [InlineData("no model of that name in the box", "viola")]
    public async Task What_does_not_fit_photos_is_refused_with_the_remedy(string remedy, string detector, params string[] arguments)
    {
        string annotations = _folder["faces.json"];
        await File.WriteAllTextAsync(annotations, """{"images": [], "annotations": [], "categories": []}""", TestContext.Current.CancellationToken);
        var result = await CommandLine.Run(["evaluate", detector, annotations, .. arguments]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(remedy, result.Error, StringComparison.Ordinal);
    }

    /// <summary>The annotations of a few shared photos.</summary>
    private string Annotations(Action<JsonNode>? change = null)
    {
        string folder = SharedData.Require("data", "faces");
        JsonNode json = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "annotations.coco.json")))!;
        Keep(json["images"]!, image => Photos.Contains((string)image["file_name"]!));
        var ids = json["images"]!.AsArray().Select(image => (int)image!["id"]!).ToHashSet();
        Keep(json["annotations"]!, annotation => ids.Contains((int)annotation["image_id"]!));
        foreach (var image in json["images"]!.AsArray())
            image!["file_name"] = Path.Combine(folder, "images", (string)image["file_name"]!);
        change?.Invoke(json);
        File.WriteAllText(_folder["faces.json"], json.ToJsonString());
        return _folder["faces.json"];
    }

    private static void Keep(JsonNode list, Predicate<JsonNode> keep) => list.AsArray().RemoveAll(entry => !keep(entry!));

    private static double Number(JsonElement report, params IEnumerable<string> path) => path.Aggregate(report, (element, name) => element.GetProperty(name)).GetDouble();
}

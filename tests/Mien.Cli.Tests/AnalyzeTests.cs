using System.Globalization;
using System.Text.Json;
using ImageMagick;

namespace Mien.Tests;

public sealed class AnalyzeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_sample_shows_seven_faces_and_at_least_six_read_as_what_they_are()
    {
        var result = await CommandLine.Run("analyze", CommandLine.Sample, "--json");
        Assert.Equal(0, result.ExitCode);
        var faces = Json(Assert.Single(result.Lines)).GetProperty("faces").EnumerateArray()
            .OrderBy(face => face.GetProperty("box")[0].GetDouble()).ToList();
        Assert.Equal(7, faces.Count);
        string[] expected = [Emotion.Neutral, Emotion.Happiness, Emotion.Surprise, Emotion.Sadness, Emotion.Anger, Emotion.Disgust, Emotion.Fear];
        int right = faces.Zip(expected).Count(pair => pair.First.GetProperty("label").GetString() == pair.Second);
        Assert.InRange(right, 6, 7);
    }

    [Fact]
    public async Task Json_follows_the_documented_schema()
    {
        var result = await CommandLine.Run("analyze", CommandLine.Sample, "--json");
        var picture = Json(Assert.Single(result.Lines));
        Assert.Equal(1, picture.GetProperty("schema").GetInt32());
        Assert.Equal(CommandLine.Sample, picture.GetProperty("source").GetString());
        int width = picture.GetProperty("width").GetInt32(), height = picture.GetProperty("height").GetInt32();
        foreach (var face in picture.GetProperty("faces").EnumerateArray())
        {
            double[] box = [.. face.GetProperty("box").EnumerateArray().Select(value => value.GetDouble())];
            Assert.InRange(box[0] + (box[2] / 2), 0, width);
            Assert.InRange(box[1] + (box[3] / 2), 0, height);
            Assert.InRange(face.GetProperty("detection").GetDouble(), 0, 1);
            var scores = face.GetProperty("scores").EnumerateObject().ToDictionary(score => score.Name, score => score.Value.GetDouble());
            Assert.Subset(Emotion.All.ToHashSet(), scores.Keys.ToHashSet());
            Assert.Equal(1, scores.Values.Sum(), tolerance: 1e-3);
            string label = face.GetProperty("label").GetString()!;
            Assert.Equal(scores.Values.Max(), scores[label]);
            Assert.Equal(scores[label], face.GetProperty("confidence").GetDouble());
        }
    }

    [Fact]
    public async Task The_table_says_what_it_is_and_holds_no_control_characters_when_piped()
    {
        var result = await CommandLine.Run("analyze", CommandLine.Sample);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("7 faces", result.Output, StringComparison.Ordinal);
        Assert.Contains("reads as", result.Output, StringComparison.Ordinal);
        Assert.Contains("not a person's inner state", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', result.Output);
    }

    [Fact]
    public async Task Csv_has_a_row_for_each_face_and_one_for_a_picture_without()
    {
        string blank = _folder["no one, here.png"];
        Flat(64, 48).Save(blank);
        var result = await CommandLine.Run("analyze", CommandLine.Sample, blank, "--csv");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(1 + 7 + 1, result.Lines.Length);
        Assert.StartsWith("source,face,x,y,width,height,detection,label,confidence,", result.Lines[0], StringComparison.Ordinal);
        Assert.Contains("neutral", result.Lines[0].Split(','));
        Assert.StartsWith($"\"{blank}\",,", result.Lines[^1], StringComparison.Ordinal);
        Assert.All(result.Lines[1..^1], row => Assert.True(double.Parse(row.Split(',')[8], CultureInfo.InvariantCulture) <= 1));
    }

    [Fact]
    public async Task Bad_pictures_get_a_line_each_and_the_rest_goes_on()
    {
        File.WriteAllBytes(_folder["a-empty.png"], []);
        File.WriteAllText(_folder["b-text.jpg"], "this is no picture");
        File.WriteAllBytes(_folder["c-truncated.png"], File.ReadAllBytes(CommandLine.Sample)[..2000]);
        File.Copy(CommandLine.Sample, _folder["d-good.png"]);
        Directory.CreateDirectory(_folder["e-inner"]);
        Flat(3, 1).Save(_folder["e-inner", "tiny.png"]);
        File.WriteAllText(_folder["notes.txt"], "left out, and said so");

        var result = await CommandLine.Run("analyze", _folder.Path, _folder["missing.png"], "--json");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal([_folder["d-good.png"], _folder["e-inner", "tiny.png"]], result.Lines.Select(line => Json(line).GetProperty("source").GetString()));
        Assert.Empty(Json(result.Lines[1]).GetProperty("faces").EnumerateArray());
        foreach (string bad in (ReadOnlySpan<string>)["a-empty.png", "b-text.jpg", "c-truncated.png", "missing.png"])
            Assert.Single(result.ErrorLines, line => line.Contains(_folder[bad], StringComparison.Ordinal));
        Assert.Contains(result.ErrorLines, line => line.Contains("4 of 6 pictures could not be analyzed", StringComparison.Ordinal));
        Assert.Contains(result.ErrorLines, line => line.Contains("1 of 6 files have no picture's extension", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_picture_comes_from_stdin()
    {
        var result = await CommandLine.Run(File.ReadAllBytes(CommandLine.Sample), ["analyze", "-", "--json"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("stdin", Json(result.Lines[0]).GetProperty("source").GetString());
        Assert.Equal(7, Json(result.Lines[0]).GetProperty("faces").GetArrayLength());
    }

    [Fact]
    public async Task An_annotated_copy_is_written_and_never_over_the_picture()
    {
        string original = _folder["Gruppe ä.png"], copy = _folder["out", "copy.jpg"];
        File.Copy(CommandLine.Sample, original);
        Assert.Equal(0, (await CommandLine.Run("analyze", original, "--annotate", copy)).ExitCode);
        Assert.NotEqual(Image.Load(original).Pixels.ToArray(), Image.Load(copy).Pixels.ToArray());

        byte[] before = File.ReadAllBytes(original);
        var refused = await CommandLine.Run("analyze", original, "--annotate", _folder.Path);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("would overwrite the picture", refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(original));
    }

    [Fact]
    public async Task A_picture_of_a_format_that_is_not_written_has_a_jpeg_for_its_copy()
    {
        string original = _folder["group.avif"];
        using (var picture = new MagickImage(CommandLine.Sample))
            picture.Write(original, MagickFormat.Avif);
        var result = await CommandLine.Run("analyze", original, "--annotate", _folder["out"], "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.True(Json(result.Lines[0]).GetProperty("faces").GetArrayLength() >= 6);
        Assert.True(Image.Load(_folder["out", "group.avif.jpg"]).Width > 0);
    }

    [Fact]
    public async Task A_truncated_model_is_named()
    {
        string model = _folder["half.onnx"];
        byte[] whole = File.ReadAllBytes(ModelBox.Find(ModelBox.Default));
        File.WriteAllBytes(model, whole[..(whole.Length / 2)]);
        var result = await CommandLine.Run("analyze", CommandLine.Sample, "--model", model);
        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains(model, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--detector", "nonsense.onnx", "nonsense.onnx")]
    [InlineData("--model", "nonsense.onnx", "nonsense.onnx")]
    [InlineData("--min-size", "0", "min-size")]
    [InlineData("--min-confidence", "2", "min-confidence")]
    public async Task A_wrong_option_is_named_without_a_stack_trace(string option, string value, string named)
    {
        var result = await CommandLine.Run("analyze", CommandLine.Sample, option, value);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(named, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Real_group_photos_give_faces_and_a_landscape_gives_none()
    {
        string media = SharedData.Require("data", "media"), yunet = SharedData.Require("weights", "face_detection_yunet_2023mar.onnx");
        var result = await CommandLine.Run("analyze", Path.Combine(media, "multi_face.jpg"), Path.Combine(media, "no_face.jpg"), "--detector", yunet, "--json");
        Assert.Equal(0, result.ExitCode);
        var faces = Json(result.Lines[0]).GetProperty("faces");
        Assert.Equal(5, faces.GetArrayLength());
        Assert.Equal(2, faces[0].GetProperty("landmarks").GetProperty("leftEye").GetArrayLength());
        Assert.Empty(Json(result.Lines[1]).GetProperty("faces").EnumerateArray());
    }

    private static JsonElement Json(string line) => JsonDocument.Parse(line).RootElement;

    private static Image Flat(int width, int height) => Image.FromPixels(width, height, PixelFormat.Gray8, new byte[width * height]);
}

using System.Text.Json;

namespace Mien.Tests;

public sealed class ExplainTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_copy_with_heat_maps_and_a_legend_is_written_and_a_table_shown()
    {
        string copy = _folder["out", "copy.png"];
        var result = await CommandLine.Run("explain", CommandLine.Sample, "-o", copy);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("7 faces", result.Output, StringComparison.Ordinal);
        Assert.Contains("falls to", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', result.Output);
        Image original = Image.Load(CommandLine.Sample), drawn = Image.Load(copy);
        Assert.Equal(original.Width, drawn.Width);
        Assert.True(drawn.Height > original.Height);
        Assert.Contains(Enumerable.Range(0, original.Width * original.Height), i => drawn.Pixels[3 * i] > drawn.Pixels[(3 * i) + 1] + 60);
    }

    [Fact]
    public async Task Json_has_a_map_for_each_face_and_a_picture_without_faces_is_a_result()
    {
        string blank = _folder["no one.png"];
        Image.FromPixels(320, 240, PixelFormat.Gray8, new byte[320 * 240]).Save(blank);
        File.WriteAllText(_folder["broken.png"], "this is no picture");
        var result = await CommandLine.Run("explain", CommandLine.Sample, _folder["broken.png"], blank, "--json", "--label", "Angry");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(2, result.Lines.Length);
        Assert.Contains(result.ErrorLines, line => line.Contains("broken.png", StringComparison.Ordinal));

        var faces = JsonDocument.Parse(result.Lines[0]).RootElement.GetProperty("faces").EnumerateArray().ToList();
        Assert.Equal(7, faces.Count);
        foreach (var face in faces)
        {
            Assert.Equal(Emotion.Anger, face.GetProperty("label").GetString());
            double probability = face.GetProperty("probability").GetDouble();
            Assert.InRange(face.GetProperty("lowest").GetDouble(), 0, probability);
            Assert.True(face.GetProperty("region").GetProperty("side").GetDouble() > 50);
            var rows = face.GetProperty("map").EnumerateArray().ToList();
            Assert.Equal(16, rows.Count);
            Assert.All(rows, row => Assert.Equal(16, row.GetArrayLength()));
            Assert.All(rows.SelectMany(row => row.EnumerateArray()), value => Assert.InRange(value.GetDouble(), probability - 1, probability));
        }
        Assert.Empty(JsonDocument.Parse(result.Lines[1]).RootElement.GetProperty("faces").EnumerateArray());
    }

    [Fact]
    public async Task Another_set_of_labels_of_the_model_can_be_explained()
    {
        string[] contempt = ["explain", CommandLine.Sample, "--json", "--label", Emotion.Contempt];
        var result = await CommandLine.Run([.. contempt, "--labels", "ferplus"]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.All(JsonDocument.Parse(result.Output).RootElement.GetProperty("faces").EnumerateArray(), face => Assert.Equal(Emotion.Contempt, face.GetProperty("label").GetString()));
        Assert.Contains("does not know the label 'contempt'", (await CommandLine.Run(contempt)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_pictures_gives_a_folder_of_copies()
    {
        Directory.CreateDirectory(_folder["in", "inner"]);
        File.Copy(CommandLine.Sample, _folder["in", "inner", "Gesichter ä.png"]);
        Image.FromPixels(64, 48, PixelFormat.Gray8, new byte[64 * 48]).Save(_folder["in", "blank.png"]);
        var result = await CommandLine.Run("explain", _folder["in"], "-o", _folder["out"]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("no face found", result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["out", "inner", "Gesichter ä.png"]) && File.Exists(_folder["out", "blank.png"]));
    }

    [Theory]
    [InlineData("--output", "explain", "SAMPLE")]
    [InlineData("does not know the label 'bored'; its labels are anger", "explain", "SAMPLE", "--json", "--label", "bored")]
    [InlineData("Name a folder instead", "explain", "SAMPLE", "SAMPLE", "-o", "one.png")]
    [InlineData("would overwrite the picture", "explain", "SAMPLE", "-o", "SAMPLE")]
    [InlineData("nonsense.onnx", "explain", "SAMPLE", "--json", "--model", "nonsense.onnx")]
    public async Task What_cannot_be_done_is_explained_without_a_stack_trace(string message, params string[] arguments)
    {
        var result = await CommandLine.Run([.. arguments.Select(argument => argument == "SAMPLE" ? CommandLine.Sample : argument)]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }
}

using System.Text.Json;

namespace Mien.Tests;

public sealed class TrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TrainingTests() => TwoShades.Write(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_of_pictures_becomes_a_model_that_reads_them()
    {
        RequireLibtorch();
        var trained = await CommandLine.Run("train", _folder["tiny.json"], "--data", _folder["data"], "--run", _folder["run"]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Contains("validation accuracy 100", trained.Output, StringComparison.Ordinal);
        Assert.Equal(4, File.ReadAllLines(_folder["run", "history.jsonl"]).Length);
        Assert.NotEmpty(Image.Load(_folder["run", "samples.png"]).Pixels.ToArray());

        var measured = await CommandLine.Run("evaluate", _folder["run", "tiny.onnx"], _folder["data"], "--json");
        Assert.True(measured.ExitCode == 0, measured.Error);
        var report = JsonDocument.Parse(Assert.Single(measured.Lines)).RootElement;
        Assert.Equal(32, report.GetProperty("n").GetInt32());
        Assert.Equal(1, report.GetProperty("accuracy").GetDouble());
        Assert.Equal(1, report.GetProperty("macroF1").GetDouble());
        Assert.Equal([16, 0, 0, 16], report.GetProperty("confusion").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(count => count.GetInt32()));

        string copy = _folder["mine.onnx"];
        var exported = await CommandLine.Run("export", _folder["run", "best.safetensors"], "-o", copy, "--name", "mine", "--license", "MIT", "--metric", "validation.f1=0.5");
        Assert.True(exported.ExitCode == 0, exported.Error);
        using var classifier = EmotionClassifier.Load(copy);
        Assert.Equal(("mine", "MIT", 0.5), (classifier.Metadata.Name, classifier.Metadata.License, classifier.Metadata.Metrics["validation.f1"]));
        Assert.Equal([Emotion.Happiness, Emotion.Sadness], classifier.Labels);
    }

    [Fact]
    public async Task A_run_is_neither_overwritten_nor_resumed_unasked()
    {
        RequireLibtorch();
        string[] train = ["train", _folder["tiny.json"], "--data", _folder["data"], "--run", _folder["run"]];
        Assert.Equal(0, (await CommandLine.Run(train)).ExitCode);
        var again = await CommandLine.Run(train);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains(_folder["run"], again.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await CommandLine.Run([.. train, "--resume"])).ExitCode);
        Assert.Equal(4, File.ReadAllLines(_folder["run", "history.jsonl"]).Length);
    }

    [Fact]
    public async Task A_training_that_is_asked_to_stop_can_be_resumed()
    {
        RequireLibtorch();
        if (OperatingSystem.IsWindows())
            Assert.Skip("sends SIGTERM");
        File.WriteAllText(_folder["long.json"], TwoShades.Recipe.Replace("\"epochs\": 4", "\"epochs\": 100000", StringComparison.Ordinal));
        string[] train = ["train", _folder["long.json"], "--data", _folder["data"], "--run", _folder["run"]];
        string history = _folder["run", "history.jsonl"];
        var result = await CommandLine.Interrupt(train, () => File.Exists(history) && File.ReadAllLines(history).Length >= 2);
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("--resume", result.Error, StringComparison.Ordinal);
        int epochs = File.ReadAllLines(history).Length;
        await CommandLine.Interrupt([.. train, "--resume"], () => File.ReadAllLines(history).Length >= epochs + 2);
        Assert.Equal(Enumerable.Range(1, epochs + 2), File.ReadLines(history).Take(epochs + 2)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("epoch").GetInt32()));
    }

    [Fact]
    public async Task Folds_of_persons_are_trained_measured_together_and_resumed()
    {
        RequireLibtorch();
        File.WriteAllText(_folder["folds.json"], TwoShades.Recipe.Replace("\"epochs\"", "\"keep\": \"last\", \"epochs\"", StringComparison.Ordinal));
        foreach (string label in (ReadOnlySpan<string>)["happy", "sad"])
        {
            Directory.CreateDirectory(_folder["persons", label]);
            for (int i = 0; i < 16; i++)
                File.Copy(_folder["data", "train", label, $"{i}.png"], _folder["persons", label, $"S00{i % 4}_001_{i:D8}.png"]);
        }
        string[] train = ["train", _folder["folds.json"], "--data", _folder["persons"], "--run", _folder["run"], "--folds", "2"];
        var trained = await CommandLine.Run(train);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Contains("Fold  1: ", trained.Output, StringComparison.Ordinal);
        Assert.Contains("32 images  top-1 100", trained.Output, StringComparison.Ordinal);
        Assert.Equal(32, JsonDocument.Parse(File.ReadAllText(_folder["run", "folds", "folds.json"])).RootElement.GetProperty("pooled").GetProperty("n").GetInt32());

        var again = await CommandLine.Run(train);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("already holds a training", again.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await CommandLine.Run([.. train, "--resume"])).ExitCode);
    }

    [Fact]
    public async Task A_recipe_that_needs_weights_says_how_to_name_them()
    {
        RequireLibtorch();
        var result = await CommandLine.Run("train", "ck-plus-transfer", "--data", _folder["data"], "--run", _folder["run"], "--weights", _folder["none.pth"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(_folder["none.pth"], result.Error, StringComparison.Ordinal);
        Assert.Contains("--weights", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Fact]
    public async Task Teachers_are_named_on_the_command_line_and_kept_for_a_resume()
    {
        RequireLibtorch();
        string[] train = ["train", _folder["tiny.json"], "--data", _folder["data"]];
        Assert.Equal(0, (await CommandLine.Run([.. train, "--run", _folder["teacher"]])).ExitCode);
        string[] teachers = [_folder["teacher", "best.safetensors"], _folder["teacher", "last.safetensors"]];
        string[] student = [.. train, "--run", _folder["student"]];
        var taught = await CommandLine.Run([.. student, "--teacher", teachers[0], "--teacher", teachers[1]]);
        Assert.True(taught.ExitCode == 0, taught.Error);
        Assert.Equal(teachers, JsonDocument.Parse(File.ReadAllText(_folder["student", "recipe.json"])).RootElement
            .GetProperty("distillation").GetProperty("teacher").EnumerateArray().Select(teacher => teacher.GetString()));
        Assert.Equal(0, (await CommandLine.Run([.. student, "--resume"])).ExitCode);

        var changed = await CommandLine.Run([.. student, "--resume", "--teacher", teachers[0]]);
        Assert.Equal(1, changed.ExitCode);
        Assert.Contains("leave --teacher out", changed.Error, StringComparison.Ordinal);
        Directory.Delete(_folder["teacher"], recursive: true);
        var gone = await CommandLine.Run([.. student, "--resume"]);
        Assert.Equal(1, gone.ExitCode);
        Assert.Contains(teachers[0], gone.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_recipe_names_those_there_are()
    {
        var result = await CommandLine.Run("train", "five-layer-cnn", "--data", _folder["data"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("four-layer-cnn", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_split_that_is_not_there_is_named_with_those_that_are()
    {
        var result = await CommandLine.Run("evaluate", ModelBox.Default, _folder["data"], "--split", "test");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("train, validation", result.Error, StringComparison.Ordinal);
    }

    private static void RequireLibtorch()
    {
        if (!Mien.Training.TorchRuntime.IsAvailable)
            Assert.Skip("needs libtorch: dotnet build build/Libtorch");
    }
}

namespace Mien.Tests;

public sealed class DataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _csv;

    public DataTests()
    {
        _csv = _folder["faces.csv"];
        var random = new Random(1);
        var rows = Enumerable.Range(0, 28).Select(i =>
            $"{i % 7},{string.Join(' ', Enumerable.Range(0, 48 * 48).Select(_ => random.Next(256)))},{(i < 14 ? "Training" : i < 21 ? "PublicTest" : "PrivateTest")}");
        File.WriteAllLines(_csv, ["emotion,pixels,Usage", .. rows]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Inspect_counts_the_classes_and_draws_sample_faces()
    {
        string sheet = _folder["sheet.png"];
        var result = await CommandLine.Run("data", "inspect", _csv, "--sheet", sheet);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("28 images", result.Output, StringComparison.Ordinal);
        Assert.Contains("disgust", result.Output, StringComparison.Ordinal);
        Assert.True(Image.Load(sheet).Width > 200);
    }

    [Fact]
    public async Task Convert_goes_to_folders_and_back_without_loss()
    {
        string folders = _folder["folders"], back = _folder["back.csv"];
        Assert.Equal(0, (await CommandLine.Run("data", "convert", _csv, folders)).ExitCode);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(folders, "train", "anger")).Length);
        Assert.Equal(0, (await CommandLine.Run("data", "convert", folders, back)).ExitCode);
        Assert.Equal(File.ReadAllLines(_csv), File.ReadAllLines(back));
    }

    [Fact]
    public async Task A_malformed_row_is_named_by_its_line_and_too_many_stop()
    {
        File.AppendAllText(_csv, "9,1 2 3,Training\n");
        var result = await CommandLine.Run("data", "inspect", _csv, "--sheet", _folder["sheet.png"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"{_csv}:30", result.Error, StringComparison.Ordinal);
        var strict = await CommandLine.Run("data", "inspect", _csv, "--sheet", _folder["sheet.png"], "--max-faults", "0");
        Assert.Equal(1, strict.ExitCode);
        Assert.Contains($"{_csv}:30", strict.Error, StringComparison.Ordinal);
    }
}

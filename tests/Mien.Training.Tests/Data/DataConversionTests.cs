using System.IO.Compression;

namespace Mien.Training.Tests.Data;

[Collection(Fer2013Shared.Name)]
public sealed class DataConversionTests(Fer2013Fixture fixture) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Csv_to_folders_and_back_changes_nothing()
    {
        DataFile.RequirePictures();
        FaceDatasets few = Few(fixture.Original);
        string csv = _folder.File("few.csv"), folders = _folder.File("folders", "x")[..^2], back = _folder.File("back.csv"), packed = _folder.File("back.csv.gz");

        Assert.Equal(few.Count, DataConversion.ToCsv(few, csv, null, Cancellation));
        Assert.Equal(few.Count, DataConversion.ToFolders(DataFile.Open(csv), folders, null, Cancellation));
        FaceDatasets read = DataFile.Open(folders);
        Assert.Equal(few.Count, DataConversion.ToCsv(read, back, null, Cancellation));
        DataConversion.ToCsv(read, packed, null, Cancellation);

        Assert.Equal(["train", "validation", "test"], read.Splits.Select(split => split.Name));
        Assert.Equal(File.ReadAllText(csv), File.ReadAllText(back));
        using var text = new StreamReader(new GZipStream(File.OpenRead(packed), CompressionMode.Decompress));
        Assert.Equal(File.ReadAllText(csv), text.ReadToEnd());
        Assert.True(File.Exists(Path.Combine(folders, "train", "anger", "row00000.png")));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*.partial"));
    }

    [Fact]
    public void Nothing_is_overwritten()
    {
        FaceDatasets few = Few(fixture.Original);
        string csv = _folder.Write("there.csv", "mine");
        Assert.Contains("exists", Assert.Throws<MienException>(() => DataConversion.ToCsv(few, csv, null, Cancellation)).Message, StringComparison.Ordinal);
        Assert.Contains("is not empty", Assert.Throws<MienException>(() => DataConversion.ToFolders(few, _folder.Path, null, Cancellation)).Message, StringComparison.Ordinal);
        Assert.Equal("mine\n", File.ReadAllText(csv));
    }

    [Fact]
    public void What_the_csv_cannot_hold_is_refused()
    {
        string csv = _folder.File("new.csv");
        Assert.Contains("no class 'contempt'", Refusal(["anger", "contempt"], "train", 48, csv), StringComparison.Ordinal);
        Assert.Contains("needs splits", Refusal(["anger", "fear"], "all", 48, csv), StringComparison.Ordinal);
        Assert.Contains("48 pixels a side", Refusal(["anger", "fear"], "train", 64, csv), StringComparison.Ordinal);
        Assert.Contains(".csv or .csv.gz", Refusal(["anger", "fear"], "train", 48, _folder.File("new.txt")), StringComparison.Ordinal);
        Assert.Contains("cannot be written", Refusal(["anger", "fear"], "train", 48, Path.Combine(_folder.Path, "no", "such", "new.csv")), StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Refusal(string[] labels, string split, int size, string path)
    {
        var images = new FaceDataset(split, labels, size, PixelFormat.Gray8, new byte[size * size], [0]);
        var data = new FaceDatasets("x", DataKind.Folders, labels, [images], [], []);
        return Assert.Throws<MienException>(() => DataConversion.ToCsv(data, path, null, Cancellation)).Message;
    }

    /// <summary>The first images of each split, with rows that follow each other as in the whole.</summary>
    private static FaceDatasets Few(FaceDatasets data) => new(data.Path, data.Kind, data.Labels,
        [.. data.Splits.Select(split => split.Subset([.. Enumerable.Range(0, 40)]))], [], []);
}

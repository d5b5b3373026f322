namespace Mien.Tests.Golden;

/// <summary>Decoders may differ by two levels: those of JPEG and WebP are free to round.</summary>
public sealed class PictureTests
{
    private const int Street = 30, PerEmotion = 2;

    [Fact]
    public void Photos_have_the_pixels_that_they_had()
    {
        string data = SharedData.Require("data");
        string[] files =
        [
            .. Spread(SharedData.Require("data", "media"), int.MaxValue),
            .. Spread(SharedData.Require("data", "faces", "images"), Street),
            .. Directory.GetDirectories(SharedData.Require("data", "raf-db", "train")).Order(StringComparer.Ordinal).SelectMany(folder => Spread(folder, PerEmotion)),
        ];
        GoldenFile.Check("pictures.txt", files.SelectMany(file => SampledLevels.Of(Path.GetRelativePath(data, file).Replace('\\', '/'), Image.Load(file))), Tolerance);
    }

    [Fact]
    public void Files_of_each_format_have_the_pixels_that_they_had()
    {
        string[] files = File.ReadAllLines(Path.Combine(SharedData.Checkout, "tests", "Mien.Tests", "Golden", "picture-files.txt"));
        GoldenFile.Check("formats.txt", files.Select(file => file.Split(": ", 2)).SelectMany(file => SampledLevels.Of(file[0], Image.Decode(Convert.FromBase64String(file[1]), file[0]))), Tolerance);
    }

    /// <summary>Pictures spread evenly over those of a folder, by name.</summary>
    private static IEnumerable<string> Spread(string folder, int most)
    {
        string[] all = [.. Directory.GetFiles(folder).Where(file => Image.ReadableExtensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal)];
        int count = Math.Min(most, all.Length);
        return Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Length / count)]);
    }

    private static double Tolerance(string line) => line.EndsWith("levels", StringComparison.Ordinal) ? 2 : line.EndsWith("mean", StringComparison.Ordinal) ? 0.5 : 0;
}

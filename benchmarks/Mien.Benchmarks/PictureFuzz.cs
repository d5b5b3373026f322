using System.Diagnostics;
using System.Globalization;
using Mien.Tests.Imaging;

namespace Mien.Benchmarks;

/// <summary>Analyzes damaged pictures in this process, as <c>mien analyze</c> does a folder: each is read or named, and memory stays flat.</summary>
internal static class PictureFuzz
{
    private const int Seed = 17, Parts = 10;

    /// <summary>How much more memory the process may hold after the last tenth than after the second, in MiB: decoders and heaps are warm by then.</summary>
    private const double MostGrowth = 64;

    /// <param name="pictures">How many damaged pictures.</param>
    /// <param name="folders">Folders with pictures to damage; the seeds of the tests are damaged in any case.</param>
    /// <returns>Whether all went well.</returns>
    public static bool Run(int pictures, string[] folders)
    {
        byte[][] seeds = [.. PictureSeeds.All.Values, .. folders.SelectMany(Directory.EnumerateFiles).Where(IsPicture).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        var mutator = new PictureMutator(Seed);
        var folder = Directory.CreateTempSubdirectory("mien pictures ");
        string file = Path.Combine(folder.FullName, "damaged.jpg");
        using var analyzer = EmotionAnalyzer.Create();
        int read = 0, named = 0, failed = 0;
        double warm = 0, now = 0, slowest = 0;
        for (int part = 1; part <= Parts; part++)
        {
            for (int i = pictures * (part - 1) / Parts; i < pictures * part / Parts; i++)
            {
                // Where the process dies, the picture that did it is still there.
                File.WriteAllBytes(file, mutator.Mutate(seeds[i % seeds.Length]));
                long start = Stopwatch.GetTimestamp();
                try
                {
                    analyzer.Analyze(file);
                    read++;
                }
                catch (ImageException error) when (error.Message.StartsWith(file, StringComparison.Ordinal))
                {
                    named++;
                }
                catch (Exception error)
                {
                    failed++;
                    string kept = Path.Combine(folder.FullName, $"failure {i}");
                    File.Copy(file, kept, overwrite: true);
                    Console.WriteLine($"{kept}: {error.GetType().Name}: {error.Message}");
                }
                slowest = Math.Max(slowest, Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
            now = ProcessMemory.Megabytes();
            warm = part <= 2 ? now : warm;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{pictures * part / Parts} pictures, {read} read, {named} named, {failed} failures, {now:F0} MiB, slowest {slowest:F1} s"));
        }
        if (failed == 0)
            folder.Delete(recursive: true);
        return failed == 0 && now - warm < MostGrowth;
    }

    private static bool IsPicture(string path) => Image.ReadableExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}

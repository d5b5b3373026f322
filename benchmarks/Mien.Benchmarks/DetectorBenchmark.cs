using System.Diagnostics;
using System.Globalization;

namespace Mien.Benchmarks;

/// <summary>How long detectors take for a photo of 640x480 on one core, from the pixels to the faces; they take turns, so that a busy moment falls on all.</summary>
internal static class DetectorBenchmark
{
    private const int Width = 640, Height = 480;
    private const int Rounds = 100;

    public static void Run(string photo, params ReadOnlySpan<string> names)
    {
        var image = FaceCrop.Resize(Image.Load(photo), Width, Height);
        IFaceDetector[] detectors = [.. names.ToArray().Select(name => FaceDetectors.Create(DetectorOptions.Named(name)))];
        var times = new double[detectors.Length, Rounds];
        // The first rounds warm up and are overwritten.
        for (int round = -10; round < Rounds; round++)
        {
            for (int i = 0; i < detectors.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                detectors[i].Detect(image);
                times[i, Math.Max(round, 0)] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }
        Console.WriteLine("| detector | ms, median | 10 % | 90 % | faces |\n|---|---|---|---|---|");
        for (int i = 0; i < detectors.Length; i++)
        {
            double[] sorted = [.. Enumerable.Range(0, Rounds).Select(round => times[i, round]).Order()];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {Path.GetFileNameWithoutExtension(names[i])} | {sorted[Rounds / 2]:F2} | {sorted[Rounds / 10]:F2} | {sorted[Rounds * 9 / 10]:F2} | {detectors[i].Detect(image).Count} |"));
            detectors[i].Dispose();
        }
    }
}

using System.Diagnostics;
using System.Globalization;

namespace Mien.Benchmarks;

/// <summary>What `mien analyze` does on a folder of photos, and the share of time of each stage.</summary>
internal static class PhotoBenchmark
{
    private const int Photos = 200;

    public static void Run(string folder, string[] rest)
    {
        var options = new AnalyzerOptions();
        if (rest is [var name])
            options = options with { Detector = name };
        using var detector = FaceDetectors.Create(options);
        using var classifier = EmotionClassifier.Load(ModelBox.Find(ModelBox.Default));
        string[] files = [.. Directory.EnumerateFiles(folder).Where(Image.HasPictureExtension).Order(StringComparer.Ordinal)];
        // Every n-th file, so that the sample is spread over the folder.
        files = [.. files.Where((_, i) => i % Math.Max(1, files.Length / Photos) == 0).Take(Photos)];

        Measure(files[..1], detector, classifier);
        var (stages, faces) = Measure(files, detector, classifier);
        double total = stages.Sum(stage => stage.Seconds);
        Print($"{files.Length} photos, {faces} faces, detector {options.Detector}: {total:F2} s, {files.Length / total:F1} photos/s, {faces / total:F1} faces/s");
        Print($"| stage | seconds | share | ms a photo |\n|---|---|---|---|");
        foreach (var (stage, seconds) in stages)
            Print($"| {stage} | {seconds:F2} | {seconds / total:P1} | {1000 * seconds / files.Length:F2} |");
    }

    private static ((string Stage, double Seconds)[] Stages, int Faces) Measure(string[] files, IFaceDetector detector, EmotionClassifier classifier)
    {
        var clock = Stopwatch.StartNew();
        double read = 0, detect = 0, crop = 0, classify = 0;
        int count = 0;
        foreach (string file in files)
        {
            var image = Image.Load(file);
            Lap(ref read);
            var faces = detector.Detect(image);
            Lap(ref detect);
            var crops = faces.Select(face => classifier.Crop(image, CropRegion.Of(face, detector.BoxToCrop))).ToList();
            Lap(ref crop);
            classifier.Classify(crops);
            Lap(ref classify);
            count += crops.Count;
        }
        return ([("decode", read), ("detect", detect), ("crop", crop), ("classify", classify)], count);

        void Lap(ref double stage)
        {
            stage += clock.Elapsed.TotalSeconds;
            clock.Restart();
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

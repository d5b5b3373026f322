using System.Diagnostics;
using System.Globalization;
using Mien.Training;

namespace Mien.Benchmarks;

/// <summary>A model in fp32, in fp16 and in int8 as `mien export` writes them: size, accuracy on PublicTest, and faces a second on one thread.</summary>
internal static class PrecisionBenchmark
{
    private const int LargeBatch = 16;
    private const int Rounds = 7;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    public static void Run(string model, string path)
    {
        var graph = OnnxExporter.Load(model, out var metadata);
        var data = FaceData.Open(path, new DataOptions { Size = metadata.InputSize, Format = metadata.Color == ColorOrder.Gray ? PixelFormat.Gray8 : PixelFormat.Rgb24 });
        var validation = data["validation"];
        Image[] faces = [.. Enumerable.Range(0, validation.Count).Select(validation.ImageAt)];
        (string Name, OnnxGraph Graph)[] precisions =
        [
            ("fp32", graph), (HalfPrecision.Name, HalfPrecision.Convert(graph)),
            (Quantization.Name, Quantization.Quantize(graph, metadata, Quantization.CalibrationFaces(data))),
        ];
        byte[][] files = [.. precisions.Select(precision => precision.Graph.ToBytes("Mien", ""))];
        EmotionClassifier[] classifiers = [.. files.Select((file, i) => EmotionClassifier.Load(file, precisions[i].Name, metadata))];
        double[][] single = Speeds(classifiers, faces, 1), batched = Speeds(classifiers, faces, LargeBatch);

        Console.WriteLine($"| precision | MB | PublicTest top-1 | log loss | faces/s, one at a time | faces/s, {LargeBatch} at a time |\n|---|---|---|---|---|---|");
        for (int i = 0; i < classifiers.Length; i++)
        {
            float[] probabilities = [.. classifiers[i].Classify(faces).SelectMany(scores => scores.Values.ToArray())];
            var report = LabelMapping.Create(classifiers[i].Labels, validation.Labels).Evaluate(probabilities, validation.Targets, out _);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {precisions[i].Name} | {files[i].Length / 1e6:F2} | {report.Accuracy:P2} | {report.LogLoss:F4} | {Median(single[i]):F0} | {Median(batched[i]):F0} |"));
            classifiers[i].Dispose();
        }
    }

    /// <summary>Faces a second of each classifier in each round; they take turns, so that a busy moment falls on all.</summary>
    private static double[][] Speeds(EmotionClassifier[] classifiers, Image[] faces, int batch)
    {
        double[][] speeds = [.. classifiers.Select(_ => new double[Rounds])];
        // The first round warms up and is overwritten.
        for (int round = -1; round < Rounds; round++)
        {
            for (int i = 0; i < classifiers.Length; i++)
            {
                var clock = Stopwatch.StartNew();
                int done = 0;
                for (; clock.Elapsed < Round; done += batch)
                    classifiers[i].Classify(new ArraySegment<Image>(faces, done % (faces.Length - batch), batch));
                speeds[i][Math.Max(round, 0)] = done / clock.Elapsed.TotalSeconds;
            }
        }
        return speeds;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}

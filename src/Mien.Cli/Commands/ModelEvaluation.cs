using Mien.Cli.Output;
using Mien.Inference;
using Mien.Reporting;
using Mien.Training;

namespace Mien.Cli.Commands;

/// <summary>Runs a model on labelled data, with progress, and takes its figures.</summary>
internal static class ModelEvaluation
{
    private const int BatchSize = 64;

    /// <summary>The ONNX Runtime that runs models.</summary>
    public static string RuntimeVersion => $"ONNX Runtime {OnnxRuntime.Version}";

    /// <summary>Loads a model for large batches: all processors share a run.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="labels">The name of one of its alternative sets of labels; null for its own.</param>
    public static EmotionClassifier Load(string path, string? labels = null) => EmotionClassifier.Load(path, new() { Threads = 0 }, labels);

    /// <summary>Measures a model on data that was read from a path.</summary>
    /// <param name="classifier">The model.</param>
    /// <param name="path">Where the data came from.</param>
    /// <param name="data">The split to measure on.</param>
    /// <param name="training">The split that the data set means for training: what it repeats of that is told apart. Null if there is none.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public static EvaluatedModel Run(EmotionClassifier classifier, string path, FaceDataset data, FaceDataset? training, CancellationToken cancellation)
    {
        // A class that the model does not know, such as FER+'s contempt, is left out, and said so; one that only the model knows counts as an error.
        var mapping = LabelMapping.Create(classifier.Labels, data.Labels, sharedOnly: data.Labels.Except(classifier.Labels).Any());
        float[] probabilities = Terminal.WithProgress("Evaluating", progress => Classify(classifier, data, progress, cancellation));
        var report = mapping.Evaluate(probabilities, data.Targets, out int leftOut);
        if (classifier.Metadata.Temperature is not 1 and var temperature)
            report = report with { EceWithoutTemperature = mapping.Evaluate(Calibration.Undo(probabilities, temperature), data.Targets, out _).Ece };
        var predictions = mapping.Apply(probabilities, data.Targets);
        if (training is not null && !ReferenceEquals(training, data))
        {
            var duplicates = NearDuplicates.Find(data, training).ToHashSet();
            int[] others = [.. Enumerable.Range(0, predictions.Count).Where(sample => !duplicates.Contains(predictions.Images[sample]))];
            if (others.Length > 0)
            {
                double right = others.Count(sample => predictions.Top(sample) == predictions.Targets[sample]);
                report = report with { AccuracyWithoutDuplicates = right / others.Length, Duplicates = predictions.Count - others.Length };
            }
        }
        return new EvaluatedModel
        {
            Model = classifier.Metadata,
            DataPath = path,
            Data = data,
            Predictions = predictions,
            Report = report,
            Remark = leftOut > 0 ? $"{mapping.Describe()} That leaves out {leftOut} of {data.Count} images." : mapping.Describe() ?? "",
        };
    }

    private static float[] Classify(EmotionClassifier classifier, FaceDataset data, IProgress<(long, long)> progress, CancellationToken cancellation)
    {
        var probabilities = new float[data.Count * classifier.Labels.Count];
        for (int start = 0; start < data.Count; start += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(BatchSize, data.Count - start);
            var faces = Enumerable.Range(start, count)
                .Select(data.ImageAt).ToList();
            var scores = classifier.Classify(faces);
            for (int i = 0; i < count; i++)
                scores[i].Values.CopyTo(probabilities.AsSpan((start + i) * classifier.Labels.Count));
            progress.Report((start + count, data.Count));
        }
        return probabilities;
    }
}

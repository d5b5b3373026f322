using System.CommandLine;
using Mien.Cli.Output;
using Mien.Training;

namespace Mien.Cli.Commands;

/// <summary><c>mien evaluate</c>: how well a model reads a labelled data set.</summary>
internal static class EvaluateCommand
{
    private const int BatchSize = 64;

    private static readonly Argument<string> Model = new("model") { Description = "An ONNX file, or the name of a model in the box." };

    private static readonly Argument<string> Data = new("data") { Description = "The data set: FER-2013's CSV, a folder of images per class, or CK+48." };

    private static readonly Option<string> Split = new("--split")
    {
        Description = "The split: train, validation (PublicTest), test (PrivateTest) or all.",
        DefaultValueFactory = _ => "validation",
    };

    private static readonly Option<string> Labels = new("--labels")
    {
        Description = "original, or ferplus for the majority of the FER+ votes beside the CSV.",
        DefaultValueFactory = _ => "original",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object on stdout." };

    public static Command Create()
    {
        Labels.AcceptOnlyFromAmong("original", "ferplus");
        var command = new Command("evaluate", "Measure a model on a labelled data set.") { Model, Data, Split, Labels, Json };
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult arguments, CancellationToken cancellation)
    {
        string model = arguments.GetValue(Model)!;
        using var classifier = Load(File.Exists(model) ? model : ModelBox.Find(model), arguments.GetValue(Labels)!);
        var options = new DataOptions
        {
            Size = classifier.Metadata.InputSize,
            Format = classifier.Metadata.Color == ColorOrder.Gray ? PixelFormat.Gray8 : PixelFormat.Rgb24,
            Labels = arguments.GetValue(Labels) == "ferplus" ? LabelSet.FerPlusMajority : LabelSet.Original,
        };
        var data = DataSource.Open(arguments.GetValue(Data)!, options, cancellation)[arguments.GetValue(Split)!];
        // A class that the model does not know, such as FER+'s contempt, is left out, and said so; one that only the model knows counts as an error.
        var mapping = LabelMapping.Create(classifier.Labels, data.Labels, sharedOnly: data.Labels.Except(classifier.Labels).Any());
        float[] probabilities = Terminal.WithProgress("Evaluating", progress => Classify(classifier, data, progress, cancellation));
        var report = mapping.Evaluate(probabilities, data.Targets, out int leftOut);
        if (mapping.Describe() is { } restriction)
            Terminal.Note(leftOut > 0 ? $"{restriction} That leaves out {leftOut} of {data.Count} images." : restriction);
        if (arguments.GetValue(Json))
            Console.Out.WriteLine(report.ToJson());
        else
            EvaluationTable.Write(Terminal.Out, $"{classifier.Metadata.Name} on {data.Name} of {arguments.GetValue(Data)}", report);
        return 0;
    }

    /// <summary>A model that tells apart the very labels that are asked for is measured by them.</summary>
    private static EmotionClassifier Load(string path, string labels)
    {
        var classifier = EmotionClassifier.Load(path);
        if (!classifier.Metadata.Alternatives.Any(alternative => alternative.Name == labels))
            return classifier;
        classifier.Dispose();
        return EmotionClassifier.Load(path, labels: labels);
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

using System.CommandLine;
using Mien.Cli.Output;
using Mien.Reporting;
using Mien.Training;

namespace Mien.Cli.Commands;

/// <summary><c>mien evaluate</c>: how well a model reads a labelled data set, or a detector finds the faces marked in photos.</summary>
internal static class EvaluateCommand
{
    private static readonly Argument<string> Model = new("model") { Description = "An ONNX file, or the name of a model in the box; for photos a detector: face-detector, haar, yunet, or the path of an ONNX file." };

    private static readonly Argument<string> Data = new("data") { Description = "The data set: FER-2013's CSV, a folder of images per class, or CK+48; or COCO's .json for photos in which faces are marked." };

    private static readonly Option<string> Split = new("--split")
    {
        Description = "The split: train, validation (PublicTest), test (PrivateTest) or all; of photos train, validation or all.",
        DefaultValueFactory = _ => "validation",
    };

    private static readonly Option<string> Labels = new("--labels")
    {
        Description = "original, or ferplus for the majority of the FER+ votes beside the CSV.",
        DefaultValueFactory = _ => "original",
    };

    private static readonly Option<string?> Teacher = new("--teacher") { Description = "For photos: a detector whose landmarks those of the model are compared with." };

    private static readonly Option<int> Side = PictureArguments.Side();

    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object on stdout." };

    private static readonly Option<string?> Report = ReportCommand.ReportOption();

    public static Command Create()
    {
        Labels.AcceptOnlyFromAmong("original", "ferplus");
        var command = new Command("evaluate", "Measure a model on a labelled data set, or a face detector on annotated photos.") { Model, Data, Split, Labels, Report, Teacher, Side, Json };
        command.SetAction((arguments, cancellation) => Task.Run(() => IsPhotos(arguments.GetValue(Data)!) ? RunDetector(arguments, cancellation) : Run(arguments, cancellation), CancellationToken.None));
        return command;
    }

    private static bool IsPhotos(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    private static int RunDetector(ParseResult arguments, CancellationToken cancellation)
    {
        string detector = arguments.GetValue(Model)!, path = arguments.GetValue(Data)!, split = arguments.GetValue(Split)!;
        if (arguments.GetValue(Report) is not null)
            throw new MienException("--report makes a page about an emotion model; there is none about a face detector. Leave it out, and use --json or the table.");
        var report = DetectorEvaluation.Run(detector, path, split, arguments.GetValue(Teacher), arguments.GetValue(Side), cancellation);
        if (arguments.GetValue(Json))
            Console.Out.WriteLine(report.ToJson());
        else
            DetectionTable.Write(Terminal.Out, $"{Path.GetFileName(detector)} on {split} of {path}", report);
        return 0;
    }

    private static int Run(ParseResult arguments, CancellationToken cancellation)
    {
        string model = arguments.GetValue(Model)!, path = arguments.GetValue(Data)!;
        string? page = arguments.GetValue(Report);
        if (page is not null)
            HtmlReport.Check(page);
        using var classifier = Load(File.Exists(model) ? model : ModelBox.Find(model), arguments.GetValue(Labels)!);
        var options = new DataOptions
        {
            Size = classifier.Metadata.InputSize,
            Format = classifier.Metadata.Color == ColorOrder.Gray ? PixelFormat.Gray8 : PixelFormat.Rgb24,
            Labels = arguments.GetValue(Labels) == "ferplus" ? LabelSet.FerPlusMajority : LabelSet.Original,
        };
        var splits = DataSource.Open(path, options, cancellation);
        var data = splits[arguments.GetValue(Split)!];
        var training = splits.Splits.FirstOrDefault(split => split.Name == SplitName.Train);
        var evaluated = ModelEvaluation.Run(classifier, path, data, training, cancellation);
        if (evaluated.Remark.Length > 0)
            Terminal.Note(evaluated.Remark);
        if (arguments.GetValue(Json))
            Console.Out.WriteLine(evaluated.Report.ToJson());
        else
            EvaluationTable.Write(Terminal.Out, $"{classifier.Metadata.Name} on {data.Name} of {path}", evaluated.Report);
        if (page is not null)
        {
            HtmlReport.WriteEvaluation(page, evaluated, ModelEvaluation.RuntimeVersion);
            Terminal.Note($"Report: {page}");
        }
        return 0;
    }

    /// <summary>A model that tells apart the very labels that are asked for is measured by them.</summary>
    private static EmotionClassifier Load(string path, string labels)
    {
        var classifier = ModelEvaluation.Load(path);
        if (!classifier.Metadata.Alternatives.Any(alternative => alternative.Name == labels))
            return classifier;
        classifier.Dispose();
        return ModelEvaluation.Load(path, labels);
    }
}

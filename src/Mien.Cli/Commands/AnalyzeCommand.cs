using System.CommandLine;
using Mien.Cli.Output;
using Spectre.Console;

namespace Mien.Cli.Commands;

/// <summary><c>mien analyze</c>: finds the faces of pictures and says what each expresses.</summary>
internal static class AnalyzeCommand
{
    private static readonly Argument<string[]> Paths = PictureArguments.Paths();

    private static readonly Option<string> Detector = PictureArguments.Detector();

    private static readonly Option<string?> Model = PictureArguments.Model();

    private static readonly Option<string?> Labels = PictureArguments.Labels();

    private static readonly Option<int?> MinimumSize = new("--min-size") { Description = "Least side of a face in pixels (Haar)." };

    private static readonly Option<int?> MinimumNeighbors = new("--min-neighbors") { Description = "How many overlapping hits make a face (Haar); more: fewer false faces." };

    private static readonly Option<float?> MinimumConfidence = new("--min-confidence") { Description = "Least confidence of a detection, 0 to 1 (ONNX detectors)." };

    private static readonly Option<int> Side = PictureArguments.Side();

    private static readonly Option<bool> Tiles = new("--tiles") { Description = "Search large pictures part by part too, for small faces in group photos (ONNX detectors)." };

    private static readonly Option<bool> Json = new("--json") { Description = "JSON lines, one object a picture (docs/analyze-output.md)." };

    private static readonly Option<bool> Csv = new("--csv") { Description = "CSV, one row a face." };

    private static readonly Option<string?> Annotate = new("--annotate") { Description = "Write copies with boxes and labels: a file for one picture, a folder for more." };

    public static Command Create()
    {
        var command = new Command("analyze", "Find the faces of pictures and say what each expression reads as.")
        {
            Paths, Detector, Model, Labels, MinimumSize, MinimumNeighbors, MinimumConfidence, Side, Tiles, Json, Csv, Annotate,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Json) && result.GetValue(Csv))
                result.AddError("Choose one of --json and --csv.");
        });
        Limit(MinimumSize, 1, 100_000);
        Limit(MinimumNeighbors, 0, 1000);
        Limit(MinimumConfidence, 0, 1);
        command.SetAction(Run);
        return command;
    }

    private static void Limit<T>(Option<T?> option, T least, T most) where T : struct, IComparable<T> => option.Validators.Add(result =>
    {
        if (result.GetValue(option) is { } value && (value.CompareTo(least) < 0 || value.CompareTo(most) > 0))
            result.AddError($"{option.Name} must be from {least} to {most}, is {value}.");
    });

    private static int Run(ParseResult arguments)
    {
        var pictures = Pictures.Find(arguments.GetValue(Paths)!);
        using var analyzer = EmotionAnalyzer.Create(Options(arguments));
        bool machine = arguments.GetValue(Json) || arguments.GetValue(Csv);
        var writer = Writer(arguments, analyzer.Model.Labels);
        var annotated = arguments.GetValue(Annotate) is { } target ? AnnotatedCopies.At(Annotate.Name, target, pictures.Count) : null;

        // On a terminal the tables themselves are the progress.
        int failed = pictures.Count > 1 && Console.IsOutputRedirected
            ? Terminal.WithProgress("Analyzing", progress => AnalyzeAll(analyzer, pictures, writer, annotated, progress))
            : AnalyzeAll(analyzer, pictures, writer, annotated, progress: null);
        if (!machine && failed < pictures.Count)
            Terminal.Out.WriteLine("A label is a prediction from a facial expression, not a person's inner state.");
        if (failed > 0 && pictures.Count > 1)
            Terminal.Fail($"{failed} of {pictures.Count} pictures could not be analyzed.");
        return failed > 0 ? 1 : 0;
    }

    private static int AnalyzeAll(EmotionAnalyzer analyzer, IReadOnlyList<Picture> pictures, IAnalysisWriter writer,
        AnnotatedCopies? annotated, IProgress<(long, long)>? progress)
    {
        int failed = 0;
        for (int i = 0; i < pictures.Count; i++)
        {
            try
            {
                var image = pictures[i].Read();
                var faces = analyzer.Analyze(image);
                writer.Write(pictures[i].Name, image, faces);
                annotated?.Write(pictures[i], () => ImageAnnotator.Draw(image, faces));
            }
            catch (MienException error) when (error is not NativeLibraryException)
            {
                failed++;
                Terminal.Fail(error.Message);
            }
            progress?.Report((i + 1, pictures.Count));
        }
        return failed;
    }

    private static AnalyzerOptions Options(ParseResult arguments)
    {
        var options = new AnalyzerOptions { Detector = arguments.GetValue(Detector)!, Model = arguments.GetValue(Model), Labels = arguments.GetValue(Labels) };
        return options with
        {
            Haar = options.Haar with
            {
                MinimumSize = arguments.GetValue(MinimumSize) ?? options.Haar.MinimumSize,
                MinimumNeighbors = arguments.GetValue(MinimumNeighbors) ?? options.Haar.MinimumNeighbors,
            },
            Onnx = options.Onnx with
            {
                MinimumConfidence = arguments.GetValue(MinimumConfidence) ?? options.Onnx.MinimumConfidence,
                MaximumSide = arguments.GetValue(Side),
                Tiles = arguments.GetValue(Tiles),
            },
        };
    }

    private static IAnalysisWriter Writer(ParseResult arguments, IReadOnlyList<string> labels) =>
        arguments.GetValue(Json) ? new AnalysisJson(Console.OpenStandardOutput())
        : arguments.GetValue(Csv) ? new AnalysisCsv(Console.Out, labels)
        : new AnalysisTable(Terminal.Out);
}

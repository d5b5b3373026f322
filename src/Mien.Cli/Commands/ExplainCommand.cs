using System.CommandLine;
using Mien.Cli.Output;
using Spectre.Console;

namespace Mien.Cli.Commands;

/// <summary><c>mien explain</c>: which parts of each face carried what it reads as.</summary>
internal static class ExplainCommand
{
    private static readonly Argument<string[]> Paths = PictureArguments.Paths();

    private static readonly Option<string?> Output = new("--output", "-o") { Description = "Write copies with a heat map over each face: a file for one picture, a folder for more." };

    private static readonly Option<string?> Label = new("--label") { Description = "The label to explain [default: what each face reads as]." };

    private static readonly Option<string> Detector = PictureArguments.Detector();

    private static readonly Option<string?> Model = PictureArguments.Model();

    private static readonly Option<string?> Labels = PictureArguments.Labels();

    private static readonly Option<bool> Json = new("--json") { Description = "JSON lines with the maps, one object a picture (docs/explain-output.md)." };

    public static Command Create()
    {
        var command = new Command("explain", "Show which parts of each face carried what it reads as, by covering them in turn.")
        {
            Paths, Output, Label, Detector, Model, Labels, Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Output) is null && !result.GetValue(Json))
                result.AddError("Name where the heat maps go with --output FILE or FOLDER, or ask for --json.");
        });
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var pictures = Pictures.Find(arguments.GetValue(Paths)!);
        using var analyzer = EmotionAnalyzer.Create(new AnalyzerOptions
        {
            Model = arguments.GetValue(Model),
            Labels = arguments.GetValue(Labels),
            Runtime = new() { Threads = 0 },
        }.WithDetector(arguments.GetValue(Detector)!));
        string? label = arguments.GetValue(Label) is { } wanted ? analyzer.KnownLabel(wanted) : null;
        var copies = arguments.GetValue(Output) is { } target ? AnnotatedCopies.At(Output.Name, target, pictures.Count) : null;
        bool json = arguments.GetValue(Json);
        var writer = json ? new ExplanationJson(Console.OpenStandardOutput()) : null;

        int failed = 0;
        foreach (var picture in pictures)
        {
            try
            {
                var image = picture.Read();
                var faces = Terminal.WithProgress($"Explaining {picture.Name}", progress => analyzer.Explain(image, label, progress));
                copies?.Write(picture, () => ImageAnnotator.DrawHeatMaps(image, faces));
                if (writer is null)
                    ExplanationTable.Write(Terminal.Out, picture.Name, faces);
                else
                    writer.Write(picture.Name, image, faces);
            }
            catch (MienException error) when (error is not NativeLibraryException)
            {
                failed++;
                Terminal.Fail(error.Message);
            }
        }
        if (!json && failed < pictures.Count)
            Terminal.Out.WriteLine("A heat map shows what this model looks at, not what an expression is made of.");
        if (failed > 0 && pictures.Count > 1)
            Terminal.Fail($"{failed} of {pictures.Count} pictures could not be explained.");
        return failed > 0 ? 1 : 0;
    }
}

using System.CommandLine;
using Mien.Cli.Output;
using Mien.Training;
using Spectre.Console;

namespace Mien.Cli.Commands;

/// <summary><c>mien data</c>: looks into data sets, converts them, makes the average faces.</summary>
internal static class DataCommand
{
    public static Command Create() => new("data", "Inspect and convert data sets.") { Inspect(), Convert(), Average() };

    private static Option<int> MaxFaults() => new("--max-faults")
    {
        Description = "How many malformed rows or files are left out and reported; one more stops the reading.",
        DefaultValueFactory = _ => new DataOptions().MaxFaults,
    };

    private static Command Inspect()
    {
        var path = new Argument<string>("path") { Description = "FER-2013's CSV, a folder of images per class, or CK+48." };
        var labels = new Option<string>("--labels") { Description = "original or ferplus.", DefaultValueFactory = _ => "original" };
        labels.AcceptOnlyFromAmong("original", "ferplus");
        var sheet = new Option<string?>("--sheet") { Description = "Where to write the picture with sample faces of each class [default: NAME.samples.png in the current folder]." };
        var faults = MaxFaults();
        var command = new Command("inspect", "Print splits, class counts and warnings, and write a picture with sample faces.") { path, labels, sheet, faults };
        command.SetAction((arguments, cancellation) => Task.Run(() =>
        {
            string source = arguments.GetValue(path)!;
            var data = DataSource.Open(source, new DataOptions
            {
                Labels = arguments.GetValue(labels) == "ferplus" ? LabelSet.FerPlusMajority : LabelSet.Original,
                MaxFaults = arguments.GetValue(faults),
            }, cancellation);
            Write(Terminal.Out, DataInspection.Of(data));
            string target = arguments.GetValue(sheet) ?? $"{NameOf(source)}.samples.png";
            SampleSheet.Render(data).Save(target);
            Terminal.Out.WriteLine($"Sample faces: {target}");
            return 0;
        }, CancellationToken.None));
        return command;
    }

    private static Command Convert()
    {
        var path = new Argument<string>("path") { Description = "What to convert: FER-2013's CSV, or folders of images per class." };
        var target = new Argument<string>("target") { Description = "A new folder, or a new .csv or .csv.gz." };
        var faults = MaxFaults();
        var command = new Command("convert", "Write FER-2013's CSV as folders of images per class, or such folders as a CSV.") { path, target, faults };
        command.SetAction((arguments, cancellation) => Task.Run(() =>
        {
            string output = arguments.GetValue(target)!;
            var data = DataSource.Open(arguments.GetValue(path)!, new DataOptions { MaxFaults = arguments.GetValue(faults) }, cancellation);
            int count = Terminal.WithProgress($"Writing {output}", progress => FaceData.IsCsv(output)
                ? DataConversion.ToCsv(data, output, DataSource.Stages(progress), cancellation)
                : DataConversion.ToFolders(data, output, DataSource.Stages(progress), cancellation));
            Terminal.Out.WriteLine($"{output}: {count} images");
            return 0;
        }, CancellationToken.None));
        return command;
    }

    private static Command Average()
    {
        var path = new Argument<string>("path") { Description = "FER-2013's CSV, with the FER+ votes beside it." };
        var output = new Option<string>("--output", "-o") { Description = "The picture to write.", Required = true };
        var detector = new Option<string>("--detector") { Description = "A detector that gives landmarks: yunet, or a YuNet ONNX file.", DefaultValueFactory = _ => "yunet" };
        var perClass = new Option<int>("--per-class") { Description = "Faces of each class, those on whose label people agree most.", DefaultValueFactory = _ => 200 };
        var command = new Command("average", "Make the sample picture: the mean of many faces of each emotion, which is nobody's face.") { path, output, detector, perClass };
        perClass.Validators.Add(result =>
        {
            if (result.GetValue(perClass) is var faces and < AverageFaces.LeastFaces)
                result.AddError($"--per-class must be at least {AverageFaces.LeastFaces}, so that an average shows nobody; it is {faces}.");
        });
        command.SetAction((arguments, cancellation) => Task.Run(() =>
        {
            string source = arguments.GetValue(path)!;
            var train = DataSource.Open(source, new DataOptions(), cancellation)["train"];
            var faces = AverageFaces.MostAgreed(train, FerPlusVotes.Beside(source), arguments.GetValue(perClass));
            using var finder = FaceDetectors.Create(new AnalyzerOptions().WithDetector(arguments.GetValue(detector)!));
            Terminal.WithProgress("Aligning faces", progress => AverageFaces.Render(faces, finder, DataSource.Stages(progress), cancellation))
                .Save(arguments.GetValue(output)!);
            return 0;
        }, CancellationToken.None));
        return command;
    }

    private static string NameOf(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))).Split('.')[0];

    private static void Write(IAnsiConsole console, DataInspection inspection)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("class");
        foreach (var split in inspection.Splits)
            table.AddColumn(new TableColumn(Markup.Escape(split.Name)).RightAligned());
        for (int label = 0; label < inspection.Data.Labels.Count; label++)
            table.AddRow([Markup.Escape(inspection.Data.Labels[label]), .. inspection.Splits.Select(split => $"{split.ClassCounts[label]}")]);
        table.AddRow(["[bold]all[/]", .. inspection.Splits.Select(split => $"[bold]{split.Count}[/]")]);
        table.AddRow(["distinct", .. inspection.Splits.Select(split => $"{split.Distinct}")]);
        console.Write(table);
        console.WriteLine($"{inspection.Data.Count} images, {inspection.DistinctImages} of them distinct.");
        foreach (string warning in inspection.Warnings)
            console.MarkupLineInterpolated($"[yellow]Beware:[/] {warning}");
    }
}

using System.CommandLine;
using Mien.Cli.Output;
using Mien.Reporting;
using Mien.Training.Torch;
using Mien.Training;
using Spectre.Console;

namespace Mien.Cli.Commands;

/// <summary><c>mien train</c>: trains a recipe, keeps checkpoints, exports the best epoch.</summary>
internal static class TrainCommand
{
    private static readonly Argument<string> RecipeName = new("recipe")
    {
        Description = $"A recipe in the box ({string.Join(", ", Recipe.Names)}) or a JSON file.",
    };

    private static readonly Option<string> Data = new("--data")
    {
        Description = "The data set: FER-2013's CSV, a folder of images per class, or CK+48.",
        Required = true,
    };

    private static readonly Option<string?> Run = new("--run") { Description = "The run folder [default: runs/RECIPE]." };

    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on after the last complete epoch of the run folder." };

    private static readonly Option<bool> Overwrite = new("--overwrite") { Description = "Start anew in a run folder that holds a training." };

    private static readonly Option<string> OnDevice = new("--device") { Description = "cpu, cuda or cuda:N.", DefaultValueFactory = _ => "cpu" };

    private static readonly Option<int?> Threads = new("--threads") { Description = "CPU threads [default: all processors]." };

    private static readonly Option<string?> Report = ReportCommand.ReportOption();

    public static Command Create()
    {
        var command = new Command("train", "Train a network by a recipe; stop with Ctrl+C, go on with --resume.")
        {
            RecipeName, Data, Run, Resume, Overwrite, OnDevice, Threads, Report,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Resume) && result.GetValue(Overwrite))
                result.AddError("Choose one of --resume and --overwrite.");
        });
        command.SetAction((arguments, cancellation) => Task.Run(() => Train(arguments, cancellation), CancellationToken.None));
        return command;
    }

    private static int Train(ParseResult arguments, CancellationToken cancellation)
    {
        string? page = arguments.GetValue(Report);
        if (page is not null)
            HtmlReport.Check(page);
        var recipe = Recipe.Load(arguments.GetValue(RecipeName)!);
        var device = Device.Parse(arguments.GetValue(OnDevice)!);
        string folder = arguments.GetValue(Run) ?? Path.Combine("runs", recipe.Name);
        if (arguments.GetValue(Resume))
            recipe = RecipeOf(folder);
        var data = DataSource.Open(arguments.GetValue(Data)!, recipe.ToDataOptions(), cancellation);
        var (train, validation) = (data[recipe.Data.Train], data[recipe.Data.Validation]);
        var options = new TrainingOptions { Device = device, Threads = arguments.GetValue(Threads), Overwrite = arguments.GetValue(Overwrite) };

        using var trainer = arguments.GetValue(Resume)
            ? Trainer.Resume(folder, train, validation, options)
            : Trainer.Start(recipe, train, validation, folder, options);
        Terminal.Note($"Training {trainer.Recipe.Name}: {trainer.Network.ParameterCount:N0} parameters, {trainer.Network.MultiplyAdds:N0} multiply-adds, "
            + $"{train.Count:N0} images, {validation.Count:N0} to choose by; libtorch {TorchRuntime.Version}, {device}, {TorchRuntime.Threads} threads; {trainer.Folder.Path}");
        var result = TrainingDisplay.Show(progress => trainer.Run(progress, cancellation));
        Terminal.Note(result.Message);
        if (result.Outcome == TrainingOutcome.Cancelled)
        {
            Terminal.Note($"Resume with: mien train {arguments.GetValue(RecipeName)} --data {arguments.GetValue(Data)} --run {folder} --resume");
            return 130;
        }
        string model = Path.Combine(folder, $"{trainer.Recipe.Name}.onnx");
        ExportCommand.Export(trainer.Folder.BestPath, model, metadata => metadata);
        Terminal.Out.WriteLine($"Best epoch {result.Best!.Epoch}: validation accuracy {result.Best.ValidationAccuracy:P2}, loss {result.Best.ValidationLoss:F4}. Model: {model}");
        if (result.Calibration is { } calibration)
            Terminal.Out.WriteLine($"Calibrated on {validation.Name}: calibration error {calibration.EceBefore:P2} before, {calibration.EceAfter:P2} with temperature {calibration.Temperature:F3}.");
        if (page is not null)
        {
            using var classifier = EmotionClassifier.Load(model);
            var evaluated = ModelEvaluation.Run(classifier, arguments.GetValue(Data)!, validation, cancellation);
            HtmlReport.WriteTraining(page, TrainedRun.Read(trainer.Folder), evaluated, $"libtorch {TorchRuntime.Version}", ModelEvaluation.RuntimeVersion);
            Terminal.Note($"Report: {page}");
        }
        return 0;
    }

    /// <summary>A training goes on by the recipe that it began with, whatever has become of the file since.</summary>
    private static Recipe RecipeOf(string folder)
    {
        using var last = new RunFolder(folder).LoadLast();
        return last.Recipe;
    }
}

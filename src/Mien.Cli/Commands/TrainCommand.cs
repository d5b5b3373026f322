using System.CommandLine;
using Mien.Cli.Output;
using Mien.Reporting;
using Mien.Training;
using Spectre.Console;
using TorchSharp;

namespace Mien.Cli.Commands;

/// <summary><c>mien train</c>: trains a recipe, keeps checkpoints, exports the best epoch.</summary>
internal static class TrainCommand
{
    private static readonly Argument<string> RecipeName = new("recipe")
    {
        Description = $"A recipe in the box ({string.Join(", ", Recipe.Names)}), an ensemble of them ({string.Join(", ", EnsembleRecipe.Names)}), or a recipe's JSON file.",
    };

    private static readonly Option<string> Data = new("--data")
    {
        Description = "The data set: FER-2013's CSV, a folder of images per class, or CK+48; for a face detector the JSON of photos with marked faces, as COCO has it.",
        Required = true,
    };

    private static readonly Option<string?> Run = new("--run") { Description = "The run folder [default: runs/RECIPE]." };

    private static readonly Option<string?> Weights = new("--weights")
    {
        Description = "Weights to start from instead of those that the recipe names: .safetensors or PyTorch's .pth.",
    };

    private static readonly Option<string[]> Teacher = new("--teacher")
    {
        Description = "A checkpoint, or a recipe in the box that was trained into runs/, to learn from instead of those that the recipe names; several are averaged. For a face detector: the ONNX file of one with landmarks.",
        HelpName = "best.safetensors",
    };

    private static readonly Option<string?> Crops = new("--crops") { Description = "For a face detector: a data set of face crops to paste into the photos, such as FER-2013's CSV." };

    private static readonly Option<int?> Folds = new("--folds")
    {
        Description = "Train as many networks, each without the persons of one fold, and measure each on that fold. Needs data that names persons, as CK+48 does.",
    };

    private static readonly Option<long?> Seed = new("--seed") { Description = "Decides every random choice [default: the recipe's]." };

    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on after the last complete epoch of the run folder." };

    private static readonly Option<bool> Overwrite = new("--overwrite") { Description = "Start anew in a run folder that holds a training." };

    private static readonly Option<string> OnDevice = new("--device") { Description = "cpu, cuda or cuda:N.", DefaultValueFactory = _ => "cpu" };

    private static readonly Option<int?> Threads = new("--threads") { Description = "CPU threads [default: all processors]." };

    private static readonly Option<string?> Report = ReportCommand.ReportOption();

    /// <summary>What makes no sense for an ensemble.</summary>
    private static Option[] Alone => [Weights, Teacher, Crops, Folds, Seed, Resume, Overwrite, Report];

    public static Command Create()
    {
        var command = new Command("train", "Train a network by a recipe; stop with Ctrl+C, go on with --resume.")
        {
            RecipeName, Data, Run, Weights, Teacher, Crops, Folds, Seed, Resume, Overwrite, OnDevice, Threads, Report,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Resume) && result.GetValue(Overwrite))
                result.AddError("Choose one of --resume and --overwrite.");
            if (result.GetValue(Resume) && result.GetValue(Weights) is not null && result.GetValue(Folds) is null)
                result.AddError("A training that is resumed has its weights already: leave --weights out.");
            if (result.GetValue(Resume) && result.GetValue(Crops) is not null)
                result.AddError("A training that is resumed goes on with its own crops: leave --crops out.");
            if (result.GetValue(Resume) && result.GetValue(Teacher) is [_, ..])
                result.AddError("A training that is resumed goes on with its own teacher: leave --teacher out.");
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(RecipeName) is { } name && EnsembleRecipe.Names.Contains(name)
                && Alone.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } misplaced)
            {
                result.AddError($"{misplaced.Name} is for a single recipe; {name} is an ensemble, whose members go on where they stand in runs/.");
            }
        });
        command.SetAction((arguments, cancellation) => Task.Run(() => Train(arguments, cancellation), CancellationToken.None));
        return command;
    }

    private static int Train(ParseResult arguments, CancellationToken cancellation)
    {
        if (EnsembleRecipe.Find(arguments.GetValue(RecipeName)!) is { } ensemble)
            return TrainEnsemble(ensemble, arguments, cancellation);
        string? page = arguments.GetValue(Report);
        if (page is not null)
            HtmlReport.Check(page);
        var recipe = Recipe.Load(arguments.GetValue(RecipeName)!);
        var device = TorchRuntime.ParseDevice(arguments.GetValue(OnDevice)!);
        if (arguments.GetValue(Weights) is { } weights)
            recipe = recipe with { Pretrained = (recipe.Pretrained ?? new PretrainedRecipe { Weights = weights }) with { Weights = weights } };
        if (recipe.Detection is not null)
            return TrainDetector(recipe, device, arguments, cancellation);
        if (arguments.GetValue(Crops) is not null)
            throw new MienException($"--crops is for face detectors; {recipe.Name} is trained on face crops alone.");
        if (arguments.GetValue(Teacher) is [_, ..] teacher)
            recipe = recipe with { Distillation = (recipe.Distillation ?? new DistillationRecipe { Teacher = teacher }) with { Teacher = teacher } };
        if (arguments.GetValue(Seed) is { } seed)
            recipe = recipe with { Seed = seed };
        string folder = arguments.GetValue(Run) ?? Path.Combine("runs", recipe.Name);
        if (arguments.GetValue(Folds) is { } folds)
            return TrainFolds(recipe, folds, folder, device, arguments, cancellation);
        if (arguments.GetValue(Resume))
            recipe = RecipeOf(folder);
        var (result, validation) = TrainOne(recipe, folder, device, arguments.GetValue(Resume), arguments, cancellation);
        if (result.Outcome == TrainingOutcome.Cancelled)
            return Cancelled(folder, arguments);
        if (page is not null)
        {
            using var classifier = ModelEvaluation.Load(ModelPath(folder, recipe.Name));
            var evaluated = ModelEvaluation.Run(classifier, arguments.GetValue(Data)!, validation, training: null, cancellation);
            HtmlReport.WriteTraining(page, TrainedRun.Read(result.Folder), evaluated, $"libtorch {TorchRuntime.Version}", ModelEvaluation.RuntimeVersion);
            Terminal.Note($"Report: {page}");
        }
        return 0;
    }

    /// <summary>Trains one network and exports it, unless it is asked to stop.</summary>
    private static (TrainingResult Result, FaceDataset Validation) TrainOne(Recipe recipe, string folder, torch.Device device, bool resume, ParseResult arguments, CancellationToken cancellation)
    {
        var data = DataSource.Open(arguments.GetValue(Data)!, recipe.ToDataOptions(), cancellation);
        var (train, validation) = recipe.Split(data);
        if (recipe.Data.WithoutDuplicatesOf.Count > 0)
            Terminal.Note($"{data[recipe.Data.Train].Count - train.Count:N0} training images that are, or nearly are, in {string.Join(" or ", recipe.Data.WithoutDuplicatesOf)} are left out.");
        var options = Options(device, arguments);
        using var trainer = resume
            ? Trainer.Resume(folder, train, validation, options)
            : Trainer.Start(recipe, train, validation, folder, options);
        if (!resume)
            ShowSamples(trainer, () => TrainingSamples.Render(trainer.Recipe, train));
        var result = Fit(trainer, $"{train.Count:N0} images, {validation.Count:N0} to choose by", "accuracy", cancellation);
        if (result.Calibration is { } calibration)
            Terminal.Out.WriteLine($"Calibrated on {validation.Name}: calibration error {calibration.EceBefore:P2} before, {calibration.EceAfter:P2} with temperature {calibration.Temperature:F3}.");
        return (result, validation);
    }

    private static int TrainDetector(Recipe recipe, torch.Device device, ParseResult arguments, CancellationToken cancellation)
    {
        if (((ReadOnlySpan<Option>)[Folds, Report]).ToArray().FirstOrDefault(option => arguments.GetResult(option) is { Implicit: false }) is { } misplaced)
            throw new MienException($"{misplaced.Name} is for classifiers; {recipe.Name} is a face detector.");
        if (arguments.GetValue(Teacher) is [_, _, ..])
            throw new MienException($"{recipe.Name} is a face detector, which learns from one teacher: name {Teacher.Name} once.");
        recipe = recipe with
        {
            Seed = arguments.GetValue(Seed) ?? recipe.Seed,
            Detection = recipe.Detection! with { Teacher = arguments.GetValue(Teacher) is [var teacher] ? teacher : recipe.Detection.Teacher, Crops = arguments.GetValue(Crops) ?? recipe.Detection.Crops },
        };
        string folder = arguments.GetValue(Run) ?? Path.Combine("runs", recipe.Name);
        bool resume = arguments.GetValue(Resume);
        if (resume)
            recipe = RecipeOf(folder);
        var data = DetectorTraining.Open(recipe, arguments.GetValue(Data)!, cancellation);
        using var trainer = resume ? Trainer.Resume(folder, data, Options(device, arguments)) : Trainer.Start(recipe, data, folder, Options(device, arguments));
        if (!resume)
            ShowSamples(trainer, () => DetectionSamples.Render(recipe, data));
        var result = Fit(trainer, $"{data.TrainCount:N0} photos, {data.ValidationCount:N0} to choose by", "AP50", cancellation);
        return result.Outcome == TrainingOutcome.Cancelled ? Cancelled(folder, arguments) : 0;
    }

    /// <summary>Runs a training and exports what it came to, unless it is asked to stop.</summary>
    private static TrainingResult Fit(Trainer trainer, string data, string score, CancellationToken cancellation)
    {
        Terminal.Note($"Training {trainer.Recipe.Name}: {trainer.Network.ParameterCount:N0} parameters, {trainer.Network.MultiplyAdds:N0} multiply-adds, "
            + $"{data}; libtorch {TorchRuntime.Version}, {torch.get_num_threads()} threads; {trainer.Folder.Path}");
        var result = TrainingDisplay.Show(progress => trainer.Run(progress, cancellation));
        Terminal.Note(result.Message);
        if (result.Outcome == TrainingOutcome.Cancelled)
            return result;
        string model = ModelPath(trainer.Folder.Path, trainer.Recipe.Name);
        ExportCommand.Export(trainer.Folder.BestPath, model);
        Terminal.Out.WriteLine($"{(trainer.Recipe.Keep == KeptEpoch.Best ? "Best" : "Last")} epoch {result.Best!.Epoch}: validation {score} {result.Best.ValidationAccuracy:P2}, loss {result.Best.ValidationLoss:F4}. Model: {model}");
        return result;
    }

    private static TrainingOptions Options(torch.Device device, ParseResult arguments) =>
        new() { Device = device, Threads = arguments.GetValue(Threads), Overwrite = arguments.GetValue(Overwrite) };

    private static int Cancelled(string folder, ParseResult arguments)
    {
        Terminal.Note($"Resume with: mien train {arguments.GetValue(RecipeName)} --data {arguments.GetValue(Data)} --run {folder} --resume");
        return 130;
    }

    /// <summary>Trains what members of an ensemble are not trained yet, each in its own run folder, and joins them.</summary>
    private static int TrainEnsemble(EnsembleRecipe ensemble, ParseResult arguments, CancellationToken cancellation)
    {
        var device = TorchRuntime.ParseDevice(arguments.GetValue(OnDevice)!);
        var checkpoints = new List<string>();
        FaceDataset? faces = null;
        foreach (string member in ensemble.Members)
        {
            var recipe = Recipe.Load(member);
            var folder = new RunFolder(Path.Combine("runs", recipe.Name));
            var (result, validation) = TrainOne(folder.HoldsTraining ? RecipeOf(folder.Path) : recipe, folder.Path, device, folder.HoldsTraining, arguments, cancellation);
            if (result.Outcome == TrainingOutcome.Cancelled)
            {
                Terminal.Note($"Go on with: mien train {ensemble.Name} --data {arguments.GetValue(Data)}");
                return 130;
            }
            checkpoints.Add(folder.BestPath);
            faces = validation;
        }
        string path = ModelPath(arguments.GetValue(Run) ?? Path.Combine("runs", ensemble.Name), ensemble.Name);
        var calibration = ensemble.Export(checkpoints, faces!, path);
        Terminal.Out.WriteLine(FormattableString.Invariant($"Calibrated on {faces!.Name}: calibration error {calibration.EceBefore:P2} before, {calibration.EceAfter:P2} with temperature {calibration.Temperature:F3}. Model: {path}"));
        return 0;
    }

    private static string ModelPath(string folder, string name) => Path.Combine(folder, $"{name}.onnx");

    /// <summary>Cross-validation over folds of persons, below <c>folds</c> in the run folder.</summary>
    private static int TrainFolds(Recipe recipe, int folds, string folder, torch.Device device, ParseResult arguments, CancellationToken cancellation)
    {
        var data = DataSource.Open(arguments.GetValue(Data)!, recipe.ToDataOptions(), cancellation);
        var validation = new CrossValidation(recipe, data[SplitName.All], folds, Path.Combine(folder, "folds"));
        var result = validation.Run(arguments.GetValue(Resume), Options(device, arguments), (trainer, fold) =>
        {
            Terminal.Note($"Fold {fold} of {folds}: {trainer.Folder.Path}");
            return TrainingDisplay.Show(progress => trainer.Run(progress, cancellation));
        });
        if (result is null)
        {
            string weights = arguments.GetValue(Weights) is { } file ? $" --weights {file}" : "";
            Terminal.Note($"Stopped. Resume with: mien train {arguments.GetValue(RecipeName)} --data {arguments.GetValue(Data)} --run {folder}{weights} --folds {folds} --resume");
            return 130;
        }
        foreach (var fold in result.Folds)
            Terminal.Out.WriteLine(FormattableString.Invariant($"Fold {fold.Fold,2}: {fold.Accuracy:P2} of {fold.Images} images"));
        EvaluationTable.Write(Terminal.Out, $"{recipe.Name}, {folds} folds of persons, each image read by the network that saw nothing of its person", result.Pooled);
        Terminal.Out.WriteLine($"Figures: {validation.ResultPath}");
        return 0;
    }

    /// <summary>A picture for a look at what the network learns from; a training does not fail for the lack of it.</summary>
    private static void ShowSamples(Trainer trainer, Func<Image> render)
    {
        try
        {
            render().Save(trainer.Folder.SamplesPath);
            Terminal.Note($"Training images as the network sees them: {trainer.Folder.SamplesPath}");
        }
        catch (NativeLibraryException error)
        {
            Terminal.Note($"No picture of training images: {error.Message}");
        }
    }

    /// <summary>A training goes on by the recipe that it began with, whatever has become of the file since.</summary>
    private static Recipe RecipeOf(string folder)
    {
        using var last = new RunFolder(folder).LoadLast();
        return last.Recipe;
    }
}

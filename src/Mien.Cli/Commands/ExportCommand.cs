using System.CommandLine;
using System.Globalization;
using Mien.Cli.Output;
using Mien.Training;
using Spectre.Console;

namespace Mien.Cli.Commands;

/// <summary><c>mien export</c>: a checkpoint as one self-describing ONNX file.</summary>
internal static class ExportCommand
{
    private static readonly Argument<string> CheckpointPath = new("checkpoint") { Description = "A checkpoint of mien train, such as runs/NAME/best.safetensors." };

    private static readonly Option<string> Output = new("--output", "-o") { Description = "The ONNX file to write.", Required = true };

    private static readonly Option<string?> ModelName = new("--name") { Description = "The model's name [default: the recipe's]." };

    private static readonly Option<string?> License = new("--license") { Description = "Licence of the weights, kept in the file." };

    private static readonly Option<string?> TrainingData = new("--training-data") { Description = "What the weights were trained on, kept in the file." };

    private static readonly Option<string[]> Metrics = new("--metric") { Description = "A measured figure to keep in the file, as name=value; can be repeated." };

    public static Command Create()
    {
        var command = new Command("export", "Write a trained network as an ONNX file that carries its own description.")
        {
            CheckpointPath, Output, ModelName, License, TrainingData, Metrics,
        };
        command.SetAction(Run);
        return command;
    }

    /// <summary>Exports a checkpoint's network with what it knows of itself, amended by <paramref name="describe"/>.</summary>
    public static void Export(string checkpointPath, string output, Func<ModelMetadata, ModelMetadata> describe)
    {
        using var checkpoint = Checkpoint.Load(checkpointPath);
        using var network = checkpoint.CreateNetwork();
        if (checkpoint.Calibration is null)
            Terminal.Note($"{checkpointPath} has no temperature, so the model's confidence is not calibrated: its training is not complete, or older than calibration. mien train --resume fits one when all epochs are done.");
        OnnxExporter.Export(network, describe(checkpoint.ToModelMetadata()), output);
    }

    private static int Run(ParseResult arguments)
    {
        string output = arguments.GetValue(Output)!;
        Export(arguments.GetValue(CheckpointPath)!, output, metadata => metadata with
        {
            Name = arguments.GetValue(ModelName) ?? metadata.Name,
            License = arguments.GetValue(License) ?? metadata.License,
            TrainingData = arguments.GetValue(TrainingData) ?? metadata.TrainingData,
            Metrics = new Dictionary<string, double>([.. metadata.Metrics, .. arguments.GetValue(Metrics)!.Select(ParseMetric)]),
        });
        Terminal.Out.WriteLine($"{output}: {new FileInfo(output).Length / 1e6:F2} MB");
        return 0;
    }

    private static KeyValuePair<string, double> ParseMetric(string text)
    {
        string[] parts = text.Split('=', 2);
        return parts.Length == 2 && double.TryParse(parts[1], CultureInfo.InvariantCulture, out double value)
            ? new(parts[0].Trim(), value)
            : throw new MienException($"--metric {text} is not of the form name=value, such as test.accuracy=0.68.");
    }
}

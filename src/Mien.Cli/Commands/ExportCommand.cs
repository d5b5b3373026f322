using System.CommandLine;
using System.Globalization;
using Mien.Cli.Output;
using Mien.Training;
using Spectre.Console;

namespace Mien.Cli.Commands;

/// <summary><c>mien export</c>: a checkpoint or a model as one self-describing ONNX file, in fp32, fp16 or int8.</summary>
internal static class ExportCommand
{
    private static readonly Argument<string> Source = new("source")
    {
        Description = "A checkpoint of mien train, such as runs/NAME/best.safetensors; an fp32 ONNX file; or the name of a model in the box.",
    };

    private static readonly Option<string> Output = new("--output", "-o") { Description = "The ONNX file to write.", Required = true };

    private static readonly Option<string?> ModelName = new("--name") { Description = "The model's name [default: the recipe's]." };

    private static readonly Option<string?> License = new("--license") { Description = "Licence of the weights, kept in the file." };

    private static readonly Option<string?> TrainingData = new("--training-data") { Description = "What the weights were trained on, kept in the file." };

    private static readonly Option<string[]> Metrics = new("--metric") { Description = "A measured figure to keep in the file, as name=value; can be repeated." };

    private static readonly Option<bool> Int8 = new("--int8") { Description = "Weights and arithmetic in 8 bits, calibrated on --data: a quarter of the size, and faster on a CPU." };

    private static readonly Option<bool> Fp16 = new("--fp16") { Description = "Weights and arithmetic in 16-bit floats: half the size; faster on GPUs, not on most CPUs." };

    private static readonly Option<string?> Data = new("--data") { Description = "With --int8: the data set whose training faces it is calibrated on; for a face detector the JSON of photos with marked faces." };

    public static Command Create()
    {
        var command = new Command("export", "Write a trained network as an ONNX file that carries its own description.")
        {
            Source, Output, Int8, Fp16, Data, ModelName, License, TrainingData, Metrics,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Int8) && result.GetValue(Fp16))
                result.AddError("Choose one of --int8 and --fp16.");
            if (result.GetValue(Int8) && result.GetValue(Data) is null)
                result.AddError("--int8 is calibrated on faces: name a data set with --data, such as FER-2013's CSV or a folder of images per class.");
            if (!result.GetValue(Int8) && result.GetValue(Data) is not null)
                result.AddError("--data is for --int8 alone.");
        });
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), CancellationToken.None));
        return command;
    }

    /// <summary>Writes a checkpoint's network as it is.</summary>
    public static void Export(string checkpointPath, string output) => OnnxExporter.Save(Open(checkpointPath, out _), output);

    private static int Run(ParseResult arguments, CancellationToken cancellation)
    {
        string source = arguments.GetValue(Source)!, output = arguments.GetValue(Output)!;
        var graph = Open(source, out var metadata);
        if (arguments.GetValue(Int8))
        {
            string data = arguments.GetValue(Data)!;
            var pictures = metadata.Task == ModelMetadata.FaceDetection ? AnnotatedPhotos.Images(data, cancellation) : Faces(data, metadata, cancellation);
            graph = Terminal.WithProgress("Calibrating", progress => Quantization.Quantize(graph, metadata, pictures, progress, cancellation));
            metadata = metadata with { Precision = Quantization.Name };
        }
        else if (arguments.GetValue(Fp16))
        {
            graph = HalfPrecision.Convert(graph);
            metadata = metadata with { Precision = HalfPrecision.Name };
        }
        // Figures were measured on another file where the precision has changed.
        IEnumerable<KeyValuePair<string, double>> metrics = arguments.GetValue(Int8) || arguments.GetValue(Fp16) ? [] : metadata.Metrics;
        metadata = metadata with
        {
            Name = arguments.GetValue(ModelName) ?? metadata.Name,
            License = arguments.GetValue(License) ?? metadata.License,
            TrainingData = arguments.GetValue(TrainingData) ?? metadata.TrainingData,
            Metrics = new Dictionary<string, double>([.. metrics, .. arguments.GetValue(Metrics)!.Select(ParseMetric)]),
        };
        graph.Metadata(ModelMetadata.Key, metadata.ToJson());
        OnnxExporter.Save(graph, output);
        Terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{output}: {metadata.Precision}, {new FileInfo(output).Length / 1e6:F2} MB"));
        return 0;
    }

    private static OnnxGraph Open(string source, out ModelMetadata metadata)
    {
        if (!source.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
            return OnnxExporter.Load(File.Exists(source) ? source : ModelBox.Find(source), out metadata);
        using var checkpoint = Checkpoint.Load(source);
        using var network = checkpoint.CreateNetwork();
        if (checkpoint.Calibration is null && checkpoint.Recipe is { Keep: KeptEpoch.Best, Detection: null })
            Terminal.Note($"{source} has no temperature, so the model's confidence is not calibrated: its training is not complete, or older than calibration. mien train --resume fits one when all epochs are done.");
        return OnnxExporter.ToGraph(network, metadata = checkpoint.ToModelMetadata());
    }

    /// <summary>Faces to calibrate on, as the model takes them.</summary>
    private static IReadOnlyList<Image> Faces(string path, ModelMetadata metadata, CancellationToken cancellation)
    {
        var options = new DataOptions { Size = metadata.InputSize, Format = metadata.Color == ColorOrder.Gray ? PixelFormat.Gray8 : PixelFormat.Rgb24 };
        return Quantization.CalibrationFaces(DataSource.Open(path, options, cancellation));
    }

    private static KeyValuePair<string, double> ParseMetric(string text)
    {
        string[] parts = text.Split('=', 2);
        return parts.Length == 2 && double.TryParse(parts[1], CultureInfo.InvariantCulture, out double value)
            ? new(parts[0].Trim(), value)
            : throw new MienException($"--metric {text} is not of the form name=value, such as test.accuracy=0.68.");
    }
}

using System.Security.Cryptography;
using Mien.Inference;

namespace Mien.Server.Recognition;

/// <summary>One model as the API tells it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Task">What it does: emotion or face-detection.</param>
/// <param name="Loaded">Whether this server reads pictures with it.</param>
/// <param name="Labels">The classes that it tells apart; empty for a detector.</param>
/// <param name="Alternatives">Other sets of classes by the name that the parameter labels takes.</param>
/// <param name="File">Where the ONNX file is; absent where there is none, as for haar.</param>
/// <param name="Card">Where its card is, in Markdown, with its confusion matrix; absent for a model that is not in the box.</param>
/// <param name="InputSize">Side of its square input in pixels; 0 where any size will do.</param>
/// <param name="Color">The order of the input's channels: Gray, Rgb or Bgr.</param>
/// <param name="NormalizationInGraph">Whether the graph itself normalises, so that its input is 0 to 255.</param>
/// <param name="Mean">Where it does not: the mean of each channel. The network wants (x - mean) / deviation.</param>
/// <param name="Deviation">Where it does not: the deviation of each channel.</param>
/// <param name="SoftmaxInGraph">Whether the graph itself ends in the softmax, so that its output is probabilities.</param>
/// <param name="Temperature">By what logits are divided before the softmax.</param>
/// <param name="Output">The name of the output with the scores; empty: the one as wide as there are labels.</param>
/// <param name="CropMargin">Extra room around the standard crop, as a share of its side.</param>
/// <param name="Detection">How a detector's finds are used; absent for a classifier.</param>
/// <param name="Precision">What it computes in: fp32, fp16 or int8.</param>
/// <param name="License">Licence of the weights.</param>
/// <param name="TrainingData">What the weights were trained on.</param>
/// <param name="Metrics">Measured figures by name.</param>
internal sealed record ModelDescription(string Name, string Task, bool Loaded, IReadOnlyList<string> Labels, IReadOnlyDictionary<string, IReadOnlyList<string>> Alternatives,
    string? File, string? Card, int InputSize, string Color, bool NormalizationInGraph, IReadOnlyList<float> Mean, IReadOnlyList<float> Deviation, bool SoftmaxInGraph, float Temperature,
    string Output, float CropMargin, DetectionUse? Detection, string Precision, string License, string TrainingData, IReadOnlyDictionary<string, double> Metrics);

/// <summary>How a detector's finds are used.</summary>
/// <param name="Confidence">From which confidence on a find is taken for a face, 0 to 1.</param>
/// <param name="Overlap">Of two boxes that overlap by more than this (intersection over union), the less confident is left out.</param>
/// <param name="MaximumSide">The longer side in pixels at which a picture is seen; larger ones are shrunk.</param>
/// <param name="CropScale">Side of the standard crop over the longer side of the box, before the landmarks have their say.</param>
/// <param name="CropShiftY">How far the centre of the crop lies below that of the box, in box heights.</param>
internal sealed record DetectionUse(float Confidence, float Overlap, int MaximumSide, float CropScale, float CropShiftY);

/// <summary>The models that are loaded and those in the box, as they describe themselves.</summary>
internal sealed class ModelCatalog
{
    private readonly ServerOptions _options;

    // At the first question: the boxed models that are not in use are opened for it.
    private readonly Lazy<IReadOnlyList<CatalogEntry>> _entries;

    public ModelCatalog(Recognizer recognizer, ServerOptions options)
    {
        _options = options;
        _entries = new(() => Entries(recognizer));
    }

    public IReadOnlyList<ModelDescription> Models => [.. _entries.Value.Select(entry => entry.Model)];

    /// <summary>A model by its name, which is only compared: no path comes of it.</summary>
    public CatalogEntry? Find(string name) => _entries.Value.FirstOrDefault(entry => entry.Model.Name == name);

    private List<CatalogEntry> Entries(Recognizer recognizer)
    {
        List<CatalogEntry> entries = [Entry(recognizer.Model.Name, loaded: true, recognizer.Model, recognizer.ModelFile), Detector(_options.Analyzer.Detector)];
        foreach (string name in ModelBox.Names.Where(name => entries.All(entry => entry.Model.Name != name)))
        {
            string file = ModelBox.Find(name);
            if (Metadata(file) is { } metadata)
                entries.Add(Entry(name, loaded: false, metadata, file));
        }
        return entries;
    }

    /// <summary>The detector; one of another maker does not describe itself.</summary>
    private CatalogEntry Detector(string detector)
    {
        string name = Path.GetFileNameWithoutExtension(detector);
        var known = KnownModels.All.FirstOrDefault(model => model.Name == detector);
        string? file = _options.Analyzer.CreateDetector is not null ? null : FaceDetectors.FileOf(detector);
        var metadata = file is null ? null : Metadata(file);
        return Entry(name, loaded: true, metadata ?? new() { Name = name, Task = ModelMetadata.FaceDetection, License = known?.License ?? "", TrainingData = known?.TrainingData ?? "" }, file);
    }

    private CatalogEntry Entry(string name, bool loaded, ModelMetadata model, string? file)
    {
        string? card = ModelBox.Card(name);
        string address = $"/v1/models/{Uri.EscapeDataString(name)}";
        return new(new(name, model.Task, loaded, model.Labels, model.Alternatives.ToDictionary(labels => labels.Name, labels => labels.Labels),
            file is null ? null : $"{address}/file", card is null ? null : $"{address}/card", model.InputSize, model.Color.ToString(), model.NormalizationInGraph,
            model.NormalizationInGraph ? [] : model.Mean, model.NormalizationInGraph ? [] : model.Deviation, model.SoftmaxInGraph, model.Temperature, model.Output, model.CropMargin,
            file is not null && model.Task == ModelMetadata.FaceDetection ? UseOf(file) : null, model.Precision, model.License, model.TrainingData, model.Metrics), file, card);
    }

    private DetectionUse UseOf(string file)
    {
        var options = _options.Analyzer.Onnx;
        using var detector = OnnxFaceDetector.Load(file, options, _options.Analyzer.Runtime);
        return new(options.MinimumConfidence ?? detector.UsualConfidence, options.NmsThreshold, options.MaximumSide, detector.BoxToCrop.Scale, detector.BoxToCrop.ShiftY);
    }

    private static ModelMetadata? Metadata(string path)
    {
        using var session = OnnxModel.Open(path);
        return OnnxModel.ReadMetadata(session);
    }
}

/// <summary>A model with its files.</summary>
/// <param name="Model">What it says of itself.</param>
/// <param name="File">The ONNX file; null where there is none.</param>
/// <param name="Card">The card; null where there is none.</param>
internal sealed record CatalogEntry(ModelDescription Model, string? File, string? Card)
{
    private readonly Lazy<string> _hash = new(() =>
    {
        using var file = System.IO.File.OpenRead(File!);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    });

    /// <summary>SHA-256 of the ONNX file, in hexadecimal digits.</summary>
    public string Hash => _hash.Value;
}

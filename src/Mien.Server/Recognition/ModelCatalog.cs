using Mien.Inference;

namespace Mien.Server.Recognition;

/// <summary>One model as the API tells it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Task">What it does: emotion or face-detection.</param>
/// <param name="Loaded">Whether this server reads pictures with it.</param>
/// <param name="Labels">The classes that it tells apart; empty for a detector.</param>
/// <param name="Alternatives">Other sets of classes by the name that the parameter labels takes.</param>
/// <param name="InputSize">Side of its square input in pixels; 0 where any size will do.</param>
/// <param name="Precision">What it computes in: fp32, fp16 or int8.</param>
/// <param name="License">Licence of the weights.</param>
/// <param name="TrainingData">What the weights were trained on.</param>
/// <param name="Metrics">Measured figures by name.</param>
internal sealed record ModelDescription(string Name, string Task, bool Loaded, IReadOnlyList<string> Labels, IReadOnlyDictionary<string, IReadOnlyList<string>> Alternatives,
    int InputSize, string Precision, string License, string TrainingData, IReadOnlyDictionary<string, double> Metrics)
{
    public static ModelDescription Of(string name, bool loaded, ModelMetadata model) => new(name, model.Task, loaded, model.Labels,
        model.Alternatives.ToDictionary(labels => labels.Name, labels => labels.Labels), model.InputSize, model.Precision, model.License, model.TrainingData, model.Metrics);
}

/// <summary>The models that are loaded and those in the box, as they describe themselves.</summary>
internal sealed class ModelCatalog(Recognizer recognizer, ServerOptions options)
{
    // At the first question: the boxed models that are not in use are opened for it.
    private readonly Lazy<IReadOnlyList<ModelDescription>> _models = new(() => Describe(recognizer.Model, options.Analyzer.Detector));

    public IReadOnlyList<ModelDescription> Models => _models.Value;

    private static List<ModelDescription> Describe(ModelMetadata classifier, string detector)
    {
        List<ModelDescription> models = [ModelDescription.Of(classifier.Name, loaded: true, classifier), Detector(detector)];
        foreach (string name in ModelBox.Names.Where(name => models.All(model => model.Name != name)))
        {
            if (Metadata(ModelBox.Find(name)) is { } metadata)
                models.Add(ModelDescription.Of(name, loaded: false, metadata));
        }
        return models;
    }

    /// <summary>The detector; one of another maker does not describe itself.</summary>
    private static ModelDescription Detector(string detector)
    {
        string name = Path.GetFileNameWithoutExtension(detector);
        var known = KnownModels.All.FirstOrDefault(model => model.Name == detector);
        var metadata = detector == FaceDetectors.Haar ? null : Metadata(FaceDetectors.FileOf(detector));
        return ModelDescription.Of(name, loaded: true, metadata
            ?? new() { Name = name, Task = ModelMetadata.FaceDetection, License = known?.License ?? "", TrainingData = known?.TrainingData ?? "" });
    }

    private static ModelMetadata? Metadata(string path)
    {
        using var session = OnnxModel.Open(path);
        return OnnxModel.ReadMetadata(session);
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mien;

/// <summary>The order of a model's input channels.</summary>
public enum ColorOrder
{
    /// <summary>One channel: luma.</summary>
    Gray,

    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red.</summary>
    Bgr,
}

/// <summary>A further set of classes that a model tells apart, such as the eight of FER+ beside the seven of FER-2013.</summary>
public sealed record AlternativeLabels
{
    /// <summary>The name of the eight emotions of FER+.</summary>
    public const string FerPlus = "ferplus";

    /// <summary>What the set is called; the model's output has the same name.</summary>
    public required string Name { get; init; }

    /// <summary>The classes, in the order of the output.</summary>
    public IReadOnlyList<string> Labels { get; set; } = [];

    /// <summary>By what the logits are divided before the softmax, more than 0; 1 where nothing was calibrated.</summary>
    public float Temperature { get; set; } = 1;
}

/// <summary>
/// What a model says of itself: in the ONNX file's metadata for Mien's own models, in a JSON manifest
/// (<c>model.onnx.json</c> beside <c>model.onnx</c>) for another maker's.
/// </summary>
/// <remarks>Setters, not initialisers: the generated JSON reader would set what a manifest leaves out to null or zero instead of its default.</remarks>
public sealed record ModelMetadata
{
    /// <summary>The <see cref="Task"/> of a model that tells expressions apart.</summary>
    public const string Emotion = "emotion";

    /// <summary>The <see cref="Task"/> of a model that finds faces.</summary>
    public const string FaceDetection = "face-detection";

    /// <summary>What it does: <c>emotion</c> or <c>face-detection</c>.</summary>
    public string Task { get; set; } = Emotion;

    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>The output's classes, in order.</summary>
    public IReadOnlyList<string> Labels { get; set; } = [];

    /// <summary>Other sets of classes that the same model tells apart, each with an output of its own; usually none.</summary>
    public IReadOnlyList<AlternativeLabels> Alternatives { get; set; } = [];

    /// <summary>The name of the output that holds the scores; empty: the one as wide as there are labels.</summary>
    public string Output { get; set; } = "";

    /// <summary>Side of the square input, in pixels; 0 where any size will do.</summary>
    public int InputSize { get; set; }

    /// <summary>The order of the input's channels.</summary>
    public ColorOrder Color { get; set; }

    /// <summary>Mean of each channel on the scale 0 to 255.</summary>
    public IReadOnlyList<float> Mean { get; set; } = [];

    /// <summary>Deviation of each channel on the scale 0 to 255: the network sees (x - mean) / deviation.</summary>
    public IReadOnlyList<float> Deviation { get; set; } = [];

    /// <summary>Whether the graph itself normalises, so that its input is 0 to 255.</summary>
    public bool NormalizationInGraph { get; set; } = true;

    /// <summary>Whether the graph itself ends in the softmax, temperature included, so that its output is probabilities.</summary>
    public bool SoftmaxInGraph { get; set; } = true;

    /// <summary>Extra room around the standard crop, as a share of its side; 0 shows a face as FER-2013 does.</summary>
    public float CropMargin { get; set; }

    /// <summary>By what the logits are divided before the softmax, more than 0; 1 where nothing was calibrated.</summary>
    public float Temperature { get; set; } = 1;

    /// <summary>What weights and layers compute in: <c>fp32</c>, <c>fp16</c> or <c>int8</c>; input and output are 32-bit floats in any case.</summary>
    public string Precision { get; set; } = "fp32";

    /// <summary>Licence of the weights.</summary>
    public string License { get; set; } = "";

    /// <summary>What the weights were trained on.</summary>
    public string TrainingData { get; set; } = "";

    /// <summary>Measured figures by name, such as <c>fer2013.validation.accuracy</c>.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; set; } = new Dictionary<string, double>();

    /// <summary>This model as one that tells apart one of its alternative sets of classes.</summary>
    /// <param name="name">The name of the set: <c>ferplus</c>.</param>
    /// <exception cref="ModelException">The model has no such set; the message names those that it has.</exception>
    public ModelMetadata With(string name) => Alternatives.FirstOrDefault(labels => labels.Name == name) is { } chosen
        ? this with { Labels = chosen.Labels, Temperature = chosen.Temperature, Output = chosen.Name }
        : throw new ModelException($"Model \"{Name}\" has no labels \"{name}\" beside its own ({string.Join(", ", Labels)}). It has: "
            + (Alternatives.Count == 0 ? "none." : string.Join(", ", Alternatives.Select(labels => labels.Name)) + "."));

    /// <summary>The key under which the ONNX file carries this record as JSON.</summary>
    internal const string Key = "mien";

    /// <summary>Reads a manifest or the JSON that an ONNX file carries.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">The file it came from, for messages.</param>
    /// <exception cref="ModelException">It is no such JSON, or a value is out of range.</exception>
    public static ModelMetadata Parse(string json, string source)
    {
        ModelMetadata metadata;
        try
        {
            metadata = JsonSerializer.Deserialize(json, ModelMetadataJson.Default.ModelMetadata)
                ?? throw new ModelException($"{source}: the model's description is empty.");
        }
        catch (JsonException error)
        {
            throw new ModelException($"{source}: the model's description is not valid: {error.Message}", error);
        }
        metadata.Check(source);
        return metadata;
    }

    /// <summary>Refuses values that no model can have.</summary>
    /// <param name="source">The file it came from, for messages.</param>
    internal void Check(string source)
    {
        foreach (float temperature in Alternatives.Select(labels => labels.Temperature).Prepend(Temperature))
        {
            if (!(temperature > 0))
                throw new ModelException($"{source}: temperature must be more than 0, is {temperature.ToString(CultureInfo.InvariantCulture)}.");
        }
    }

    /// <summary>This record as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ModelMetadataJson.Default.ModelMetadata);
}

/// <summary>Serialisation without reflection, for a fast start.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    RespectNullableAnnotations = true, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ModelMetadata))]
internal sealed partial class ModelMetadataJson : JsonSerializerContext;

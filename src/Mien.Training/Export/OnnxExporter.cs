using System.Globalization;
using System.Reflection;
using Mien.Detection;
using Mien.Inference;

namespace Mien.Training;

/// <summary>Writes a network as an ONNX file that any consumer can run: pixels 0 to 255 in, probabilities out.</summary>
public static class OnnxExporter
{
    /// <summary>The graph's input: float, batch x channels x size x size, 0 to 255.</summary>
    public const string InputName = "face";

    /// <summary>A face detector's input: float, batch x channels x height x width, 0 to 255, sides in multiples of 32.</summary>
    public const string PhotoInputName = "photo";

    /// <summary>The graph's output: float, batch x labels, each row a probability for each label. Alternative labels have outputs of their own names.</summary>
    public const string OutputName = "scores";

    /// <summary>Writes the file. What was at the path is replaced at once, or not at all.</summary>
    /// <param name="network">The network; its logits are in the order of the labels.</param>
    /// <param name="metadata">What the file says of itself; normalisation, temperature and softmax go into the graph.</param>
    /// <param name="path">Where to write.</param>
    /// <exception cref="MienException">The metadata does not fit the network, or the file cannot be written.</exception>
    public static void Export(Layer network, ModelMetadata metadata, string path) => Save(ToGraph(network, metadata), path);

    /// <summary>Reads an fp32 model file, to write it again in another precision or with another description.</summary>
    /// <param name="path">The ONNX file; one that does not describe itself has a manifest (<c>model.onnx.json</c>) beside it.</param>
    /// <param name="metadata">What the file or the manifest says.</param>
    /// <exception cref="ModelException">The file is missing, or no model that can be rewritten, or nothing describes it.</exception>
    public static OnnxGraph Load(string path, out ModelMetadata metadata)
    {
        // Opening it as any user of the model would finds what is wrong with it, and says so.
        using (var session = OnnxModel.Open(path))
            metadata = OnnxModel.ReadMetadata(session) ?? new ModelMetadata { Name = "" };
        if (metadata.Task == ModelMetadata.FaceDetection)
        {
            using var detector = OnnxFaceDetector.Load(path);
        }
        else
        {
            using var classifier = EmotionClassifier.Load(path);
            metadata = classifier.Metadata;
        }
        return OnnxGraph.Read(File.ReadAllBytes(path), path);
    }

    /// <summary>Writes a graph as a file. What was at the path is replaced at once, or not at all.</summary>
    /// <exception cref="MienException">The file cannot be written.</exception>
    public static void Save(OnnxGraph graph, string path)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] model = graph.ToBytes("Mien", Version);
        string full = Path.GetFullPath(path);
        string temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(model);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MienException($"{path}: the model could not be written: {error.Message}", error);
        }
        finally
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
        }
    }

    /// <summary>The ONNX file's bytes.</summary>
    /// <param name="network">The network; its logits are in the order of the labels.</param>
    /// <param name="metadata">What the file says of itself; normalisation, temperature and softmax go into the graph.</param>
    /// <exception cref="MienException">The metadata does not fit the network.</exception>
    public static byte[] ToBytes(Layer network, ModelMetadata metadata) => ToGraph(network, metadata).ToBytes("Mien", Version);

    /// <summary>The graph of a network, from the pixels to the probabilities.</summary>
    /// <param name="network">The network; its logits are in the order of the labels.</param>
    /// <param name="metadata">What the file says of itself; normalisation, temperature and softmax go into the graph.</param>
    /// <exception cref="MienException">The metadata does not fit the network.</exception>
    public static OnnxGraph ToGraph(Layer network, ModelMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(metadata);
        metadata = metadata with { NormalizationInGraph = true, SoftmaxInGraph = true };
        int channels = metadata.Color == ColorOrder.Gray ? 1 : 3;
        CheckNormalization(metadata, channels);
        var graph = new OnnxGraph(metadata.Name);
        if (metadata.Task == ModelMetadata.FaceDetection)
            AddDetector(graph, network, metadata, channels);
        else
            AddClassifier(graph, network, metadata, channels);
        graph.Metadata(ModelMetadata.Key, metadata.ToJson());
        return graph;
    }

    private static void AddClassifier(OnnxGraph graph, Layer network, ModelMetadata metadata, int channels)
    {
        Check(network, metadata, channels);
        string face = graph.Input(InputName, -1, channels, metadata.InputSize, metadata.InputSize);
        string logits = network.Export(graph, Normalise(graph, face, metadata, channels));
        int start = 0;
        foreach ((string name, int labels, float temperature) in Outputs(metadata))
        {
            string part = metadata.Alternatives.Count == 0
                ? logits
                : graph.Add("Slice", [logits, graph.Constant([(long)start], 1), graph.Constant([(long)start + labels], 1), graph.Constant([1L], 1)]);
            string tempered = graph.Add("Div", [part, graph.Constant([temperature])]);
            graph.Output(graph.Add("Softmax", [tempered], new OnnxArgument("axis", 1)), name, -1, labels);
            start += labels;
        }
    }

    /// <summary>Photos of any size in, what each cell says out; the score as a probability, the rest as <see cref="FaceCells"/> reads it.</summary>
    private static void AddDetector(OnnxGraph graph, Layer network, ModelMetadata metadata, int channels)
    {
        string photo = graph.Input(PhotoInputName, -1, channels, -1, -1);
        string output = network.Export(graph, Normalise(graph, photo, metadata, channels));
        string cells = graph.Add("Reshape", [output, graph.Constant([0L, FaceCells.Values, -1L], 3)]);
        string rows = graph.Add("Transpose", [cells], new OnnxArgument("perm", [0, 2, 1]));
        string scores = graph.Add("Reshape", [graph.Add("Sigmoid", [Columns(0, 1)]), graph.Constant([0L, -1L], 2)]);
        graph.Output(scores, MienFaceDecoder.Scores, -1, -1);
        graph.Output(Columns(1, FaceCells.BoxValues), MienFaceDecoder.Boxes, -1, -1, FaceCells.BoxValues);
        graph.Output(Columns(1 + FaceCells.BoxValues, FaceCells.LandmarkValues), MienFaceDecoder.Landmarks, -1, -1, FaceCells.LandmarkValues);

        string Columns(long start, long count) =>
            graph.Add("Slice", [rows, graph.Constant([start], 1), graph.Constant([start + count], 1), graph.Constant([2L], 1)]);
    }

    private static string Normalise(OnnxGraph graph, string pixels, ModelMetadata metadata, int channels)
    {
        string centred = graph.Add("Sub", [pixels, graph.Constant([.. metadata.Mean], 1, channels, 1, 1)]);
        return graph.Add("Div", [centred, graph.Constant([.. metadata.Deviation], 1, channels, 1, 1)]);
    }

    /// <summary>The graph's outputs, in the order of the network's logits.</summary>
    private static IEnumerable<(string Name, int Labels, float Temperature)> Outputs(ModelMetadata metadata) =>
    [
        (OutputName, metadata.Labels.Count, metadata.Temperature),
        .. metadata.Alternatives.Select(labels => (labels.Name, labels.Labels.Count, labels.Temperature)),
    ];

    private static string Version { get; } =
        typeof(OnnxExporter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private static void CheckNormalization(ModelMetadata metadata, int channels)
    {
        string name = $"Model \"{metadata.Name}\"";
        if (metadata.Mean.Count != channels || metadata.Deviation.Count != channels)
            throw new MienException($"{name}: {metadata.Color} needs {channels} means and deviations, got {metadata.Mean.Count} and {metadata.Deviation.Count}.");
        if (!metadata.Deviation.All(deviation => deviation > 0))
            throw new MienException($"{name}: each deviation must be more than 0.");
    }

    private static void Check(Layer network, ModelMetadata metadata, int channels)
    {
        string name = $"Model \"{metadata.Name}\"";
        if (!(metadata.Temperature > 0))
            throw new MienException($"{name}: temperature must be more than 0, is {metadata.Temperature.ToString(CultureInfo.InvariantCulture)}.");
        if (metadata.InputSize < 1)
            throw new MienException($"{name}: the input size is missing.");
        long multiplyAdds = 0;
        FeatureShape output = network.Describe(new FeatureShape(channels, metadata.InputSize, metadata.InputSize), ref multiplyAdds);
        int labels = Outputs(metadata).Sum(scores => scores.Labels);
        if (output != new FeatureShape(labels))
            throw new MienException($"{name}: {labels} labels do not fit the network's output {output}.");
    }
}

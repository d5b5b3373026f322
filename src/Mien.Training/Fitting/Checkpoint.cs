using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>A trained network on disk, with the recipe and labels that it was made by: safetensors and nothing else.</summary>
/// <remarks>
/// The network's parameters and buffers have their own names, so that other programs read them; what a resume needs besides
/// is named <c>optimizer/...</c> and <c>average/...</c>. Recipe and state are JSON in the file's metadata.
/// </remarks>
public sealed class Checkpoint : IDisposable
{
    private const string FormatKey = "mien.checkpoint";
    private const string FormatVersion = "1";
    private const string RecipeKey = "mien.recipe";
    private const string StateKey = "mien.state";
    private const string OptimizerPrefix = "optimizer/";
    private const string AveragePrefix = "average/";

    private readonly SafetensorsFile _file;

    private Checkpoint(string path, SafetensorsFile file, Recipe recipe, TrainingState state) =>
        (Path, _file, Recipe, State) = (path, file, recipe, state);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What it was trained by.</summary>
    public Recipe Recipe { get; }

    /// <summary>The network's classes, in order.</summary>
    public IReadOnlyList<string> Labels => State.Labels;

    /// <summary>Complete epochs.</summary>
    public int EpochsDone => State.EpochsDone;

    /// <summary>The best epoch until then.</summary>
    public EpochResult? Best => State.Best;

    /// <summary>The temperature for the network's logits, fitted on the validation split; null in a training that is not complete.</summary>
    public Calibration? Calibration => State.Calibration;

    internal TrainingState State { get; }

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="MienException">The file is missing, truncated or no checkpoint of Mien's.</exception>
    public static Checkpoint Load(string path)
    {
        SafetensorsFile file = Safetensors.Read(path);
        try
        {
            foreach (Tensor tensor in file.Tensors.Values)
                tensor.DetachFromDisposeScope();
            return new Checkpoint(path, file, Recipe.Parse(Text(path, file.Metadata, RecipeKey), path), StateIn(path, file.Metadata));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Creates the trained network, ready to predict: with the averaged weights where the recipe averages them.</summary>
    /// <param name="device">Where it will be; null: on the CPU.</param>
    public Network CreateNetwork(Device? device = null)
    {
        Dictionary<string, Tensor> average = With(AveragePrefix);
        Network network = Recipe.CreateNetwork(Labels.Count);
        try
        {
            network.LoadState(average.Count > 0 ? average : NetworkState());
            network.to(device ?? CPU);
            network.eval();
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>What the exported model says of itself, as far as the checkpoint knows.</summary>
    public ModelMetadata ToModelMetadata() => new()
    {
        Task = Recipe.Detection is null ? ModelMetadata.Emotion : ModelMetadata.FaceDetection,
        Name = Recipe.Name,
        Labels = Labels,
        Alternatives = Recipe.Data.Labels == LabelSet.OriginalAndFerPlus ? [new AlternativeLabels { Name = AlternativeLabels.FerPlus, Labels = Emotion.All, Temperature = (float)(State.EmotionCalibration?.Temperature ?? 1) }] : [],
        InputSize = Recipe.Detection is null ? Recipe.Input.Size : 0,
        Color = Recipe.Input.Channels == 1 ? ColorOrder.Gray : ColorOrder.Rgb,
        Mean = Recipe.Input.Mean,
        Deviation = Recipe.Input.Deviation,
        Temperature = (float)(Calibration?.Temperature ?? 1),
        Metrics = Figures(),
    };

    /// <summary>Frees the tensors.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Fits the network's temperature on the validation split and writes the checkpoint again with it.</summary>
    internal static Calibration Calibrate(string path, FaceDataset validation, Device device)
    {
        using Checkpoint checkpoint = Load(path);
        using Network network = checkpoint.CreateNetwork(device);
        float[] logits = NetworkEvaluation.Logits(network, validation, checkpoint.Recipe.Input, device);
        var calibration = Calibration.Fit(logits, validation.Targets);
        Write(path, checkpoint.Recipe, checkpoint.State with { Calibration = calibration, EmotionCalibration = CalibrateEmotions(network, validation, checkpoint.Recipe.Input, device) }, network);
        return calibration;
    }

    /// <summary>Fits the temperature of the FER+ emotions on the images of which the votes say clearly what they show.</summary>
    internal static Calibration? CalibrateEmotions(Network network, FaceDataset validation, InputRecipe input, Device? device = null)
    {
        if (network.Emotions == 0 || validation.Votes is not { } votes)
            return null;
        var leaders = Enumerable.Range(0, validation.Count)
            .Select(image => (Image: image, Votes: votes.AsSpan(image * network.Emotions, network.Emotions).ToArray()))
            .Where(row => row.Votes.Max() > 0.5f)
            .Select(row => (row.Image, Emotion: row.Votes.IndexOf(row.Votes.Max()))).ToList();
        FaceDataset clear = validation.Subset([.. leaders.Select(leader => leader.Image)]);
        return Calibration.Fit(NetworkEvaluation.EmotionLogits(network, clear, input, device), [.. leaders.Select(leader => leader.Emotion)]);
    }

    /// <summary>What a checkpoint says of its training, without a look at its tensors.</summary>
    internal static TrainingState ReadState(string path) => StateIn(path, Safetensors.ReadMetadata(path));

    /// <summary>Writes what a prediction needs.</summary>
    internal static void Write(string path, Recipe recipe, TrainingState state, Network network) =>
        Safetensors.Write(path, network.state_dict(), Metadata(recipe, state));

    /// <summary>Writes what a resume needs.</summary>
    internal static void Write(string path, Recipe recipe, TrainingState state, Network network, TrainingOptimizer optimizer, Network? average)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors = network.state_dict();
        foreach ((string name, Tensor tensor) in optimizer.State())
            tensors.Add(OptimizerPrefix + name, tensor);
        foreach ((string name, Tensor tensor) in average?.state_dict() ?? [])
            tensors.Add(AveragePrefix + name, tensor);
        Safetensors.Write(path, tensors, Metadata(recipe, state));
    }

    /// <summary>Puts back what <see cref="Write(string, Recipe, TrainingState, Network, TrainingOptimizer, Network)"/> wrote.</summary>
    internal void Restore(Network network, TrainingOptimizer optimizer, Network? average)
    {
        network.LoadState(NetworkState());
        optimizer.Load(With(OptimizerPrefix));
        average?.LoadState(With(AveragePrefix));
    }

    private static TrainingState StateIn(string path, IReadOnlyDictionary<string, string> metadata)
    {
        try
        {
            return JsonSerializer.Deserialize(Text(path, metadata, StateKey), FittingJson.Default.TrainingState)!;
        }
        catch (JsonException error)
        {
            throw new ModelException($"{path}: the checkpoint's state is not valid: {error.Message}", error);
        }
    }

    private static string Text(string path, IReadOnlyDictionary<string, string> metadata, string key)
    {
        if (metadata.GetValueOrDefault(FormatKey) is not { } version || metadata.GetValueOrDefault(key) is not { } text)
            throw new ModelException($"{path}: a safetensors file, but no checkpoint that Mien's training wrote.");
        return version == FormatVersion ? text : throw new ModelException($"{path}: a checkpoint of format {version}; this program reads format {FormatVersion}.");
    }

    private static Dictionary<string, string> Metadata(Recipe recipe, TrainingState state) => new()
    {
        [FormatKey] = FormatVersion,
        [RecipeKey] = recipe.ToJson(),
        [StateKey] = JsonSerializer.Serialize(state, FittingJson.Default.TrainingState),
    };

    private Dictionary<string, double> Figures()
    {
        var figures = new Dictionary<string, double>();
        if (Best is not null)
        {
            figures[$"{Recipe.Data.Validation}.{(Recipe.Detection is null ? "accuracy" : "ap50")}"] = Best.ValidationAccuracy;
            figures[$"{Recipe.Data.Validation}.loss"] = Best.ValidationLoss;
        }
        if (Calibration is not null)
            figures[$"{Recipe.Data.Validation}.ece"] = Calibration.EceAfter;
        return figures;
    }

    private Dictionary<string, Tensor> NetworkState() =>
        _file.Tensors.Where(entry => !entry.Key.Contains('/', StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);

    private Dictionary<string, Tensor> With(string prefix) =>
        _file.Tensors.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value, StringComparer.Ordinal);
}

using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Features that were learned on other data, as the start of a training; the classifier starts anew.</summary>
public static class PretrainedWeights
{
    private const string CountOfBatches = "num_batches_tracked";

    /// <summary>Loads a network's features from a safetensors file or a state dict of PyTorch's (<c>.pth</c>), tensors named as the network's own.</summary>
    /// <remarks>
    /// The file's classifier is left out. Where batch norm is folded into the convolutions, it is put back so that the network
    /// computes the same: statistics come from the images given, weight and bias undo them.
    /// </remarks>
    /// <param name="network">The network, on any device. Its mode is left as it was.</param>
    /// <param name="path">The file.</param>
    /// <param name="images">Gives normalised training images for the statistics, (N, channels, size, size), on the network's device; a few hundred are enough. Asked only where batch norm is folded.</param>
    /// <exception cref="MienException">The file is missing or broken, or does not fit the network; the message names a tensor.</exception>
    public static void Load(Network network, string path, Func<Tensor> images)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(images);
        if (!File.Exists(path))
            throw new MienException($"{path}: there is no such file, and the training starts from the weights in it. Name the file with --weights, or in the recipe.");
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        var given = new Dictionary<string, Tensor>(Read(path), StringComparer.Ordinal);
        Dictionary<string, Tensor> own = network.Features.state_dict();
        Folded[] folded = [.. TakeFolded(network.Features, given)];
        // Batch norm's own tensors of a folded layer are measured, not loaded.
        HashSet<string> measured = [.. folded.SelectMany(layer => layer.NormTensors)];
        string[] missing = [.. own.Keys.Where(name => !given.ContainsKey(name) && !measured.Contains(name)).Order(StringComparer.Ordinal)];
        if (missing.Length > 0)
            throw Misfit($"it lacks {Some(missing)}");
        HashSet<string> classifier = [.. network.Classifier.state_dict().Keys];
        string[] more = [.. given.Keys.Where(name => !own.ContainsKey(name) && !classifier.Contains(name) && !name.EndsWith(CountOfBatches, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        if (more.Length > 0)
            throw Misfit($"it has in addition {Some(more)}");
        foreach ((string name, Tensor tensor) in own)
        {
            if (!measured.Contains(name) && !tensor.shape.SequenceEqual(given[name].shape))
                throw Misfit($"{name} is [{string.Join(", ", given[name].shape)}], the network needs [{string.Join(", ", tensor.shape)}]");
        }

        foreach ((string name, Tensor tensor) in own)
        {
            if (!measured.Contains(name))
                tensor.copy_(given[name]);
        }
        if (folded.Length == 0)
            return;
        foreach (Folded layer in folded)
            layer.Norm.UnfoldAtNextBatch(layer.Bias);
        bool training = network.training;
        network.eval();
        network.call(images());
        network.train(training);

        MienException Misfit(string fault) => new($"{path}: these weights do not fit the network \"{network.Spec.Name}\": {fault}.");
    }

    /// <summary>Loads a network's classifier from a checkpoint whose network knows the same labels, in any order and possibly among others.</summary>
    /// <remarks>A label that the checkpoint knows twice, of FER-2013 and of FER+, is taken from where the network has it; a network without FER+ emotions takes what was learned of FER+'s votes.</remarks>
    /// <param name="network">The network, on any device.</param>
    /// <param name="labels">Its classes, in order.</param>
    /// <param name="path">The checkpoint.</param>
    /// <exception cref="MienException">The file is missing, broken or no checkpoint of Mien's, lacks a label, or its classifier has another form.</exception>
    public static void LoadClassifier(Network network, IReadOnlyList<string> labels, string path)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(labels);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using Checkpoint checkpoint = Checkpoint.Load(path);
        using Network given = checkpoint.CreateNetwork();
        List<string> known = Outputs(given, checkpoint.Labels);
        int[] rows = [.. Outputs(network, labels).Select((label, output) => network.Emotions > 0 && output < labels.Count ? known.IndexOf(label) : known.LastIndexOf(label))];
        if (Array.IndexOf(rows, -1) is >= 0 and int lacking)
            throw new MienException($"{path}: its network does not know \"{Outputs(network, labels)[lacking]}\", only {string.Join(", ", known.Distinct())}. Leave pretrained.classifier out of the recipe, so that the classifier starts anew.");
        Dictionary<string, Tensor> from = given.Classifier.state_dict();
        foreach ((string name, Tensor tensor) in network.Classifier.state_dict())
        {
            Tensor? wanted = from.GetValueOrDefault(name);
            if (wanted?.shape[0] == known.Count)
                wanted = wanted.index_select(0, torch.tensor(Array.ConvertAll(rows, row => (long)row)));
            if (wanted is null || !wanted.shape.SequenceEqual(tensor.shape))
                throw new MienException($"{path}: its classifier does not fit the network \"{network.Spec.Name}\". Leave pretrained.classifier out of the recipe, so that the classifier starts anew.");
            tensor.copy_(wanted);
        }
    }

    /// <summary>What each of a network's logits stands for.</summary>
    private static List<string> Outputs(Network network, IReadOnlyList<string> labels) => [.. labels, .. network.Emotions > 0 ? Emotion.All : []];

    private static IReadOnlyDictionary<string, Tensor> Read(string path)
    {
        if (path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
            return Safetensors.Read(path).Tensors;
        return path.EndsWith(".pth", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".pt", StringComparison.OrdinalIgnoreCase)
            ? PyTorchFile.Read(path)
            : throw new MienException($"{path}: weights are read from .safetensors and from PyTorch's .pth or .pt.");
    }

    /// <summary>Takes from a file the biases of convolutions that have batch norm after them in the network but not in the file.</summary>
    private static IEnumerable<Folded> TakeFolded(Layer features, Dictionary<string, Tensor> given)
    {
        var layers = features.named_modules().ToList();
        foreach ((string name, nn.Module layer) in layers)
        {
            if (layer is BatchNorm2d norm && !given.ContainsKey($"{name}.running_mean")
                && layers.Find(other => other.module == norm.Convolution) is { name: not null } folded && given.Remove($"{folded.name}.bias", out Tensor? bias))
            {
                yield return new Folded(name, norm, bias);
            }
        }
    }

    private static string Some(string[] names) => names.Length <= 3 ? string.Join(", ", names) : $"{string.Join(", ", names[..3])} and {names.Length - 3} more";

    /// <summary>Batch norm that the file has folded into the convolution before it.</summary>
    private sealed record Folded(string Name, BatchNorm2d Norm, Tensor Bias)
    {
        public IEnumerable<string> NormTensors => Norm.state_dict().Keys.Select(tensor => $"{Name}.{tensor}");
    }
}

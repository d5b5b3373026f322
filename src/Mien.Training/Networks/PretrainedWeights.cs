using Mien.Training.Torch;

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
        using var scope = new TensorScope();
        using Autograd.Mode _ = Autograd.NoGrad();
        var given = new Dictionary<string, Tensor>(Read(path), StringComparer.Ordinal);
        IReadOnlyDictionary<string, Tensor> own = network.Features.State();
        Folded[] folded = [.. TakeFolded(network.Features, given)];
        // Batch norm's own tensors of a folded layer are measured, not loaded.
        HashSet<string> measured = [.. folded.SelectMany(layer => layer.NormTensors)];
        string[] missing = [.. own.Keys.Where(name => !given.ContainsKey(name) && !measured.Contains(name)).Order(StringComparer.Ordinal)];
        if (missing.Length > 0)
            throw Misfit($"it lacks {Some(missing)}");
        HashSet<string> classifier = [.. network.Classifier.State().Keys];
        string[] more = [.. given.Keys.Where(name => !own.ContainsKey(name) && !classifier.Contains(name) && !name.EndsWith(CountOfBatches, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        if (more.Length > 0)
            throw Misfit($"it has in addition {Some(more)}");
        foreach ((string name, Tensor tensor) in own)
        {
            if (!measured.Contains(name) && !tensor.Shape.SequenceEqual(given[name].Shape))
                throw Misfit($"{name} is [{string.Join(", ", given[name].Shape)}], the network needs [{string.Join(", ", tensor.Shape)}]");
        }

        foreach ((string name, Tensor tensor) in own)
        {
            if (!measured.Contains(name))
                tensor.CopyInPlace(given[name]);
        }
        if (folded.Length == 0)
            return;
        foreach (Folded layer in folded)
            layer.Module.UnfoldAtNextBatch(layer.Bias);
        bool training = network.IsTraining;
        network.Evaluate();
        network.Forward(images());
        if (training)
            network.Train();

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
        using var scope = new TensorScope();
        using Autograd.Mode _ = Autograd.NoGrad();
        using Checkpoint checkpoint = Checkpoint.Load(path);
        using Network given = checkpoint.CreateNetwork();
        List<string> known = Outputs(given, checkpoint.Labels);
        int[] rows = [.. Outputs(network, labels).Select((label, output) => network.Emotions > 0 && output < labels.Count ? known.IndexOf(label) : known.LastIndexOf(label))];
        if (Array.IndexOf(rows, -1) is >= 0 and int lacking)
            throw new MienException($"{path}: its network does not know \"{Outputs(network, labels)[lacking]}\", only {string.Join(", ", known.Distinct())}. Leave pretrained.classifier out of the recipe, so that the classifier starts anew.");
        IReadOnlyDictionary<string, Tensor> from = given.Classifier.State();
        foreach ((string name, Tensor tensor) in network.Classifier.State())
        {
            Tensor? wanted = from.GetValueOrDefault(name);
            if (wanted?.Shape[0] == known.Count)
                wanted = wanted.IndexSelect(0, Tensor.From([.. rows.Select(row => (long)row)]));
            if (wanted is null || !wanted.Shape.SequenceEqual(tensor.Shape))
                throw new MienException($"{path}: its classifier does not fit the network \"{network.Spec.Name}\". Leave pretrained.classifier out of the recipe, so that the classifier starts anew.");
            tensor.CopyInPlace(wanted);
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
    private static IEnumerable<Folded> TakeFolded(Module features, Dictionary<string, Tensor> given)
    {
        foreach ((string name, Module module) in features.NamedModules())
        {
            if (module is ConvNorm layer && !given.ContainsKey($"{name}.{layer.NormName}.running_mean") && given.Remove($"{name}.{layer.ConvName}.bias", out Tensor? bias))
                yield return new Folded(name, layer, bias);
        }
    }

    private static string Some(string[] names) => names.Length <= 3 ? string.Join(", ", names) : $"{string.Join(", ", names[..3])} and {names.Length - 3} more";

    /// <summary>A convolution of the file that batch norm is folded into.</summary>
    private sealed record Folded(string Name, ConvNorm Module, Tensor Bias)
    {
        public IEnumerable<string> NormTensors => Module.NamedModules(Name)
            .Where(inner => inner.Module is BatchNorm2d)
            .SelectMany(norm => norm.Module.State().Keys.Select(tensor => $"{norm.Name}.{tensor}"));
    }
}

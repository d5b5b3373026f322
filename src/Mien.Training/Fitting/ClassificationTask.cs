using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Telling classes of face crops apart; the score is the accuracy.</summary>
internal sealed class ClassificationTask : TrainingTask
{
    private readonly Recipe _recipe;
    private readonly FaceDataset _validationFaces;
    private readonly Device _device;
    private readonly DeviceDataset _train;
    private readonly DeviceDataset _validation;
    private readonly Augmenter _augmenter;
    private readonly Normalization _normalization;
    private readonly Tensor? _classWeights;
    private readonly Teacher? _teacher;
    private readonly ScalarType _computing;

    public ClassificationTask(Recipe recipe, FaceDataset train, FaceDataset validation, string folder, Device device)
    {
        if (!train.Labels.SequenceEqual(validation.Labels))
            throw new MienException($"The splits have different labels: \"{train.Name}\" {string.Join(", ", train.Labels)}; \"{validation.Name}\" {string.Join(", ", validation.Labels)}.");
        (_recipe, _validationFaces, _device, Labels) = (recipe, validation, device, [.. train.Labels]);
        _teacher = recipe.Distillation is null ? null : Teacher.Load(recipe, Labels, new RunFolder(folder), device);
        _train = new DeviceDataset(train, recipe.Input, device);
        _validation = new DeviceDataset(validation, recipe.Input, device);
        _normalization = new Normalization(recipe.Input, device);
        _augmenter = new Augmenter(recipe.Augmentation, recipe.Input.Mean, device);
        _classWeights = recipe.Loss.ClassWeights == ClassWeighting.Balanced ? tensor(BalancedWeights(train), device: device).DetachFromDisposeScope() : null;
        _computing = recipe.Precision.ToScalarType();
        Fingerprint = $"train {DeviceDataset.Fingerprint(train)}, validation {DeviceDataset.Fingerprint(validation)}"
            + (_teacher is null ? "" : $", teacher {_teacher.Fingerprint()}");
    }

    public override IReadOnlyList<string> Labels { get; }

    public override string Fingerprint { get; }

    public override int Count => _train.Count;

    public override int ValidationCount => _validation.Count;

    public override Tensor Input(ReadOnlySpan<int> indices) => _normalization.Apply(_train.Batch(indices).Images);

    public override Tensor Loss(Network network, ReadOnlySpan<int> indices, int epoch, int batch, Tally tally)
    {
        (Tensor images, Tensor targets, Tensor goals, Tensor? votes) = _train.Batch(indices);
        Tensor input = _normalization.Apply(_augmenter.Apply(images, _recipe.Seed, epoch, batch)).to(_computing);
        Tensor outputs = network.call(input).to(ScalarType.Float32);
        Tensor logits = ClassLogits(network, outputs);
        Tensor loss = nn.functional.cross_entropy(logits, goals, _classWeights, label_smoothing: _recipe.Loss.LabelSmoothing);
        if (votes is not null)
            loss += nn.functional.cross_entropy(outputs.narrow(1, network.Classes, network.Emotions), votes) * _recipe.Loss.Votes;
        if (_teacher is not null)
            loss = (loss * (1 - _recipe.Distillation!.Weight)) + (_teacher.Loss(input, outputs) * _recipe.Distillation.Weight);
        using IDisposable noGrad = no_grad();
        tally.Add(loss * indices.Length, Right(logits, targets), indices.Length);
        return loss;
    }

    public override (double Loss, double Score)? Validate(Network network, CancellationToken cancellation)
    {
        using var tally = new Tally(_device);
        int[] all = [.. Enumerable.Range(0, _validation.Count)];
        int batchSize = Math.Max(_recipe.BatchSize, 128);
        for (int start = 0; start < all.Length; start += batchSize)
        {
            if (cancellation.IsCancellationRequested)
                return null;
            using DisposeScope scope = NewDisposeScope();
            int count = Math.Min(batchSize, all.Length - start);
            (Tensor images, Tensor targets, Tensor goals, _) = _validation.Batch(all.AsSpan(start, count));
            Tensor logits = ClassLogits(network, network.call(_normalization.Apply(images)));
            tally.Add(nn.functional.cross_entropy(logits, goals, reduction: nn.Reduction.Sum), Right(logits, targets), count);
        }
        return tally.Read();
    }

    public override Calibration? Calibrate(string checkpoint) => Checkpoint.Calibrate(checkpoint, _validationFaces, _device);

    public override void Dispose()
    {
        _teacher?.Dispose();
        _train.Dispose();
        _validation.Dispose();
        _augmenter.Dispose();
        _normalization.Dispose();
        _classWeights?.Dispose();
    }

    /// <summary>For each class what makes all classes weigh the same, 1 on average over the samples; 1 for a class without any.</summary>
    internal static float[] BalancedWeights(FaceDataset data)
    {
        var counts = new double[data.Labels.Count];
        for (int i = 0; i < data.Count; i++)
        {
            if (data.Distributions is null)
                counts[data.Targets[i]]++;
            for (int c = 0; data.Distributions is not null && c < counts.Length; c++)
                counts[c] += data.Distributions[(i * counts.Length) + c];
        }
        int present = counts.Count(count => count > 0);
        return Array.ConvertAll(counts, count => count > 0 ? (float)(data.Count / (present * count)) : 1);
    }

    /// <summary>The part of the network's output that tells the classes apart.</summary>
    private static Tensor ClassLogits(Network network, Tensor outputs) => outputs.narrow(1, 0, network.Classes);

    private static Tensor Right(Tensor logits, Tensor targets) => logits.argmax(1).eq(targets).sum();
}

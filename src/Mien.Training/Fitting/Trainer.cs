using System.Diagnostics;
using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>Trains a network by a recipe and keeps what it comes to in a run folder.</summary>
/// <remarks>
/// Every random choice of an epoch follows from the recipe's seed and the epoch's number, so a training that is resumed after
/// any complete epoch goes on exactly as if it had never stopped. A trainer runs once.
/// </remarks>
public sealed class Trainer : IDisposable
{
    /// <summary>From how many images the statistics come where batch norm is put back into pretrained weights.</summary>
    private const int ImagesForStatistics = 256;

    private readonly TrainingOptions _options;
    private readonly DeviceDataset _train;
    private readonly DeviceDataset _validation;
    private readonly FaceDataset _validationFaces;
    private readonly Augmenter _augmenter;
    private readonly Normalization _normalization;
    private readonly Network? _average;
    private readonly Teacher? _teacher;
    private readonly Optimizer _optimizer;
    private readonly Tensor? _classWeights;
    private readonly TrainingState _state;
    private readonly int _batches;
    private readonly ScalarType _computing;
    private TimeSpan _validationTime;
    private bool _ran;

    private Trainer(Recipe recipe, FaceDataset train, FaceDataset validation, RunFolder folder, TrainingOptions options, TrainingState state, Checkpoint? checkpoint)
    {
        (Recipe, Folder, _options, _state) = (recipe, folder, options, state);
        Device device = options.Device;
        TorchRuntime.Threads = options.Threads ?? Environment.ProcessorCount;
        TorchRuntime.SetDeterministic(options.Deterministic);
        TorchRuntime.ManualSeed((ulong)recipe.Seed);
        Network = recipe.CreateNetwork(state.Labels.Count);
        Network.To(device);
        if (recipe.Distillation is not null)
        {
            _teacher = Teacher.Load(recipe, state.Labels, folder, device);
            string teacher = _teacher.Fingerprint();
            state.Teacher ??= teacher;
            if (state.Teacher != teacher)
                throw new MienException($"{folder.Path} was trained by another teacher: {string.Join(", ", recipe.Distillation.Teacher)} changed since. A training is resumed with the teacher that it began with; put it back, or start anew.");
        }
        _train = new DeviceDataset(train, recipe.Input, device);
        _validation = new DeviceDataset(validation, recipe.Input, device);
        _normalization = new Normalization(recipe.Input, device);
        if (recipe.Pretrained is not null && checkpoint is null)
            LoadPretrained(recipe.Pretrained.Weights);
        _optimizer = CreateOptimizer(recipe, Network);
        if (recipe.Averaging is not null)
        {
            _average = recipe.CreateNetwork(state.Labels.Count);
            _average.To(device);
            _average.LoadState(Network.State());
            _average.Evaluate();
        }
        checkpoint?.Restore(Network, _optimizer, _average);
        _validationFaces = validation;
        _augmenter = new Augmenter(recipe.Augmentation, recipe.Input.Mean, device);
        _classWeights = recipe.Loss.ClassWeights == ClassWeighting.Balanced ? Tensor.From(BalancedWeights(train), device).Unscoped() : null;
        _computing = recipe.Precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        if (recipe.Augmentation.Crop > 0)
            Network.CheckSize(recipe.Augmentation.Crop);
        _batches = (train.Count + recipe.BatchSize - 1) / recipe.BatchSize;
    }

    /// <summary>What is trained.</summary>
    public Recipe Recipe { get; }

    /// <summary>Where it is kept.</summary>
    public RunFolder Folder { get; }

    /// <summary>The network under training, which the trainer owns.</summary>
    public Network Network { get; }

    /// <summary>Complete epochs, those before a resume included.</summary>
    public int EpochsDone => _state.EpochsDone;

    /// <summary>Prepares a new training.</summary>
    /// <param name="recipe">What to train.</param>
    /// <param name="train">The split to train on, read with <see cref="Recipe.ToDataOptions"/>.</param>
    /// <param name="validation">The split that chooses the best epoch.</param>
    /// <param name="folder">The run folder, usually <c>runs/NAME</c>.</param>
    /// <param name="options">Where and how it runs.</param>
    /// <exception cref="MienException">The folder already holds a training, or recipe, data and teacher do not fit together.</exception>
    public static Trainer Start(Recipe recipe, FaceDataset train, FaceDataset validation, string folder, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        CheckLabels(train, validation);
        options ??= new TrainingOptions();
        var run = new RunFolder(folder);
        run.CheckFree(options.Overwrite);
        var state = new TrainingState { Labels = [.. train.Labels], Data = Fingerprint(train, validation) };
        var trainer = new Trainer(recipe, train, validation, run, options, state, checkpoint: null);
        try
        {
            run.Create(recipe);
            trainer.WriteLast();
            return trainer;
        }
        catch
        {
            trainer.Dispose();
            throw;
        }
    }

    /// <summary>Prepares to go on after the last complete epoch of a run folder, by the recipe that it holds.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="train">The split to train on, the same as before.</param>
    /// <param name="validation">The split that chooses the best epoch, the same as before.</param>
    /// <param name="options">Where and how it runs.</param>
    /// <exception cref="MienException">The folder holds no training, the data or the teacher is not the same, or the teacher is gone.</exception>
    public static Trainer Resume(string folder, FaceDataset train, FaceDataset validation, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        CheckLabels(train, validation);
        var run = new RunFolder(folder);
        using Checkpoint checkpoint = run.LoadLast();
        TrainingState state = checkpoint.State;
        if (Fingerprint(train, validation) is var data && data != state.Data)
            throw new MienException($"{run.Path} was trained on other data: {state.Data}; now it is {data}. A training is resumed with the data that it began with.");
        var trainer = new Trainer(checkpoint.Recipe, train, validation, run, options ?? new TrainingOptions(), state, checkpoint);
        try
        {
            run.CutHistory(state.EpochsDone);
            return trainer;
        }
        catch
        {
            trainer.Dispose();
            throw;
        }
    }

    /// <summary>Trains until the last epoch, an early stop, or the request to stop, which takes effect at the next batch.</summary>
    /// <param name="progress">Is told how far the training is, on this thread.</param>
    /// <param name="cancellation">The request to stop. The run folder then holds the last complete epoch.</param>
    /// <exception cref="MienException">The loss is no longer finite, or a file cannot be written.</exception>
    public TrainingResult Run(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (_ran)
            throw new InvalidOperationException("A trainer runs once; resume its folder with another.");
        _ran = true;
        while (_state.EpochsDone < Recipe.Epochs)
        {
            if (Recipe.EarlyStopping is { } stopping && _state.EpochsDone > 0 && _state.EpochsSinceBest >= stopping.Patience)
                return Result(TrainingOutcome.StoppedEarly, $"Stopped early after {_state.EpochsDone} of {Recipe.Epochs} epochs: no better validation accuracy for {_state.EpochsSinceBest}.");
            if (RunEpoch(progress, cancellation) is not { } result)
                return Result(TrainingOutcome.Cancelled, $"Stopped in epoch {_state.EpochsDone + 1} of {Recipe.Epochs}; {_state.EpochsDone} complete epochs are kept. To go on, resume {Folder.Path}.");
            Complete(result, progress);
        }
        return Result(TrainingOutcome.Completed, $"All {Recipe.Epochs} epochs are done.");
    }

    /// <summary>Frees network, optimizer state and data.</summary>
    public void Dispose()
    {
        Network.Dispose();
        _average?.Dispose();
        _teacher?.Dispose();
        _optimizer.Dispose();
        _train.Dispose();
        _validation.Dispose();
        _augmenter.Dispose();
        _normalization.Dispose();
        _classWeights?.Dispose();
    }

    /// <summary>One epoch with its validation; null if asked to stop.</summary>
    private EpochResult? RunEpoch(IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        int epoch = _state.EpochsDone;
        var clock = Stopwatch.StartNew();
        int[] order = new RandomStream(RandomPurpose.Order, Recipe.Seed, epoch).Permutation(_train.Count);
        TorchRuntime.ManualSeed(new RandomStream(RandomPurpose.Torch, Recipe.Seed, epoch).Next());
        Network.Train();
        if (Recipe.Pretrained is not null)
            Network.FreezeFeatures(epoch < Recipe.Pretrained.FrozenEpochs);
        using var tally = new Tally(_options.Device);
        TimeSpan reported = TimeSpan.MinValue;
        for (int batch = 0; batch < _batches; batch++)
        {
            if (cancellation.IsCancellationRequested)
                return null;
            // Batches differ by one image at most, so that none is too small for the statistics of batch norm.
            int start = (int)((long)_train.Count * batch / _batches), end = (int)((long)_train.Count * (batch + 1) / _batches);
            Step(order.AsSpan(start, end - start), epoch, batch, tally);
            if (progress is not null && (reported == TimeSpan.MinValue || clock.Elapsed - reported >= _options.ReportInterval))
            {
                (double loss, double accuracy) = Read(tally, epoch, batch + 1);
                reported = clock.Elapsed;
                progress.Report(new TrainingProgress(epoch + 1, Recipe.Epochs, batch + 1, _batches, loss, accuracy,
                    end / reported.TotalSeconds, TimeLeft(reported, epoch, batch + 1)));
            }
        }
        (double trainLoss, double trainAccuracy) = Read(tally, epoch, _batches);
        TimeSpan trained = clock.Elapsed;
        if (Validate(cancellation) is not var (validationLoss, validationAccuracy))
            return null;
        if (!double.IsFinite(validationLoss))
            throw Diverged($"after epoch {epoch + 1} the validation loss is {validationLoss}");
        _validationTime = clock.Elapsed - trained;
        return new EpochResult(epoch + 1, trainLoss, trainAccuracy, validationLoss, validationAccuracy,
            _optimizer.LearningRate, clock.Elapsed.TotalSeconds, _train.Count / trained.TotalSeconds);
    }

    private void Step(ReadOnlySpan<int> indices, int epoch, int batch, Tally tally)
    {
        using var scope = new TensorScope();
        (Tensor images, Tensor targets, Tensor goals, Tensor? votes) = _train.Batch(indices);
        Tensor input = _normalization.Apply(_augmenter.Apply(images, Recipe.Seed, epoch, batch)).To(_computing);
        Tensor outputs = Network.Forward(input).To(ScalarType.Float32);
        Tensor logits = ClassLogits(outputs);
        Tensor loss = logits.CrossEntropy(goals, _classWeights, Recipe.Loss.LabelSmoothing);
        if (votes is not null)
            loss += outputs.Narrow(1, Network.Classes, Network.Emotions).CrossEntropy(votes) * Recipe.Loss.Votes;
        if (_teacher is not null)
            loss = (loss * (1 - Recipe.Distillation!.Weight)) + (_teacher.Loss(input, outputs) * Recipe.Distillation.Weight);
        _optimizer.LearningRate = LearningRateAt(epoch + ((batch + 0.5) / _batches));
        _optimizer.ZeroGrad();
        loss.Backward();
        _optimizer.Step();
        _state.Steps++;
        using Autograd.Mode _ = Autograd.NoGrad();
        Average();
        tally.Add(loss * indices.Length, logits, targets, indices.Length);
    }

    /// <summary>The part of the network's output that tells the classes apart.</summary>
    private Tensor ClassLogits(Tensor outputs) => outputs.Narrow(1, 0, Network.Classes);

    private double LearningRateAt(double epoch) => Recipe.Schedule switch
    {
        PlateauRecipe plateau => LearningRate.Warmup(Recipe.Optimizer.LearningRate, epoch, plateau.WarmupEpochs) * _state.Plateau.Scale,
        _ => LearningRate.Cosine(Recipe.Optimizer.LearningRate, epoch, Recipe.Epochs, Recipe.Schedule.WarmupEpochs),
    };

    /// <summary>Moves the averaged network towards the present one; at first faster, so that the random start is soon forgotten.</summary>
    private void Average()
    {
        if (_average is null)
            return;
        double keep = Math.Min(Recipe.Averaging!.Decay, (1.0 + _state.Steps) / (10.0 + _state.Steps));
        IReadOnlyDictionary<string, Tensor> present = Network.State();
        foreach ((string name, Tensor tensor) in _average.State())
            tensor.LerpInPlace(present[name], 1 - keep);
    }

    private (double Loss, double Accuracy)? Validate(CancellationToken cancellation)
    {
        Network network = _average ?? Network;
        network.Evaluate();
        using Autograd.Mode noGrad = Autograd.NoGrad();
        using var tally = new Tally(_options.Device);
        int[] all = [.. Enumerable.Range(0, _validation.Count)];
        int batchSize = Math.Max(Recipe.BatchSize, 128);
        for (int start = 0; start < all.Length; start += batchSize)
        {
            if (cancellation.IsCancellationRequested)
                return null;
            using var scope = new TensorScope();
            int count = Math.Min(batchSize, all.Length - start);
            (Tensor images, Tensor targets, Tensor goals, _) = _validation.Batch(all.AsSpan(start, count));
            Tensor logits = ClassLogits(network.Forward(_normalization.Apply(images)));
            tally.Add(logits.CrossEntropy(goals, reduction: Reduction.Sum), logits, targets, count);
        }
        return tally.Read();
    }

    private void Complete(EpochResult result, IProgress<TrainingProgress>? progress)
    {
        _state.EpochsDone = result.Epoch;
        bool kept = Recipe.Keep == KeptEpoch.Last || _state.Best is null || result.ValidationAccuracy > _state.Best.ValidationAccuracy;
        if (kept)
            _state.Best = result;
        if (Recipe.Schedule is PlateauRecipe plateau)
            _state.Plateau = _state.Plateau.Next(result.ValidationAccuracy, plateau.Factor, plateau.Patience, plateau.MinimumScale);
        // The last checkpoint comes last: a crash before it repeats this epoch, and that gives the same files again.
        if (kept)
            Checkpoint.Write(Folder.BestPath, Recipe, _state, _average ?? Network);
        Folder.CutHistory(result.Epoch - 1);
        Folder.Append(result);
        WriteLast();
        progress?.Report(new TrainingProgress(result.Epoch, Recipe.Epochs, _batches, _batches, result.TrainLoss, result.TrainAccuracy,
            result.ImagesPerSecond, TimeSpan.FromSeconds(result.Seconds * (Recipe.Epochs - result.Epoch))) { Finished = result, IsBest = kept && Recipe.Keep == KeptEpoch.Best });
    }

    private void WriteLast() => Checkpoint.Write(Folder.LastPath, Recipe, _state, Network, _optimizer, _average);

    private (double Loss, double Accuracy) Read(Tally tally, int epoch, int batch)
    {
        (double loss, double accuracy) = tally.Read();
        return double.IsFinite(loss)
            ? (loss, accuracy)
            : throw Diverged($"by batch {batch} of {_batches} in epoch {epoch + 1} the loss is {loss}");
    }

    private MienException Diverged(string where) => new(
        FormattableString.Invariant($"The training diverged: {where}, at a learning rate of {_optimizer.LearningRate:G3}. Lower optimizer.learningRate or lengthen schedule.warmupEpochs. {Folder.Path} holds the {_state.EpochsDone} complete epochs before."));

    private TimeSpan TimeLeft(TimeSpan elapsed, int epoch, int batch)
    {
        TimeSpan training = elapsed * ((double)_batches / batch);
        // Before the first validation: a forward pass takes about a third of a training step.
        TimeSpan validation = _validationTime > TimeSpan.Zero ? _validationTime : training * ((double)_validation.Count / _train.Count / 3);
        return training - elapsed + validation + ((training + validation) * (Recipe.Epochs - epoch - 1));
    }

    private TrainingResult Result(TrainingOutcome outcome, string message) => new(outcome, _state.EpochsDone, _state.Best, Folder, message)
    {
        // Where the last epoch is kept, validation measures it, and a temperature fitted there would flatter it.
        Calibration = outcome == TrainingOutcome.Cancelled || Recipe.Keep == KeptEpoch.Last ? null : Checkpoint.Calibrate(Folder.BestPath, _validationFaces, _options.Device),
    };

    private void LoadPretrained(string path)
    {
        using var scope = new TensorScope();
        int[] order = new RandomStream(RandomPurpose.Order, Recipe.Seed, -1).Permutation(_train.Count);
        PretrainedWeights.Load(Network, path, _normalization.Apply(_train.Batch(order.AsSpan(0, Math.Min(ImagesForStatistics, order.Length))).Images));
    }

    private static Optimizer CreateOptimizer(Recipe recipe, Network network)
    {
        ParameterGroup[] groups = recipe.Pretrained is { } pretrained
            ? [.. Groups(network.Features, pretrained.FeatureRate), .. Groups(network.Classifier, 1)]
            : Groups(network, 1);
        return recipe.Optimizer switch
        {
            SgdRecipe sgd => new Sgd(groups, sgd.LearningRate, sgd.Momentum, sgd.WeightDecay, sgd.Nesterov),
            AdamWRecipe adam => new AdamW(groups, adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay),
            _ => throw new NotSupportedException($"There is no optimizer for {recipe.Optimizer.GetType().Name}."),
        };

        static ParameterGroup[] Groups(Module part, double rate)
        {
            Tensor[] parameters = [.. part.NamedParameters().Select(parameter => parameter.Value)];
            // Decay holds weights back; biases and the two vectors of a norm have one dimension and are left alone.
            return
            [
                new([.. parameters.Where(parameter => parameter.Rank > 1)]) { LearningRateFactor = rate },
                new([.. parameters.Where(parameter => parameter.Rank <= 1)]) { LearningRateFactor = rate, WeightDecay = 0 },
            ];
        }
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

    private static string Fingerprint(FaceDataset train, FaceDataset validation) =>
        $"train {DeviceDataset.Fingerprint(train)}, validation {DeviceDataset.Fingerprint(validation)}";

    private static void CheckLabels(FaceDataset train, FaceDataset validation)
    {
        if (!train.Labels.SequenceEqual(validation.Labels))
            throw new MienException($"The splits have different labels: \"{train.Name}\" {string.Join(", ", train.Labels)}; \"{validation.Name}\" {string.Join(", ", validation.Labels)}.");
    }

    /// <summary>Sums of loss and right answers, kept on the device so that no step waits for it.</summary>
    private sealed class Tally(Device device) : IDisposable
    {
        private readonly Tensor _loss = Tensor.Zeros([], ScalarType.Float64, device).Unscoped();
        private readonly Tensor _right = Tensor.Zeros([], ScalarType.Int64, device).Unscoped();
        private int _count;

        public void Add(Tensor lossSum, Tensor logits, Tensor targets, int count)
        {
            _loss.AddInPlace(lossSum.Detach());
            _right.AddInPlace(logits.ArgMax(1).Eq(targets).Sum());
            _count += count;
        }

        public (double Loss, double Accuracy) Read() => (_loss.Item() / _count, _right.Item() / _count);

        public void Dispose()
        {
            _loss.Dispose();
            _right.Dispose();
        }
    }
}

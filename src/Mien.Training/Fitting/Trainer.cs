using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

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
    private readonly TrainingTask _task;
    private readonly Network? _average;
    private readonly (Tensor Present, Tensor Average)[] _averaged;
    private readonly TrainingOptimizer _optimizer;
    private readonly Device _device;
    private readonly TrainingState _state;
    private readonly int _batches;
    private double _learningRate;
    private TimeSpan _validationTime;
    private bool _ran;

    private Trainer(Recipe recipe, TrainingTask task, RunFolder folder, TrainingOptions options, TrainingState state, Checkpoint? checkpoint)
    {
        (Recipe, Folder, _task, _options, _state, _device) = (recipe, folder, task, options, state, options.Device ?? CPU);
        set_num_threads(options.Threads ?? Environment.ProcessorCount);
        manual_seed(recipe.Seed);
        Network = CreateNetwork();
        if (recipe.Pretrained is not null && checkpoint is null)
            LoadPretrained(recipe.Pretrained);
        _optimizer = new TrainingOptimizer(recipe, Network);
        if (recipe.Averaging is not null)
        {
            _average = CreateNetwork();
            _average.LoadState(Network.state_dict());
            _average.eval();
        }
        _averaged = _average is null ? [] : [.. Network.state_dict().Values.Zip(_average.state_dict().Values)];
        checkpoint?.Restore(Network, _optimizer, _average);
        if (recipe.Augmentation.Crop > 0)
            Network.CheckSize(recipe.Augmentation.Crop);
        _batches = (task.Count + recipe.BatchSize - 1) / recipe.BatchSize;
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
        return Start(recipe, folder, options, device => new ClassificationTask(recipe, train, validation, folder, device));
    }

    /// <summary>Prepares a new training of a face detector.</summary>
    /// <param name="recipe">What to train; it has a <see cref="Recipe.Detection"/> section.</param>
    /// <param name="photos">The photos to train and to choose by.</param>
    /// <param name="folder">The run folder, usually <c>runs/NAME</c>.</param>
    /// <param name="options">Where and how it runs.</param>
    /// <exception cref="MienException">The folder already holds a training, or recipe and photos do not fit together.</exception>
    public static Trainer Start(Recipe recipe, DetectionData photos, string folder, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(photos);
        return Start(recipe, folder, options, device => new DetectionTask(recipe, photos, device));
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
        return Resume(folder, options, (recipe, device) => new ClassificationTask(recipe, train, validation, folder, device));
    }

    /// <summary>Prepares to go on with a face detector after the last complete epoch of a run folder, by the recipe that it holds.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="photos">The photos, the same as before.</param>
    /// <param name="options">Where and how it runs.</param>
    /// <exception cref="MienException">The folder holds no training, or the photos are not the same.</exception>
    public static Trainer Resume(string folder, DetectionData photos, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(photos);
        return Resume(folder, options, (recipe, device) => new DetectionTask(recipe, photos, device));
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
        return TorchRuntime.Explain(() => RunEpochs(progress, cancellation));
    }

    /// <summary>Frees network, optimizer state and data.</summary>
    public void Dispose()
    {
        Network.Dispose();
        _average?.Dispose();
        _optimizer.Dispose();
        _task.Dispose();
    }

    private TrainingResult RunEpochs(IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
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

    private static Trainer Start(Recipe recipe, string folder, TrainingOptions? options, Func<Device, TrainingTask> createTask)
    {
        options ??= new TrainingOptions();
        var run = new RunFolder(folder);
        run.CheckFree(options.Overwrite);
        TorchRuntime.Load();
        TrainingTask task = TorchRuntime.Explain(() => createTask(options.Device ?? CPU));
        var state = new TrainingState { Labels = task.Labels, Data = task.Fingerprint };
        Trainer trainer = Create(recipe, task, run, options, state, checkpoint: null);
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

    private static Trainer Resume(string folder, TrainingOptions? options, Func<Recipe, Device, TrainingTask> createTask)
    {
        options ??= new TrainingOptions();
        var run = new RunFolder(folder);
        using Checkpoint checkpoint = run.LoadLast();
        TrainingState state = checkpoint.State;
        TrainingTask task = TorchRuntime.Explain(() => createTask(checkpoint.Recipe, options.Device ?? CPU));
        if (task.Fingerprint != state.Data)
        {
            task.Dispose();
            throw new MienException($"{run.Path} was trained on other data: {state.Data}; now it is {task.Fingerprint}. A training is resumed with the data that it began with.");
        }
        Trainer trainer = Create(checkpoint.Recipe, task, run, options, state, checkpoint);
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

    private static Trainer Create(Recipe recipe, TrainingTask task, RunFolder folder, TrainingOptions options, TrainingState state, Checkpoint? checkpoint)
    {
        try
        {
            return TorchRuntime.Explain(() => new Trainer(recipe, task, folder, options, state, checkpoint));
        }
        catch
        {
            task.Dispose();
            throw;
        }
    }

    private Network CreateNetwork()
    {
        Network network = Recipe.CreateNetwork(_state.Labels.Count);
        network.to(_device);
        return network;
    }

    /// <summary>One epoch with its validation; null if asked to stop.</summary>
    private EpochResult? RunEpoch(IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        int epoch = _state.EpochsDone;
        var clock = Stopwatch.StartNew();
        int[] order = new RandomStream(RandomPurpose.Order, Recipe.Seed, epoch).Permutation(_task.Count);
        manual_seed(unchecked((long)new RandomStream(RandomPurpose.Torch, Recipe.Seed, epoch).Next()));
        Network.train();
        if (Recipe.Pretrained is not null)
            Network.FreezeFeatures(epoch < Recipe.Pretrained.FrozenEpochs);
        using var tally = new Tally(_device);
        TimeSpan reported = TimeSpan.MinValue;
        for (int batch = 0; batch < _batches; batch++)
        {
            if (cancellation.IsCancellationRequested)
                return null;
            // Batches differ by one image at most, so that none is too small for the statistics of batch norm.
            int start = (int)((long)_task.Count * batch / _batches), end = (int)((long)_task.Count * (batch + 1) / _batches);
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
            _learningRate, clock.Elapsed.TotalSeconds, _task.Count / trained.TotalSeconds);
    }

    private void Step(ReadOnlySpan<int> indices, int epoch, int batch, Tally tally)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor loss = _task.Loss(Network, indices, epoch, batch, tally);
        _learningRate = LearningRateAt(epoch + ((batch + 0.5) / _batches));
        _optimizer.Step(loss, _learningRate);
        _state.Steps++;
        using IDisposable noGrad = no_grad();
        Average();
    }

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
        Tensor share = tensor(1 - keep, ScalarType.Float32, _device);
        foreach ((Tensor present, Tensor average) in _averaged)
            average.lerp_(present, share);
    }

    private (double Loss, double Score)? Validate(CancellationToken cancellation)
    {
        Network network = _average ?? Network;
        network.eval();
        using IDisposable noGrad = no_grad();
        return _task.Validate(network, cancellation);
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
        FormattableString.Invariant($"The training diverged: {where}, at a learning rate of {_learningRate:G3}. Lower optimizer.learningRate or lengthen schedule.warmupEpochs. {Folder.Path} holds the {_state.EpochsDone} complete epochs before."));

    private TimeSpan TimeLeft(TimeSpan elapsed, int epoch, int batch)
    {
        TimeSpan training = elapsed * ((double)_batches / batch);
        // Before the first validation: a forward pass takes about a third of a training step.
        TimeSpan validation = _validationTime > TimeSpan.Zero ? _validationTime : training * ((double)_task.ValidationCount / _task.Count / 3);
        return training - elapsed + validation + ((training + validation) * (Recipe.Epochs - epoch - 1));
    }

    private TrainingResult Result(TrainingOutcome outcome, string message) => new(outcome, _state.EpochsDone, _state.Best, Folder, message)
    {
        // Where the last epoch is kept, validation measures it, and a temperature fitted there would flatter it.
        Calibration = outcome == TrainingOutcome.Cancelled || Recipe.Keep == KeptEpoch.Last ? null : _task.Calibrate(Folder.BestPath),
    };

    private void LoadPretrained(PretrainedRecipe pretrained)
    {
        using DisposeScope scope = NewDisposeScope();
        int[] order = new RandomStream(RandomPurpose.Order, Recipe.Seed, -1).Permutation(_task.Count);
        PretrainedWeights.Load(Network, pretrained.Weights, () => _task.Input(order.AsSpan(0, Math.Min(ImagesForStatistics, order.Length))));
        if (pretrained.Classifier)
            PretrainedWeights.LoadClassifier(Network, _task.Labels, pretrained.Weights);
    }
}

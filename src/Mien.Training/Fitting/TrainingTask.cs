using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>What is learned, from what data, and by what figure the best epoch is chosen; how to train is the <see cref="Trainer"/>'s.</summary>
internal abstract class TrainingTask : IDisposable
{
    /// <summary>The classes that the network tells apart, in order.</summary>
    public abstract IReadOnlyList<string> Labels { get; }

    /// <summary>What tells the data from every other.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>Samples of an epoch.</summary>
    public abstract int Count { get; }

    /// <summary>Samples to choose the best epoch by.</summary>
    public abstract int ValidationCount { get; }

    /// <summary>Some samples as the network sees them, for statistics.</summary>
    public abstract Tensor Input(ReadOnlySpan<int> indices);

    /// <summary>The mean loss over some samples, varied, from which gradients flow into the network.</summary>
    /// <param name="network">The network, in training.</param>
    /// <param name="indices">Which samples.</param>
    /// <param name="epoch">Complete epochs.</param>
    /// <param name="batch">The number of the batch in its epoch.</param>
    /// <param name="tally">Takes what the batch came to.</param>
    public abstract Tensor Loss(Network network, ReadOnlySpan<int> indices, int epoch, int batch, Tally tally);

    /// <summary>The loss and the score on the validation data; null if asked to stop.</summary>
    public abstract (double Loss, double Score)? Validate(Network network, CancellationToken cancellation);

    /// <summary>Fits what can be fitted once the training is complete, and writes it into the best checkpoint.</summary>
    public abstract Calibration? Calibrate(string checkpoint);

    /// <summary>Frees the data.</summary>
    public abstract void Dispose();
}

namespace Mien.Training;

/// <summary>Learning rates as pure functions of how far a training is.</summary>
public static class LearningRate
{
    /// <summary>A linear rise during the warm-up, then half a cosine down to zero at the end.</summary>
    /// <param name="peak">The rate at the end of the warm-up.</param>
    /// <param name="epoch">How far the training is, in epochs; the middle of epoch one is 0.5.</param>
    /// <param name="epochs">When the training ends.</param>
    /// <param name="warmupEpochs">How long the rate rises.</param>
    public static double Cosine(double peak, double epoch, double epochs, double warmupEpochs = 0)
    {
        if (epoch < warmupEpochs)
            return Warmup(peak, epoch, warmupEpochs);
        double progress = epochs > warmupEpochs ? Math.Clamp((epoch - warmupEpochs) / (epochs - warmupEpochs), 0, 1) : 1;
        return peak * (1 + Math.Cos(Math.PI * progress)) / 2;
    }

    /// <summary>A linear rise from nothing during the warm-up, then constant.</summary>
    /// <param name="peak">The rate after the warm-up.</param>
    /// <param name="epoch">How far the training is, in epochs.</param>
    /// <param name="warmupEpochs">How long the rate rises.</param>
    public static double Warmup(double peak, double epoch, double warmupEpochs) =>
        epoch < warmupEpochs ? peak * epoch / warmupEpochs : peak;
}

/// <summary>Reduce-on-plateau: the factor by which the learning rate was cut, and what decides when it is cut next.</summary>
/// <param name="Scale">The present factor, 1 at the start.</param>
/// <param name="Best">The best metric so far; higher is better. Null before the first epoch.</param>
/// <param name="BadEpochs">Epochs since the best one or the last cut.</param>
public readonly record struct PlateauState(double Scale, double? Best, int BadEpochs)
{
    /// <summary>Before the first epoch.</summary>
    public static PlateauState Start { get; } = new(1, null, 0);

    /// <summary>The state after an epoch: one that is no better than the best for more than <paramref name="patience"/> epochs cuts the rate.</summary>
    /// <param name="metric">The epoch's metric, higher is better.</param>
    /// <param name="factor">By what the rate is multiplied in a cut, below 1.</param>
    /// <param name="patience">How many epochs without improvement are borne.</param>
    /// <param name="minimumScale">Below this factor no cut goes.</param>
    public PlateauState Next(double metric, double factor, int patience, double minimumScale = 0)
    {
        if (Best is not { } best || metric > best)
            return new PlateauState(Scale, metric, 0);
        return BadEpochs + 1 > patience
            ? new PlateauState(Math.Max(minimumScale, Scale * factor), best, 0)
            : this with { BadEpochs = BadEpochs + 1 };
    }
}

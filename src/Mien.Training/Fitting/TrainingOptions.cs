namespace Mien.Training;

/// <summary>Where and how a training runs, without influence on its result.</summary>
public sealed record TrainingOptions
{
    /// <summary>The CPU or a GPU, as <see cref="TorchRuntime.ParseDevice"/> reads it; null: the CPU.</summary>
    public TorchSharp.torch.Device? Device { get; init; }

    /// <summary>
    /// Threads of one operation on the CPU, for the whole process; null: as many as there are processors. A resume is exact with
    /// the same number.
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>Whether a run folder that already holds a training is started anew instead of refused.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The least time between two reports within an epoch. Each waits for the device.</summary>
    public TimeSpan ReportInterval { get; init; } = TimeSpan.FromSeconds(0.5);
}

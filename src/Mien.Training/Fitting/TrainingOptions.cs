namespace Mien.Training;

/// <summary>Where and how a training runs, without influence on its result.</summary>
public sealed record TrainingOptions
{
    /// <summary>The CPU or a GPU.</summary>
    public Torch.Device Device { get; init; }

    /// <summary>
    /// Threads of one operation on the CPU, for the whole process; null: as many as there are processors. libtorch's own choice
    /// is not taken because Debian's build takes one thread on two cores. A resume is exact with the same number.
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>On a GPU, whether only algorithms that give the same bits each time are used; others are faster. The CPU's always do.</summary>
    public bool Deterministic { get; init; }

    /// <summary>Whether a run folder that already holds a training is started anew instead of refused.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The least time between two reports within an epoch. Each waits for the device.</summary>
    public TimeSpan ReportInterval { get; init; } = TimeSpan.FromSeconds(0.5);
}

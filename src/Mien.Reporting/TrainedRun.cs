using Mien.Training;

namespace Mien.Reporting;

/// <summary>What a run folder tells of its training.</summary>
public sealed record TrainedRun
{
    private TrainedRun(string name, Recipe recipe, IReadOnlyList<EpochResult> history, Calibration? calibration) =>
        (Name, Recipe, History, Calibration) = (name, recipe, history, calibration);

    /// <summary>The folder's name.</summary>
    public string Name { get; init; }

    /// <summary>What was trained.</summary>
    public Recipe Recipe { get; }

    /// <summary>Its epochs, oldest first; at least one.</summary>
    public IReadOnlyList<EpochResult> History { get; }

    /// <summary>The calibration of the best network, if it has one.</summary>
    public Calibration? Calibration { get; }

    /// <summary>The epoch with the best validation accuracy; of equal ones the first, as in training.</summary>
    public EpochResult Best => History.MaxBy(epoch => epoch.ValidationAccuracy)!;

    /// <summary>Reads a run folder.</summary>
    /// <exception cref="MienException">It is none, has no complete epoch, or a file in it is not valid.</exception>
    public static TrainedRun Read(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        Recipe recipe = folder.ReadRecipe();
        IReadOnlyList<EpochResult> history = folder.ReadHistory();
        return history.Count > 0
            ? new TrainedRun(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder.Path)), recipe, history, folder.ReadCalibration())
            : throw new MienException($"{folder.Path}: no epoch of this training is complete, so there is nothing to report.");
    }
}

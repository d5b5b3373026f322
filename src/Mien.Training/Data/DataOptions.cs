namespace Mien.Training;

/// <summary>How a data set is read.</summary>
public sealed record DataOptions
{
    /// <summary>Side of the square images in memory, in pixels; FER-2013's and CK+48's own is 48.</summary>
    public int Size { get; init; } = 48;

    /// <summary>Gray or RGB in memory.</summary>
    public PixelFormat Format { get; init; } = PixelFormat.Gray8;

    /// <summary>Which labels FER-2013 gets: its own or those of FER+.</summary>
    public LabelSet Labels { get; init; }

    /// <summary>The FER+ votes; by default <c>fer2013new.csv</c> beside the CSV.</summary>
    public string? VotesPath { get; init; }

    /// <summary>How many malformed rows or files are left out and reported; one more stops the reading.</summary>
    public int MaxFaults { get; init; } = 10;
}

/// <summary>Which labels the images of FER-2013 get.</summary>
public enum LabelSet
{
    /// <summary>The data set's own: one of seven classes.</summary>
    Original,

    /// <summary>The FER+ emotion that more than half of the votes name; images without one are left out and counted.</summary>
    FerPlusMajority,

    /// <summary>The FER+ votes as a probability for each of eight emotions; images without a clear picture are left out and counted.</summary>
    FerPlusDistribution,

    /// <summary>The data set's own classes, and beside them the FER+ votes as <see cref="FaceDataset.Votes"/>; no image is left out.</summary>
    OriginalAndFerPlus,
}

/// <summary>How far a long piece of work is.</summary>
/// <param name="Stage">What is being done, for people.</param>
/// <param name="Done">How much is done.</param>
/// <param name="Total">Of how much, in the same unit.</param>
public readonly record struct DataProgress(string Stage, long Done, long Total);

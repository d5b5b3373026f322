namespace Mien.Training;

/// <summary>What a path holds.</summary>
public enum DataKind
{
    /// <summary>The CSV of FER-2013.</summary>
    Fer2013,

    /// <summary>A folder or zip of images per class.</summary>
    Folders,

    /// <summary>A folder or zip of images per class whose names tell subject and sequence, as CK+48's do.</summary>
    CohnKanade,
}

/// <summary>The splits of one data set, with the same labels throughout, and what was left out.</summary>
public sealed class FaceDatasets
{
    internal FaceDatasets(string path, DataKind kind, IReadOnlyList<string> labels, IReadOnlyList<FaceDataset> splits,
        IReadOnlyList<DataFault> faults, IReadOnlyList<DataDrop> drops) =>
        (Path, Kind, Labels, Splits, Faults, Drops) = (path, kind, labels, splits, faults, drops);

    /// <summary>Where it was read from.</summary>
    public string Path { get; }

    /// <summary>What the path holds.</summary>
    public DataKind Kind { get; }

    /// <summary>The classes, in order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The splits that there are: some of train, validation and test in this order, or one called <c>all</c>.</summary>
    public IReadOnlyList<FaceDataset> Splits { get; }

    /// <summary>Malformed rows and files, left out.</summary>
    public IReadOnlyList<DataFault> Faults { get; }

    /// <summary>Well-formed images that the label set's rules left out.</summary>
    public IReadOnlyList<DataDrop> Drops { get; }

    /// <summary>Images in all splits.</summary>
    public int Count => Splits.Sum(split => split.Count);

    /// <summary>The split to train on, or null.</summary>
    public FaceDataset? Train => Find(SplitName.Train);

    /// <summary>The split to choose by, or null.</summary>
    public FaceDataset? Validation => Find(SplitName.Validation);

    /// <summary>The split to report on, or null.</summary>
    public FaceDataset? Test => Find(SplitName.Test);

    /// <summary>A split by any of its usual names: <c>validation</c>, <c>val</c>, <c>PublicTest</c>, ...</summary>
    /// <exception cref="MienException">There is no such split; the message lists those that there are.</exception>
    public FaceDataset this[string name] => Find(SplitName.FromSpelling(name) ?? name)
        ?? throw new MienException($"{Path} has no split '{name}'; it has {string.Join(", ", Splits.Select(split => split.Name))}.");

    private FaceDataset? Find(string name) => Splits.FirstOrDefault(split => split.Name == name);
}

/// <summary>The names of splits and their usual spellings.</summary>
internal static class SplitName
{
    public const string Train = "train";
    public const string Validation = "validation";
    public const string Test = "test";
    public const string All = "all";

    private static readonly string[] Order = [Train, Validation, Test, All];

    /// <summary>The place of a split where splits are listed.</summary>
    public static int Rank(string name) => Array.IndexOf(Order, name);

    public static string? FromSpelling(string spelling) => spelling.Trim().ToUpperInvariant() switch
    {
        "TRAIN" or "TRAINING" => Train,
        "VALIDATION" or "VALID" or "VAL" or "PUBLICTEST" => Validation,
        "TEST" or "TESTING" or "PRIVATETEST" => Test,
        "ALL" => All,
        _ => null,
    };
}

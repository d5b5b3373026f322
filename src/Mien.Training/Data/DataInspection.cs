using System.Globalization;
using System.Security.Cryptography;

namespace Mien.Training;

/// <summary>What a data set holds and what to beware of. Two images are the same if all their pixels in memory are.</summary>
public sealed class DataInspection
{
    /// <summary>Classes that differ in size by more than this factor are worth a warning.</summary>
    private const double LargeImbalance = 3;

    private DataInspection(FaceDatasets data, IReadOnlyList<SplitInspection> splits, int distinct, int conflicting)
    {
        Data = data;
        Splits = splits;
        DistinctImages = distinct;
        ConflictingImages = conflicting;
        Warnings = [.. Warn()];
    }

    /// <summary>What was inspected.</summary>
    public FaceDatasets Data { get; }

    /// <summary>Each split, in the order of <see cref="FaceDatasets.Splits"/>.</summary>
    public IReadOnlyList<SplitInspection> Splits { get; }

    /// <summary>Different images in all splits together.</summary>
    public int DistinctImages { get; }

    /// <summary>Different images that carry more than one label somewhere in the data.</summary>
    public int ConflictingImages { get; }

    /// <summary>What to beware of, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Looks through a data set.</summary>
    public static DataInspection Of(FaceDatasets data)
    {
        ArgumentNullException.ThrowIfNull(data);
        ImageKey[][] keys = [.. data.Splits.Select(Keys)];
        HashSet<ImageKey>[] distinct = [.. keys.Select(split => split.ToHashSet())];
        var splits = new List<SplitInspection>();
        for (int i = 0; i < keys.Length; i++)
        {
            var shared = new Dictionary<string, int>();
            for (int other = 0; other < keys.Length; other++)
            {
                if (other != i)
                    shared[data.Splits[other].Name] = keys[i].Count(distinct[other].Contains);
            }
            splits.Add(new(data.Splits[i].Name, data.Splits[i].Count, data.Splits[i].ClassCounts(), distinct[i].Count,
                shared, CountConflicts([(keys[i], data.Splits[i])])));
        }
        int all = distinct.SelectMany(split => split).Distinct().Count();
        return new(data, splits, all, CountConflicts([.. keys.Zip(data.Splits)]));
    }

    private static ImageKey[] Keys(FaceDataset split)
    {
        var keys = new ImageKey[split.Count];
        Parallel.For(0, split.Count, i => keys[i] = ImageKey.Of(split.PixelsOf(i)));
        return keys;
    }

    private static int CountConflicts((ImageKey[] Keys, FaceDataset Split)[] splits)
    {
        var labels = new Dictionary<ImageKey, int>();
        var conflicting = new HashSet<ImageKey>();
        foreach (var (keys, split) in splits)
        {
            for (int i = 0; i < keys.Length; i++)
            {
                if (!labels.TryAdd(keys[i], split.Targets[i]) && labels[keys[i]] != split.Targets[i])
                    conflicting.Add(keys[i]);
            }
        }
        return conflicting.Count;
    }

    private IEnumerable<string> Warn()
    {
        foreach (SplitInspection split in Splits)
        {
            int largest = IndexOf(split.ClassCounts, split.ClassCounts.Max());
            int smallest = IndexOf(split.ClassCounts, split.ClassCounts.Min());
            if (split.ClassCounts[smallest] == 0)
            {
                string missing = string.Join(", ", Data.Labels.Where((_, i) => split.ClassCounts[i] == 0));
                yield return $"{split.Name}: no image of {missing}.";
            }
            else if (split.Imbalance > LargeImbalance)
            {
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{split.Name}: unbalanced, {Data.Labels[largest]} has {split.Imbalance:0.#} times the images of {Data.Labels[smallest]} ({split.ClassCounts[largest]} and {split.ClassCounts[smallest]}); look at macro-F1 and balanced accuracy too.");
            }
        }
        foreach (SplitInspection split in Splits)
        {
            if (split.Repeats > 0)
                yield return $"{split.Name}: {Images(split.Repeats)} an earlier image of the split again.";
            foreach (var (other, count) in split.AlsoIn)
            {
                // Leaks are told once, of the split that should be unseen.
                if (count > 0 && SplitName.Rank(split.Name) > SplitName.Rank(other))
                    yield return $"{split.Name}: {Images(count)} also in {other}, so figures on {split.Name} flatter.";
            }
            if (split.Conflicting > 0)
                yield return $"{split.Name}: {Images(split.Conflicting)} there more than once under different labels.";
        }
        if (Data.Faults.Count > 0)
            yield return Data.Faults.Count == 1 ? "1 row or file is malformed and left out." : $"{Data.Faults.Count} rows or files are malformed and left out.";
    }

    private static string Images(int count) => count == 1 ? "1 image is" : $"{count} images are";

    private static int IndexOf(IReadOnlyList<int> values, int value) => values.TakeWhile(other => other != value).Count();

    /// <summary>Stands for an image's pixels.</summary>
    private readonly record struct ImageKey(UInt128 Hash)
    {
        public static ImageKey Of(ReadOnlySpan<byte> pixels)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(pixels, hash);
            return new(System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash));
        }
    }
}

/// <summary>What one split holds.</summary>
/// <param name="Name">The split.</param>
/// <param name="Count">How many images.</param>
/// <param name="ClassCounts">How many of each class, in the order of the labels.</param>
/// <param name="Distinct">How many different images.</param>
/// <param name="AlsoIn">For each other split, how many images of this one are also in that one.</param>
/// <param name="Conflicting">Different images that carry more than one label within the split.</param>
public sealed record SplitInspection(string Name, int Count, IReadOnlyList<int> ClassCounts, int Distinct,
    IReadOnlyDictionary<string, int> AlsoIn, int Conflicting)
{
    /// <summary>Images that repeat an earlier one of the split.</summary>
    public int Repeats => Count - Distinct;

    /// <summary>Images of the largest class over those of the smallest; infinite if a class has none.</summary>
    public double Imbalance => ClassCounts.Max() / (double)ClassCounts.Min();
}

namespace Mien.Training;

/// <summary>Splits of data that comes without any. The same seed gives the same split.</summary>
public static class DataSplits
{
    /// <summary>A random split of the images. Near-identical images, such as frames of one sequence, may fall on both sides.</summary>
    /// <param name="data">The images.</param>
    /// <param name="fraction">The share to train on, more than 0 and less than 1.</param>
    /// <param name="seed">Chooses the split.</param>
    public static (FaceDataset Train, FaceDataset Validation) SplitRandom(this FaceDataset data, double fraction, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!(fraction > 0 && fraction < 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "The share to train on is more than 0 and less than 1.");
        int[] order = Shuffled(Enumerable.Range(0, data.Count), seed);
        int train = (int)Math.Round(data.Count * fraction);
        return (data.Subset(order[..train], SplitName.Train), data.Subset(order[train..], SplitName.Validation));
    }

    /// <summary>Folds of similar size in which no person is on both sides.</summary>
    /// <param name="data">Images whose persons are known.</param>
    /// <param name="folds">How many, at least 2 and at most as many as there are persons.</param>
    /// <param name="seed">Chooses the folds.</param>
    /// <exception cref="MienException">The person of an image is not known, or there are fewer persons than folds.</exception>
    public static IReadOnlyList<(FaceDataset Train, FaceDataset Validation)> GroupFolds(this FaceDataset data, int folds, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        if (data.Groups.Count != data.Count || data.Groups.Any(group => group is null))
            throw new MienException("Folds by person need the person of every image: name files as CK+ does, S010_004_00000017.png.");
        var sizes = data.Groups.CountBy(group => group!).ToDictionary();
        if (sizes.Count < folds)
            throw new MienException($"{folds} folds need at least as many persons; the data shows {sizes.Count}.");
        // Persons with most images first, each into the fold with fewest; the shuffle decides among equals.
        var fold = new Dictionary<string, int>();
        var counts = new int[folds];
        foreach (string person in Shuffled(sizes.Keys.Order(StringComparer.Ordinal), seed).OrderByDescending(person => sizes[person]))
        {
            int smallest = Array.IndexOf(counts, counts.Min());
            fold[person] = smallest;
            counts[smallest] += sizes[person];
        }
        ILookup<int, int> images = Enumerable.Range(0, data.Count).ToLookup(i => fold[data.Groups[i]!]);
        return [.. Enumerable.Range(0, folds).Select(held => (
            data.Subset([.. Enumerable.Range(0, data.Count).Where(i => fold[data.Groups[i]!] != held)], SplitName.Train),
            data.Subset([.. images[held]], SplitName.Validation)))];
    }

    private static T[] Shuffled<T>(IEnumerable<T> values, int seed)
    {
        T[] shuffled = [.. values];
        new Random(seed).Shuffle(shuffled);
        return shuffled;
    }
}

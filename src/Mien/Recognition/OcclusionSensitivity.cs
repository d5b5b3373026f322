namespace Mien;

/// <summary>
/// Explains a classifier's answer by covering the face, part after part, and watching how the answer changes: occlusion
/// sensitivity (Zeiler and Fergus 2014, arXiv 1311.2901). It needs nothing but answers, so it works for any model.
/// </summary>
public static class OcclusionSensitivity
{
    /// <summary>The most cells in a row of the map; a patch is laid over the centre of each.</summary>
    private const int MostCells = 16;

    /// <summary>How many cells a patch reaches to each side of its own: five cells of sixteen cover a mouth, or an eye with its brow.</summary>
    private const int Reach = 2;

    /// <summary>Covered crops in memory at once.</summary>
    private const int Batch = 64;

    /// <summary>Which parts of a face carried a label.</summary>
    /// <param name="classifier">The model.</param>
    /// <param name="crop">A picture of one face, of any size; of one that is not square, the centre counts.</param>
    /// <param name="label">The label to explain, in any usual spelling; null for the most probable one.</param>
    /// <exception cref="MienException">The model does not know the label.</exception>
    public static OcclusionMap Explain(EmotionClassifier classifier, Image crop, string? label = null)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(crop);
        int size = classifier.Metadata.InputSize;
        crop = FaceCrop.Cut(crop, CropRegion.Whole(crop), size, classifier.Metadata.Color == ColorOrder.Gray ? PixelFormat.Gray8 : PixelFormat.Rgb24);
        var scores = classifier.Classify(crop);
        label = label is null ? scores.Top : KnownLabel(classifier, label);

        int cells = Math.Min(MostCells, size);
        byte[] mean = MeanColor(crop);
        float lowest = scores[label];
        var sums = new float[cells * cells];
        var counts = new int[cells * cells];
        for (int start = 0; start < sums.Length; start += Batch)
        {
            int count = Math.Min(Batch, sums.Length - start);
            var patches = Enumerable.Range(start, count).Select(cell => Patch.Around(cell % cells, cell / cells, cells)).ToList();
            var covered = classifier.Classify([.. patches.Select(patch => Cover(crop, mean, patch, cells))]);
            for (int i = 0; i < count; i++)
            {
                float found = covered[i][label];
                lowest = Math.Min(lowest, found);
                for (int row = patches[i].Top; row < patches[i].Bottom; row++)
                {
                    for (int column = patches[i].Left; column < patches[i].Right; column++)
                    {
                        sums[(row * cells) + column] += scores[label] - found;
                        counts[(row * cells) + column]++;
                    }
                }
            }
        }
        return new(label, scores, lowest, cells, [.. sums.Zip(counts, (sum, count) => sum / count)]);
    }

    /// <summary>The model's own name of a label.</summary>
    /// <exception cref="MienException">The model does not know the label.</exception>
    internal static string KnownLabel(EmotionClassifier classifier, string label) =>
        FindLabel(classifier, label) ?? throw new MienException($"{classifier.Metadata.Name} does not know the label '{label}'; its labels are {string.Join(", ", classifier.Labels)}.");

    /// <summary>The model's own name of a label, in any usual spelling; null if it does not know it.</summary>
    internal static string? FindLabel(EmotionClassifier classifier, string label) =>
        classifier.Labels.FirstOrDefault(known => known == label || known == Emotion.FromSpelling(label));

    private static Image Cover(Image crop, byte[] color, Patch patch, int cells)
    {
        byte[] pixels = crop.Pixels.ToArray();
        int left = patch.Left * crop.Width / cells, right = patch.Right * crop.Width / cells;
        int top = patch.Top * crop.Height / cells, bottom = patch.Bottom * crop.Height / cells;
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
                color.CopyTo(pixels, ((y * crop.Width) + x) * crop.Channels);
        }
        return Image.FromPixels(crop.Width, crop.Height, crop.Format, pixels);
    }

    private static byte[] MeanColor(Image crop)
    {
        var sums = new long[crop.Channels];
        for (int i = 0; i < crop.Pixels.Length; i++)
            sums[i % sums.Length] += crop.Pixels[i];
        return [.. sums.Select(sum => (byte)(sum / (crop.Width * crop.Height)))];
    }

    /// <summary>A rectangle of cells; right and bottom are outside.</summary>
    private readonly record struct Patch(int Left, int Top, int Right, int Bottom)
    {
        public static Patch Around(int column, int row, int cells) =>
            new(Math.Max(0, column - Reach), Math.Max(0, row - Reach), Math.Min(cells, column + Reach + 1), Math.Min(cells, row + Reach + 1));
    }
}

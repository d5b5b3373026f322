namespace Mien.Training;

/// <summary>
/// The pixel mean of many aligned faces of each emotion, side by side: sample pictures that show expressions and nobody's
/// face.
/// </summary>
public static class AverageFaces
{
    /// <summary>Fewer faces would let a single one show through.</summary>
    public const int LeastFaces = 50;

    /// <summary>Side of a face in the picture.</summary>
    private const int Side = 192;

    private const int Gap = 72;
    private const int Background = 176;

    // Detectors look for faces with surroundings, of more than FER-2013's 48 pixels.
    private const int Magnification = 4;
    private const float Surroundings = 0.5f;

    /// <summary>
    /// Of each class the faces on whose label the annotators agree most: FER-2013's own label is also the one that most of
    /// the ten FER+ annotators chose, and those with most of these votes come first (equals in the order of the data).
    /// </summary>
    /// <param name="train">Images of FER-2013's CSV with their own labels.</param>
    /// <param name="votesPath">The FER+ votes.</param>
    /// <param name="perClass">How many faces of each class at most.</param>
    public static FaceDataset MostAgreed(FaceDataset train, string votesPath, int perClass)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentOutOfRangeException.ThrowIfLessThan(perClass, LeastFaces);
        if (train.Rows.Count != train.Count)
            throw new ArgumentException("The images must come from FER-2013's CSV, whose rows the votes follow.", nameof(train));
        FerPlusVotes votes = FerPlusVotes.Read(votesPath, new FaultLog(0));
        var chosen = new List<int>();
        for (int label = 0; label < train.Labels.Count; label++)
        {
            chosen.AddRange(Enumerable.Range(0, train.Count)
                .Where(i => train.Targets[i] == label)
                .Select(i => (Index: i, Votes: votes.Agreement(train.Rows[i], train.Labels[label])))
                .Where(face => face.Votes > 0)
                .OrderByDescending(face => face.Votes)
                .Take(perClass)
                .Select(face => face.Index));
        }
        return train.Subset(chosen);
    }

    /// <summary>Draws the mean face of each class in one row, in the order of <see cref="Emotion.All"/>.</summary>
    /// <remarks>Faces are aligned by the detector's landmarks; those in which it finds no face are left out.</remarks>
    /// <param name="faces">The faces, gray.</param>
    /// <param name="detector">Finds faces and their landmarks.</param>
    /// <param name="progress">Is told how many faces are aligned.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="MienException">A class has fewer than <see cref="LeastFaces"/> faces that can be aligned.</exception>
    public static Image Render(FaceDataset faces, IFaceDetector detector, IProgress<DataProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(faces);
        ArgumentNullException.ThrowIfNull(detector);
        var sums = new long[faces.Labels.Count][];
        var counts = new int[faces.Labels.Count];
        for (int i = 0; i < sums.Length; i++)
            sums[i] = new long[Side * Side];
        int done = 0;
        Parallel.For(0, faces.Count, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            if (Align(faces.ImageAt(i), detector) is { } aligned)
            {
                long[] sum = sums[faces.Targets[i]];
                lock (sum)
                {
                    for (int p = 0; p < sum.Length; p++)
                        sum[p] += aligned.Pixels[p];
                    counts[faces.Targets[i]]++;
                }
            }
            progress?.Report(new("aligning faces", Interlocked.Increment(ref done), faces.Count));
        });
        int[] order = [.. Emotion.All.Select(emotion => faces.Labels.ToList().IndexOf(emotion)).Where(label => label >= 0)];
        foreach (int label in order)
        {
            if (counts[label] < LeastFaces)
                throw new MienException($"Only {counts[label]} faces of {faces.Labels[label]} could be aligned; an average needs {LeastFaces}, so that it shows nobody.");
        }
        return SideBySide([.. order.Select(label => Mean(sums[label], counts[label]))]);
    }

    /// <summary>The face in the standard crop, or null if none with landmarks is found.</summary>
    private static Image? Align(Image face, IFaceDetector detector)
    {
        float side = face.Width * (1 + (2 * Surroundings));
        Image magnified = FaceCrop.Cut(face, CropRegion.Whole(face) with { Side = side }, (int)(side * Magnification), PixelFormat.Rgb24);
        return detector.Detect(magnified) is [{ Landmarks: not null } found, ..]
            ? FaceCrop.Cut(magnified, CropRegion.Of(found, detector.BoxToCrop), Side, PixelFormat.Gray8)
            : null;
    }

    /// <summary>The mean with its contrast stretched to the full range, because averaging flattens it.</summary>
    private static byte[] Mean(long[] sum, int count)
    {
        float[] mean = [.. sum.Select(value => (float)value / count)];
        float[] sorted = [.. mean.Order()];
        float dark = sorted[sorted.Length / 100], light = sorted[^((sorted.Length / 100) + 1)];
        return [.. mean.Select(value => (byte)Math.Clamp(16 + ((value - dark) / Math.Max(1, light - dark) * 224) + 0.5f, 0, 255))];
    }

    private static Image SideBySide(byte[][] faces)
    {
        int width = (faces.Length * (Side + Gap)) + Gap, height = Side + (2 * Gap);
        var pixels = new byte[width * height];
        Array.Fill(pixels, (byte)Background);
        for (int face = 0; face < faces.Length; face++)
        {
            int left = Gap + (face * (Side + Gap));
            for (int y = 0; y < Side; y++)
                faces[face].AsSpan(y * Side, Side).CopyTo(pixels.AsSpan(((y + Gap) * width) + left));
        }
        return Image.FromPixels(width, height, PixelFormat.Gray8, pixels);
    }
}

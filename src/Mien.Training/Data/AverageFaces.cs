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

    // Seen on pairs of aligned training faces: from 0.9 up nearly all show the same photo, down to 0.8 about half do. A few
    // different faces lost cost less than one photo that counts often.
    private const float SamePhoto = 0.75f;
    private const int Thumbnail = 24;

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
    /// <remarks>
    /// Faces are aligned by the detector's landmarks and brought to the same brightness and contrast; a face and its mirror
    /// image count alike. Left out are faces in which the detector finds none, and further copies of a photo: FER-2013 repeats
    /// some, and one that is there many times would show through.
    /// </remarks>
    /// <param name="faces">The faces, gray.</param>
    /// <param name="detector">Finds faces and their landmarks.</param>
    /// <param name="progress">Is told how many faces are aligned.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="MienException">A class has fewer than <see cref="LeastFaces"/> different faces that can be aligned.</exception>
    public static Image Render(FaceDataset faces, IFaceDetector detector, IProgress<DataProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(faces);
        ArgumentNullException.ThrowIfNull(detector);
        var aligned = new Image?[faces.Count];
        int done = 0;
        InParallel.For(faces.Count, (i, _) =>
        {
            aligned[i] = Align(faces.ImageAt(i), detector);
            progress?.Report(new("aligning faces", Interlocked.Increment(ref done), faces.Count));
        }, cancellation);
        var means = new List<byte[]>();
        foreach (string emotion in Emotion.All.Where(faces.Labels.Contains))
        {
            List<Image> different = Different(aligned.Where((_, i) => faces.Labels[faces.Targets[i]] == emotion).OfType<Image>());
            if (different.Count < LeastFaces)
                throw new MienException($"Only {different.Count} different faces of {emotion} could be aligned; an average needs {LeastFaces}, so that it shows nobody.");
            means.Add(Mean(different));
        }
        return SideBySide(means);
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

    /// <summary>The faces without further copies of the same photo, be they cut, scaled or lit a little differently.</summary>
    private static List<Image> Different(IEnumerable<Image> aligned)
    {
        var kept = new List<(Image Face, float[] Small)>();
        foreach (Image face in aligned)
        {
            float[] small = Standardized(FaceCrop.Resize(face, Thumbnail, Thumbnail).Pixels);
            if (!kept.Exists(other => Correlation(small, other.Small) > SamePhoto))
                kept.Add((face, small));
        }
        return [.. kept.Select(face => face.Face)];
    }

    private static float Correlation(float[] first, float[] second)
    {
        float sum = 0;
        for (int i = 0; i < first.Length; i++)
            sum += first[i] * second[i];
        return sum / first.Length;
    }

    /// <summary>The mean of faces and mirrored faces, its contrast stretched because averaging flattens it.</summary>
    private static byte[] Mean(List<Image> faces)
    {
        var sum = new float[Side * Side];
        foreach (Image face in faces)
        {
            float[] values = Standardized(face.Pixels);
            for (int p = 0; p < sum.Length; p++)
                sum[p] += values[p] + values[p - (p % Side) + Side - 1 - (p % Side)];
        }
        float[] sorted = [.. sum.Order()];
        float dark = sorted[sorted.Length / 100], light = sorted[^((sorted.Length / 100) + 1)];
        return [.. sum.Select(value => (byte)Math.Clamp(16 + ((value - dark) / (light - dark) * 224) + 0.5f, 0, 255))];
    }

    /// <summary>Pixels moved and scaled to mean 0 and deviation 1.</summary>
    private static float[] Standardized(ReadOnlySpan<byte> pixels)
    {
        var values = new float[pixels.Length];
        double sum = 0, squares = 0;
        foreach (byte pixel in pixels)
        {
            sum += pixel;
            squares += pixel * pixel;
        }
        double mean = sum / pixels.Length, deviation = Math.Sqrt(Math.Max(1, (squares / pixels.Length) - (mean * mean)));
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)((pixels[i] - mean) / deviation);
        return values;
    }

    private static Image SideBySide(List<byte[]> faces)
    {
        int width = (faces.Count * (Side + Gap)) + Gap, height = Side + (2 * Gap);
        var pixels = new byte[width * height];
        Array.Fill(pixels, (byte)Background);
        for (int face = 0; face < faces.Count; face++)
        {
            int left = Gap + (face * (Side + Gap));
            for (int y = 0; y < Side; y++)
                faces[face].AsSpan(y * Side, Side).CopyTo(pixels.AsSpan(((y + Gap) * width) + left));
        }
        return Image.FromPixels(width, height, PixelFormat.Gray8, pixels);
    }
}

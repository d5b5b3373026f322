namespace Mien.Training;

/// <summary>Splits annotated photos for training and validation. The same photos and seed give the same split, in whatever order they come.</summary>
public static class PhotoSplits
{
    private const int ThumbnailSize = 48;

    // Looser than for single faces: a scene a moment later must not be torn apart, and photos that only look alike may stay together.
    private const int MostBits = 12;
    private const double LeastCorrelation = 0.7;

    /// <summary>A random split that leaves photos together that show the same scene, by the measures of <see cref="NearDuplicates"/> on gray thumbnails, also mirrored.</summary>
    /// <param name="photos">The photos; their file names must differ. One that cannot be read takes part as one that is like no other.</param>
    /// <param name="share">The share to validate on, more than 0 and less than 1.</param>
    /// <param name="seed">Chooses the split.</param>
    /// <param name="progress">Is told how many photos were looked at.</param>
    /// <param name="cancellation">Stops between photos.</param>
    /// <returns>Both parts, each in ordinal order of the file names.</returns>
    public static (IReadOnlyList<AnnotatedPhoto> Train, IReadOnlyList<AnnotatedPhoto> Validation) Split(IReadOnlyList<AnnotatedPhoto> photos,
        double share = 0.15, long seed = 0, IProgress<DataProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(photos);
        if (!(share > 0 && share < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share to validate on is more than 0 and less than 1.");
        AnnotatedPhoto[] ordered = [.. photos.OrderBy(photo => Path.GetFileName(photo.Path), StringComparer.Ordinal)];
        int[] group = Groups(ordered, progress, cancellation);
        ILookup<int, int> members = Enumerable.Range(0, ordered.Length).ToLookup(i => group[i]);
        int[] groups = [.. group.Distinct()];
        var validated = new HashSet<int>();
        int wanted = (int)Math.Round(ordered.Length * share);
        foreach (int next in new RandomStream(RandomPurpose.Split, seed).Permutation(groups.Length))
        {
            // A group that is larger than what is still missing stays in training.
            if (validated.Count + members[groups[next]].Count() <= wanted)
                validated.UnionWith(members[groups[next]]);
        }
        return ([.. ordered.Where((_, i) => !validated.Contains(i))], [.. ordered.Where((_, i) => validated.Contains(i))]);
    }

    /// <summary>For each photo the first one of its group: those that are alike, directly or by way of others.</summary>
    internal static int[] Groups(IReadOnlyList<AnnotatedPhoto> photos, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        const int bytes = ThumbnailSize * ThumbnailSize;
        var pixels = new byte[photos.Count * bytes];
        var readable = new bool[photos.Count];
        int done = 0;
        InParallel.For(photos.Count, (i, _) =>
        {
            try
            {
                FaceCrop.Resize(Image.Load(photos[i].Path).ToGray(), ThumbnailSize, ThumbnailSize).Pixels.CopyTo(pixels.AsSpan(i * bytes));
                readable[i] = true;
            }
            catch (ImageException)
            {
                // Who uses the photo reports it.
            }
            progress?.Report(new("Comparing the photos", Interlocked.Increment(ref done), photos.Count));
        }, cancellation);
        var thumbnails = new FaceDataset("thumbnails", ["photo"], ThumbnailSize, PixelFormat.Gray8, pixels, new int[photos.Count]);
        int[] group = [.. Enumerable.Range(0, photos.Count)];
        foreach ((int first, int second) in NearDuplicates.Pairs(thumbnails, MostBits, LeastCorrelation).Where(pair => readable[pair.First] && readable[pair.Second]))
        {
            (int kept, int joined) = (Math.Min(group[first], group[second]), Math.Max(group[first], group[second]));
            for (int i = 0; i < group.Length; i++)
                group[i] = group[i] == joined ? kept : group[i];
        }
        return group;
    }
}

namespace Mien.Training;

/// <summary>Grows one split of a CSV row by row; images have the file's own size until <see cref="Build"/> brings them to the one asked for.</summary>
internal sealed class SplitBuilder(string name, int size, LabelSet labelSet)
{
    private readonly List<int> _targets = [];
    private readonly List<float> _distributions = [];
    private readonly List<string> _sources = [];
    private readonly List<int> _rows = [];
    private byte[] _pixels = new byte[64 * size * size];

    /// <summary>Adds a gray image.</summary>
    public void Add(ReadOnlySpan<byte> pixels, int target, ReadOnlySpan<float> distribution, string source, int row)
    {
        int start = _targets.Count * pixels.Length;
        if (start + pixels.Length > _pixels.Length)
            Array.Resize(ref _pixels, checked(_pixels.Length * 2));
        pixels.CopyTo(_pixels.AsSpan(start));
        _targets.Add(target);
        _distributions.AddRange(distribution);
        _sources.Add(source);
        _rows.Add(row);
    }

    public int Count => _targets.Count;

    public FaceDataset Build(IReadOnlyList<string> labels, DataOptions options)
    {
        Array.Resize(ref _pixels, _targets.Count * size * size);
        byte[] pixels = size == options.Size && options.Format == PixelFormat.Gray8 ? _pixels : Convert(options);
        return new FaceDataset(name, labels, options.Size, options.Format, pixels, [.. _targets])
        {
            Distributions = labelSet == LabelSet.FerPlusDistribution ? [.. _distributions] : null,
            Votes = labelSet == LabelSet.OriginalAndFerPlus ? [.. _distributions] : null,
            Sources = _sources,
            Rows = _rows,
        };
    }

    private byte[] Convert(DataOptions options)
    {
        byte[] converted = PixelMemory.Allocate(_targets.Count, options);
        int from = size * size, to = PixelMemory.ImageBytes(options);
        InParallel.For(_targets.Count, (i, _) =>
        {
            var image = Image.FromPixels(size, size, PixelFormat.Gray8, _pixels.AsSpan(i * from, from).ToArray());
            FaceCrop.Cut(image, CropRegion.Whole(image), options.Size, options.Format).Pixels.CopyTo(converted.AsSpan(i * to, to));
        }, CancellationToken.None);
        return converted;
    }
}

/// <summary>The one array that holds a split's images.</summary>
internal static class PixelMemory
{
    public static int ImageBytes(DataOptions options) => checked(options.Size * options.Size * (int)options.Format);

    /// <exception cref="MienException">The images are more than one array can hold.</exception>
    public static byte[] Allocate(int count, DataOptions options)
    {
        long bytes = (long)count * ImageBytes(options);
        return bytes <= Array.MaxLength
            ? new byte[bytes]
            : throw new MienException($"{count} images of {options.Size}x{options.Size} {options.Format} need {bytes >> 20} MiB, "
                + $"and a split holds at most {Array.MaxLength >> 20}. Use a smaller size, or gray.");
    }
}

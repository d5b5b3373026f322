namespace Mien.Training;

/// <summary>Labelled face crops in memory, one split of a data set. Treated as immutable, so it can be shared between threads.</summary>
public sealed class FaceDataset
{
    /// <summary>Wraps images and labels that the caller brings. The arrays are not copied and must not change afterwards.</summary>
    /// <param name="name">The split's name: <c>train</c>, <c>validation</c>, <c>test</c>, <c>all</c>.</param>
    /// <param name="labels">The classes, in order.</param>
    /// <param name="size">Side of the square images in pixels.</param>
    /// <param name="format">Gray or RGB.</param>
    /// <param name="pixels">The images one after the other, each laid out as <see cref="Image.Pixels"/>.</param>
    /// <param name="targets">The class of each image, as an index into <paramref name="labels"/>.</param>
    /// <exception cref="ArgumentException">The arrays do not fit each other.</exception>
    public FaceDataset(string name, IReadOnlyList<string> labels, int size, PixelFormat format, byte[] pixels, int[] targets)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(targets);
        ImageBytes = size * size * (int)format;
        if (pixels.LongLength != (long)ImageBytes * targets.Length)
            throw new ArgumentException($"{targets.Length} images of {ImageBytes} bytes do not fit {pixels.Length} bytes.", nameof(pixels));
        if (targets.AsSpan().IndexOfAnyExceptInRange(0, labels.Count - 1) is var wrong and >= 0)
            throw new ArgumentException($"Class {targets[wrong]} of image {wrong} is not one of {labels.Count} labels.", nameof(targets));
        (Name, Labels, Size, Format, Pixels, Targets) = (name, labels, size, format, pixels, targets);
    }

    /// <summary>The split's name: <c>train</c>, <c>validation</c>, <c>test</c>, or <c>all</c> where nothing is split.</summary>
    public string Name { get; }

    /// <summary>The classes, in order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Side of the square images in pixels.</summary>
    public int Size { get; }

    /// <summary>Gray or RGB.</summary>
    public PixelFormat Format { get; }

    /// <summary>How many images.</summary>
    public int Count => Targets.Length;

    /// <summary>Bytes of one image.</summary>
    public int ImageBytes { get; }

    /// <summary>The images one after the other: Count x Size x Size x channels bytes.</summary>
    public byte[] Pixels { get; }

    /// <summary>The class of each image, as an index into <see cref="Labels"/>; the most probable one where there are <see cref="Distributions"/>.</summary>
    public int[] Targets { get; }

    /// <summary>A probability for each class of each image, Count x Labels values that sum to 1 for an image; null where labels are certain.</summary>
    public float[]? Distributions
    {
        get;
        init => field = value is null || value.Length == Count * Labels.Count
            ? value
            : throw new ArgumentException($"{Count} images of {Labels.Count} classes do not fit {value.Length} probabilities.", nameof(value));
    }

    /// <summary>
    /// What FER+ says beside the targets: a probability for each of <see cref="Emotion.All"/>, Count x 8 values, all 0 for an image
    /// without a clear vote; null where only one label set was read.
    /// </summary>
    public float[]? Votes
    {
        get;
        init => field = value is null || value.Length == Count * Emotion.All.Count
            ? value
            : throw new ArgumentException($"{Count} images of {Emotion.All.Count} emotions do not fit {value.Length} probabilities.", nameof(value));
    }

    /// <summary>Where each image came from, file and line or file; empty where that is not known.</summary>
    public IReadOnlyList<string> Sources { get; init => field = Fitting(value); } = [];

    /// <summary>The person of each image, null for an image where that is not known; empty where it is known of none.</summary>
    public IReadOnlyList<string?> Groups { get; init => field = Fitting(value); } = [];

    /// <summary>The film sequence of each image, null for an image where that is not known; empty where it is known of none.</summary>
    public IReadOnlyList<string?> Sequences { get; init => field = Fitting(value); } = [];

    /// <summary>The row of FER-2013's CSV that each image came from, counted from 0 without the header; empty for other data.</summary>
    public IReadOnlyList<int> Rows { get; init => field = Fitting(value); } = [];

    /// <summary>One image's bytes.</summary>
    public ReadOnlySpan<byte> PixelsOf(int index) => Pixels.AsSpan(index * ImageBytes, ImageBytes);

    /// <summary>One image, copied.</summary>
    public Image ImageAt(int index) => Image.FromPixels(Size, Size, Format, PixelsOf(index).ToArray());

    /// <summary>How many images each class has, in the order of <see cref="Labels"/>.</summary>
    public int[] ClassCounts()
    {
        var counts = new int[Labels.Count];
        foreach (int target in Targets)
            counts[target]++;
        return counts;
    }

    /// <summary>Some of the images, copied, in the order given.</summary>
    public FaceDataset Subset(IReadOnlyList<int> indices, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(indices);
        var pixels = new byte[indices.Count * ImageBytes];
        var targets = new int[indices.Count];
        for (int i = 0; i < indices.Count; i++)
        {
            PixelsOf(indices[i]).CopyTo(pixels.AsSpan(i * ImageBytes));
            targets[i] = Targets[indices[i]];
        }
        return new FaceDataset(name ?? Name, Labels, Size, Format, pixels, targets)
        {
            Distributions = PickRows(Distributions, Labels.Count),
            Votes = PickRows(Votes, Emotion.All.Count),
            Sources = Pick(Sources),
            Groups = Pick(Groups),
            Sequences = Pick(Sequences),
            Rows = Pick(Rows),
        };

        IReadOnlyList<T> Pick<T>(IReadOnlyList<T> values) => values.Count == 0 ? values : [.. indices.Select(index => values[index])];

        float[]? PickRows(float[]? values, int width) => values is null
            ? null
            : [.. indices.SelectMany(index => new ArraySegment<float>(values, index * width, width))];
    }

    private IReadOnlyList<T> Fitting<T>(IReadOnlyList<T> values) => values.Count == 0 || values.Count == Count
        ? values
        : throw new ArgumentException($"{Count} images do not fit {values.Count} values.", nameof(values));
}

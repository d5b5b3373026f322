using System.Numerics;

namespace Mien.Training;

/// <summary>Finds images that two splits have in common, also where one was scaled, compressed, lit or cut a little differently.</summary>
/// <remarks>
/// A perceptual hash that differs in at most <see cref="MostBits"/> of 63 bits proposes a pair, a correlation of the pixels of
/// at least <see cref="LeastCorrelation"/> confirms it. On FER-2013 nearly all pairs so found were the same photo where we looked.
/// </remarks>
public static class NearDuplicates
{
    /// <summary>By how many bits the hashes of a pair may differ.</summary>
    public const int MostBits = 8;

    /// <summary>How alike the pixels of a pair must be at least: Pearson's correlation.</summary>
    public const double LeastCorrelation = 0.9;

    /// <summary>The images of one split that are also in others.</summary>
    /// <param name="images">The split whose images are looked for.</param>
    /// <param name="others">The splits that they are looked for in.</param>
    /// <returns>Indices into <paramref name="images"/>, rising.</returns>
    /// <exception cref="ArgumentException">The splits have different sizes or colours.</exception>
    public static IReadOnlyList<int> Find(FaceDataset images, params IReadOnlyList<FaceDataset> others)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(others);
        ulong[] hashes = Hashes(images);
        return [.. others.SelectMany(other => Matches(images, hashes, other)).Select(match => match.Image).Distinct().Order()];
    }

    /// <summary>Which images of one split are which of another; one may match several.</summary>
    /// <param name="images">The split whose images are looked for.</param>
    /// <param name="other">The split that they are looked for in.</param>
    /// <exception cref="ArgumentException">The splits have different sizes or colours.</exception>
    internal static IReadOnlyList<(int Image, int Other)> Matches(FaceDataset images, FaceDataset other) => Matches(images, Hashes(images), other);

    private static IReadOnlyList<(int Image, int Other)> Matches(FaceDataset images, ulong[] hashes, FaceDataset other)
    {
        if (images.Size != other.Size || images.Format != other.Format)
            throw new ArgumentException("Splits must have the same size and colours to be compared.", nameof(other));
        ulong[] otherHashes = Hashes(other);
        var found = new List<int>[images.Count];
        InParallel.For(images.Count, (i, _) => found[i] = [.. Enumerable.Range(0, other.Count)
            .Where(j => BitOperations.PopCount(hashes[i] ^ otherHashes[j]) <= MostBits
                && Correlation(images.PixelsOf(i), other.PixelsOf(j)) >= LeastCorrelation)], CancellationToken.None);
        return [.. found.SelectMany((matches, i) => matches.Select(j => (i, j)))];
    }

    /// <summary>The pairs of images of one set that are alike, as they are or one of them mirrored.</summary>
    /// <param name="images">The images.</param>
    /// <param name="mostBits">As <see cref="MostBits"/>.</param>
    /// <param name="leastCorrelation">As <see cref="LeastCorrelation"/>.</param>
    internal static IReadOnlyList<(int First, int Second)> Pairs(FaceDataset images, int mostBits, double leastCorrelation)
    {
        FaceDataset mirrored = Mirrored(images);
        ulong[] hashes = Hashes(images), mirroredHashes = Hashes(mirrored);
        bool AreAlike(int i, int j, FaceDataset other, ulong[] otherHashes) => BitOperations.PopCount(hashes[i] ^ otherHashes[j]) <= mostBits
            && Correlation(images.PixelsOf(i), other.PixelsOf(j)) >= leastCorrelation;
        var later = new List<int>[images.Count];
        InParallel.For(images.Count, (i, _) => later[i] = [.. Enumerable.Range(i + 1, images.Count - i - 1)
            .Where(j => AreAlike(i, j, images, hashes) || AreAlike(i, j, mirrored, mirroredHashes))], CancellationToken.None);
        return [.. later.SelectMany((others, i) => others.Select(j => (i, j)))];
    }

    private static FaceDataset Mirrored(FaceDataset data)
    {
        byte[] pixels = [.. data.Pixels.Chunk(data.Size * (int)data.Format).SelectMany(row => row.Chunk((int)data.Format).Reverse().SelectMany(pixel => pixel))];
        return new(data.Name, data.Labels, data.Size, data.Format, pixels, data.Targets);
    }

    private static ulong[] Hashes(FaceDataset data)
    {
        var hash = new PerceptualHash(data.Size);
        var hashes = new ulong[data.Count];
        InParallel.For(data.Count, (i, _) => hashes[i] = hash.Of(Gray(data, i)), CancellationToken.None);
        return hashes;
    }

    private static ReadOnlySpan<byte> Gray(FaceDataset data, int index)
    {
        if (data.Format == PixelFormat.Gray8)
            return data.PixelsOf(index);
        Image image = data.ImageAt(index);
        return FaceCrop.Cut(image, CropRegion.Whole(image), data.Size, PixelFormat.Gray8).Pixels;
    }

    /// <summary>Pearson's correlation; an image of one brightness is alike only to another such.</summary>
    private static double Correlation(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        long n = a.Length, sumA = 0, sumB = 0, squaresA = 0, squaresB = 0, products = 0;
        for (int i = 0; i < a.Length; i++)
        {
            (int x, int y) = (a[i], b[i]);
            sumA += x;
            sumB += y;
            squaresA += x * x;
            squaresB += y * y;
            products += x * y;
        }
        double spread = Math.Sqrt((double)((n * squaresA) - (sumA * sumA)) * ((n * squaresB) - (sumB * sumB)));
        return spread > 0 ? ((n * products) - (sumA * sumB)) / spread : squaresA == squaresB ? 1 : 0;
    }
}

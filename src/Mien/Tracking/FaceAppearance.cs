namespace Mien;

/// <summary>
/// What a face looks like at a glance, so that a tracker can tell the faces of one scene apart: the crop in 16x16 gray values,
/// without its brightness and contrast.
/// </summary>
/// <remarks>
/// This is no identity: it changes with light, pose and expression, and means nothing in another scene. It lives in memory as
/// long as its track and is never stored.
/// </remarks>
public sealed class FaceAppearance
{
    private const int Side = 16;

    /// <summary>Appearances are compared part by part, in squares of this side.</summary>
    private const int PartSide = 4;

    private const int PartsInRow = Side / PartSide, Parts = PartsInRow * PartsInRow;

    /// <summary>So many parts, those that differ most, are left out: a hand before a mouth makes nobody else.</summary>
    private const int CoveredParts = 4;

    private readonly float[] _values;

    private FaceAppearance(float[] values) => _values = values;

    /// <summary>The appearance of a face.</summary>
    /// <param name="crop">The standard crop, as the classifier sees it; any size and colour.</param>
    public static FaceAppearance Of(Image crop)
    {
        ArgumentNullException.ThrowIfNull(crop);
        var small = FaceCrop.Cut(crop, CropRegion.Whole(crop), Side, PixelFormat.Gray8).Pixels;
        var values = new float[small.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = small[i];
        return new(Normalize(values));
    }

    /// <summary>The correlation of two appearances without the quarter in which they differ most, -1 to 1: about 1 for the same face a moment later, a hand before it or not.</summary>
    public float Similarity(FaceAppearance other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Span<Part> parts = stackalloc Part[Parts];
        for (int i = 0; i < _values.Length; i++)
            parts[(i / (Side * PartSide) * PartsInRow) + (i % Side / PartSide)].Add(_values[i], other._values[i]);
        parts.Sort((a, b) => a.Difference.CompareTo(b.Difference));
        var seen = new Part();
        foreach (Part part in parts[..^CoveredParts])
            seen.Add(part);
        return seen.Correlation((Parts - CoveredParts) * PartSide * PartSide);
    }

    /// <summary>This appearance moved towards a newer one, by a share of 0 to 1.</summary>
    internal FaceAppearance Towards(FaceAppearance newer, float share)
    {
        var values = new float[_values.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = _values[i] + (share * (newer._values[i] - _values[i]));
        return new(Normalize(values));
    }

    /// <summary>Mean 0 and length 1; a crop without any contrast is like nothing.</summary>
    private static float[] Normalize(float[] values)
    {
        float mean = values.Average();
        double squares = 0;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] -= mean;
            squares += values[i] * values[i];
        }
        float length = (float)Math.Sqrt(squares);
        for (int i = 0; i < values.Length && length > 0; i++)
            values[i] /= length;
        return values;
    }

    /// <summary>What the correlation of a part needs: sums over its pixels, of both appearances, their squares and their product.</summary>
    private struct Part
    {
        private float _a, _b, _aa, _bb, _ab;

        /// <summary>The sum of the squared differences.</summary>
        public readonly float Difference => _aa + _bb - (2 * _ab);

        public void Add(float a, float b) => (_a, _b, _aa, _bb, _ab) = (_a + a, _b + b, _aa + (a * a), _bb + (b * b), _ab + (a * b));

        public void Add(in Part other) =>
            (_a, _b, _aa, _bb, _ab) = (_a + other._a, _b + other._b, _aa + other._aa, _bb + other._bb, _ab + other._ab);

        /// <summary>0 if one of the two has no contrast.</summary>
        public readonly float Correlation(int pixels)
        {
            float variances = (_aa - (_a * _a / pixels)) * (_bb - (_b * _b / pixels));
            return variances > 0 ? (_ab - (_a * _b / pixels)) / MathF.Sqrt(variances) : 0;
        }
    }
}

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

    /// <summary>The correlation of two appearances, -1 to 1: about 1 for the same face a moment later.</summary>
    public float Similarity(FaceAppearance other)
    {
        ArgumentNullException.ThrowIfNull(other);
        float sum = 0;
        for (int i = 0; i < _values.Length; i++)
            sum += _values[i] * other._values[i];
        return sum;
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
}

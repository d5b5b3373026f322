namespace Mien.OpenCv;

/// <summary>How <see cref="HaarFaceDetector"/> searches.</summary>
public sealed record HaarOptions
{
    /// <summary>Side of the smallest face looked for, in pixels, at least 1. Larger is faster.</summary>
    public int MinimumSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 30;

    /// <summary>Side of the largest face looked for, in pixels; null for no limit.</summary>
    public int? MaximumSize
    {
        get;
        init
        {
            if (value is { } size)
                ArgumentOutOfRangeException.ThrowIfLessThan(size, 1, nameof(value));
            field = value;
        }
    }

    /// <summary>How many overlapping windows must agree on a face. More gives fewer false faces and misses more true ones.</summary>
    public int MinimumNeighbors
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 5;

    /// <summary>By what the window grows from one search to the next, more than 1. Closer to 1 finds more and is slower.</summary>
    public double ScaleFactor
    {
        get;
        init
        {
            if (!(value > 1) || double.IsInfinity(value))
                throw new ArgumentOutOfRangeException(nameof(value), value, "The scale factor must be more than 1.");
            field = value;
        }
    } = 1.1;

    /// <summary>
    /// The cascade: a path, or the name of a file of OpenCV's collection such as <c>haarcascade_frontalface_alt2.xml</c>.
    /// A bare name is looked for in the folder that the environment variable <c>MIEN_HAARCASCADES</c> names, or else where
    /// systems keep the collection.
    /// </summary>
    public string Cascade { get; init; } = "haarcascade_frontalface_default.xml";
}

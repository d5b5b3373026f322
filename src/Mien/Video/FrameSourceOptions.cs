namespace Mien;

/// <summary>How an <see cref="IFrameSource"/> is opened; each default is what most users want.</summary>
public sealed record FrameSourceOptions
{
    /// <summary>Frames a second of what has no times of its own: a folder of pictures, JPEG files on standard input; more than 0.</summary>
    public double FrameRate
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 25;

    /// <summary>The layout of raw frames on standard input; null if it carries JPEG files one after the other or a container.</summary>
    public RawVideoFormat? Raw { get; init; }

    /// <summary>The size in pixels to ask of a camera, which takes the nearest that it has; its own default if null.</summary>
    public (int Width, int Height)? CameraSize { get; init; }

    /// <summary>How long a stream may be silent before it counts as dropped; more than 0.</summary>
    public TimeSpan Timeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(10);

    /// <summary>What a frame may ask for.</summary>
    public ImageLimits Limits { get; init; } = ImageLimits.Default;

    /// <summary>Told of each drop of a stream and of each attempt that failed, on the thread that reads.</summary>
    public Action<StreamInterruption>? Interrupted { get; init; }
}

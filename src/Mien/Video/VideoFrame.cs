namespace Mien;

/// <summary>A frame of an <see cref="IFrameSource"/>.</summary>
/// <remarks>
/// Disposing of it gives its pixels back to the source for a later frame, which holds memory flat; <see cref="Image"/> must
/// not be used afterwards. A frame that is kept and never disposed of is good as long as it is wanted.
/// </remarks>
public sealed class VideoFrame : IDisposable
{
    private Action? _giveBack;

    /// <summary>A frame whose pixels come from elsewhere.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="number">From 0.</param>
    /// <param name="time">From the start of the source, not negative.</param>
    public VideoFrame(Image image, long number, TimeSpan time) : this(image, number, time, giveBack: null) { }

    internal VideoFrame(Image image, long number, TimeSpan time, Action? giveBack)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        Image = image;
        Number = number;
        Time = time;
        _giveBack = giveBack;
    }

    /// <summary>The picture, upright.</summary>
    public Image Image { get; }

    /// <summary>Its place among the frames of the source, from 0.</summary>
    public long Number { get; }

    /// <summary>When it is shown, from the start of the source; later than the frame's before.</summary>
    public TimeSpan Time { get; }

    /// <summary>Gives the pixels back for a later frame.</summary>
    public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
}

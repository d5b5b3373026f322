namespace Mien;

/// <summary>How quickly a <see cref="ScoreSmoother"/> follows; by time and not by frames, so that the frame rate does not matter.</summary>
public sealed record SmoothingOptions
{
    /// <summary>Time constant while the scores are steady, more than 0: their noise is averaged over about this time.</summary>
    public TimeSpan Steady
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(0.4);

    /// <summary>Time constant at the sharpest change, more than 0; an expression much shorter than this does not come through.</summary>
    public TimeSpan Changing
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(0.06);
}

namespace Mien;

/// <summary>How quickly a <see cref="ScoreSmoother"/> follows; in seconds, so that the frame rate does not matter.</summary>
public sealed record SmoothingOptions
{
    /// <summary>Time constant while the scores are steady, more than 0: their noise is averaged over about this time.</summary>
    public double Steady { get; init; } = 0.4;

    /// <summary>Time constant at the sharpest change, more than 0; an expression much shorter than this does not come through.</summary>
    public double Changing { get; init; } = 0.06;
}

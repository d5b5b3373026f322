namespace Mien;

/// <summary>How a <see cref="VideoAnalyzer"/> goes about; by time and not by frames, so that the frame rate does not matter.</summary>
public sealed record VideoAnalyzerOptions
{
    /// <summary>How often faces are looked for, on average; zero for each frame. In between their tracks carry the boxes on, and each frame is read.</summary>
    public TimeSpan DetectEvery
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(0.11);

    /// <summary>When a face has come and gone.</summary>
    public TrackerOptions Tracking { get; init; } = new();

    /// <summary>How quickly the smoothed scores follow.</summary>
    public SmoothingOptions Smoothing { get; init; } = new();
}

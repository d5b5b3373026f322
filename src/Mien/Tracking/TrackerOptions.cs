namespace Mien;

/// <summary>When a <see cref="FaceTracker"/> believes what; by time and not by frames, so that the frame rate does not matter.</summary>
public sealed record TrackerOptions
{
    /// <summary>Only a detection of at least this confidence, 0 to 1, begins a track; less certain ones can but continue one.</summary>
    public float MinimumConfidence { get; init; } = 0.6f;

    /// <summary>For how long a new face must be found in each frame before it gets an id; shorter apparitions are taken for false ones.</summary>
    public TimeSpan EnterAfter { get; init; } = TimeSpan.FromSeconds(0.2);

    /// <summary>After how long out of sight a face has left; if it comes back later, it gets a new id.</summary>
    public TimeSpan LeaveAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The least correlation of appearances that passes for the same face when detections are <see cref="EnterAfter"/> apart, less
    /// than 1. When they follow each other at once, or the face was out of sight, it must be half as far from 1.
    /// </summary>
    /// <remarks>
    /// On CK+, with everybody in the same pose and light, half the pairs of different people are below 0.81 and 93 of 100 below
    /// 0.91 (benchmarks/README.md, "video: how alike"); a face and itself a moment later are nearly always above that.
    /// </remarks>
    public float MinimumSimilarity
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, 1);
            field = value;
        }
    } = 0.81f;
}

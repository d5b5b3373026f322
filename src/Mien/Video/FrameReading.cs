namespace Mien;

/// <summary>What a frame of a video shows: its faces, and who came and went.</summary>
/// <param name="Number">The frame's number in its source, from 0; dropped frames are counted too.</param>
/// <param name="Time">When it was taken, from the start of the source.</param>
/// <param name="Faces">The faces that have an id, by id; empty if there is none.</param>
/// <param name="Events">Who came and went, as far as it is certain by now; events tell of a time before this frame.</param>
public sealed record FrameReading(long Number, TimeSpan Time, IReadOnlyList<TrackedReading> Faces, IReadOnlyList<TrackEvent> Events)
{
    /// <summary>The smoothed scores of its faces, as summaries and alert rules take them.</summary>
    public IReadOnlyList<TrackReading> Smoothed => [.. Faces.Select(face => new TrackReading(face.Track, face.Smoothed))];
}

/// <summary>A face of a video frame and what its expression reads as.</summary>
/// <param name="Track">The face's id within the source: from 1 on, never used twice.</param>
/// <param name="Face">What this frame alone reads as.</param>
/// <param name="Smoothed">What the frames until now read as together.</param>
public sealed record TrackedReading(int Track, FaceReading Face, EmotionScores Smoothed)
{
    /// <summary>Valence and arousal, derived from the smoothed scores; null if a label has no place there.</summary>
    public Circumplex? Affect => Circumplex.Of(Smoothed);
}

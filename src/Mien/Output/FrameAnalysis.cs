namespace Mien.Output;

/// <summary>The faces of one frame of a video, as programs get it: docs/video-output.md.</summary>
/// <param name="Schema">Version of this format.</param>
/// <param name="Source">What the video is called.</param>
/// <param name="Frame">The frame's number in its source, from 0.</param>
/// <param name="Time">When it was taken, in seconds from the start of the source.</param>
/// <param name="Width">Width in pixels, upright.</param>
/// <param name="Height">Height in pixels, upright.</param>
/// <param name="Faces">The faces that have an id, by id; empty if there is none.</param>
internal sealed record FrameAnalysis(int Schema, string Source, long Frame, decimal Time, int Width, int Height, IReadOnlyList<TrackedFaceAnalysis> Faces)
{
    public static FrameAnalysis Of(string source, FrameReading reading, Image picture) =>
        new(PictureJson.SchemaVersion, source, reading.Number, PictureJson.Seconds(reading.Time), picture.Width, picture.Height, [.. reading.Faces.Select(TrackedFaceAnalysis.Of)]);
}

/// <summary>One face of a frame and what its expression reads as: a prediction, not the person's inner state.</summary>
/// <param name="Track">The face's id within the source: from 1 on, never used twice.</param>
/// <param name="Box">[x, y, width, height] in pixels, from the top left corner; it may reach beyond the border.</param>
/// <param name="Detection">Confidence of the detector, 0 to 1.</param>
/// <param name="Landmarks">Eyes, nose and mouth corners; absent where the detector gives none.</param>
/// <param name="Label">The most probable label of this frame alone.</param>
/// <param name="Confidence">Its probability, 0 to 1.</param>
/// <param name="Scores">The probability of each label in this frame alone.</param>
/// <param name="Smoothed">The probability of each label, smoothed over time.</param>
/// <param name="Valence">-1 to 1, derived from the smoothed scores; absent if a label has no place there.</param>
/// <param name="Arousal">-1 to 1, derived from the smoothed scores; absent if a label has no place there.</param>
internal sealed record TrackedFaceAnalysis(
    int Track, decimal[] Box, decimal Detection, LandmarkPoints? Landmarks, string Label, decimal Confidence,
    IReadOnlyDictionary<string, decimal> Scores, IReadOnlyDictionary<string, decimal> Smoothed, decimal? Valence, decimal? Arousal)
{
    public static TrackedFaceAnalysis Of(TrackedReading reading)
    {
        var face = FaceAnalysis.Of(reading.Face);
        var affect = reading.Affect;
        return new(reading.Track, face.Box, face.Detection, face.Landmarks, face.Label, face.Confidence, face.Scores, PictureJson.Scores(reading.Smoothed),
            affect is { } known ? PictureJson.Round(known.Valence) : null, affect is { } derived ? PictureJson.Round(derived.Arousal) : null);
    }
}

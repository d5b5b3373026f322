namespace Mien.Output;

/// <summary>The faces of one picture and what each reads as, as programs get it: docs/analyze-output.md.</summary>
/// <param name="Schema">Version of this format.</param>
/// <param name="Source">What the picture is called.</param>
/// <param name="Width">Width in pixels, after EXIF's orientation was applied.</param>
/// <param name="Height">Height in pixels, after EXIF's orientation was applied.</param>
/// <param name="Faces">The most confident detection first; empty if no face was found.</param>
internal sealed record PictureAnalysis(int Schema, string Source, int Width, int Height, IReadOnlyList<FaceAnalysis> Faces)
{
    public static PictureAnalysis Of(string source, Image image, IReadOnlyList<FaceReading> faces) =>
        new(PictureJson.SchemaVersion, source, image.Width, image.Height, [.. faces.Select(FaceAnalysis.Of)]);
}

/// <summary>One face and what its expression reads as: a prediction, not the person's inner state.</summary>
/// <param name="Box">[x, y, width, height] in pixels, from the top left corner; it may reach beyond the border.</param>
/// <param name="Detection">Confidence of the detector, 0 to 1.</param>
/// <param name="Landmarks">Eyes, nose and mouth corners; absent where the detector gives none.</param>
/// <param name="Label">The most probable label.</param>
/// <param name="Confidence">Its probability, 0 to 1.</param>
/// <param name="Scores">The probability of each label of the model.</param>
internal sealed record FaceAnalysis(decimal[] Box, decimal Detection, LandmarkPoints? Landmarks, string Label, decimal Confidence, IReadOnlyDictionary<string, decimal> Scores)
{
    public static FaceAnalysis Of(FaceReading face)
    {
        var scores = new Dictionary<string, decimal>(face.Scores.Labels.Count);
        foreach (string label in face.Scores.Labels)
            scores.Add(label, PictureJson.Round(face.Scores[label]));
        return new(PictureJson.Pixels(face.Box.X, face.Box.Y, face.Box.Width, face.Box.Height), PictureJson.Round(face.Detection),
            face.Landmarks is { } landmarks ? LandmarkPoints.Of(landmarks) : null, face.Scores.Top, PictureJson.Round(face.Scores.Confidence), scores);
    }
}

/// <summary>Five points of a face, each [x, y] in pixels; left and right as seen in the picture.</summary>
/// <param name="LeftEye">The eye at the left.</param>
/// <param name="RightEye">The eye at the right.</param>
/// <param name="Nose">The tip of the nose.</param>
/// <param name="LeftMouth">The corner of the mouth at the left.</param>
/// <param name="RightMouth">The corner of the mouth at the right.</param>
internal sealed record LandmarkPoints(decimal[] LeftEye, decimal[] RightEye, decimal[] Nose, decimal[] LeftMouth, decimal[] RightMouth)
{
    public static LandmarkPoints Of(FaceLandmarks landmarks) =>
        new(At(landmarks.LeftEye), At(landmarks.RightEye), At(landmarks.Nose), At(landmarks.LeftMouth), At(landmarks.RightMouth));

    private static decimal[] At(Landmark point) => PictureJson.Pixels(point.X, point.Y);
}

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
    public static FaceAnalysis Of(FaceReading face) =>
        new(PictureJson.Pixels(face.Box), PictureJson.Round(face.Detection), LandmarkPoints.Of(face.Landmarks),
            face.Scores.Top, PictureJson.Round(face.Scores.Confidence), PictureJson.Scores(face.Scores));
}

/// <summary>Five points of a face, each [x, y] in pixels; left and right as seen in the picture.</summary>
/// <param name="LeftEye">The eye at the left.</param>
/// <param name="RightEye">The eye at the right.</param>
/// <param name="Nose">The tip of the nose.</param>
/// <param name="LeftMouth">The corner of the mouth at the left.</param>
/// <param name="RightMouth">The corner of the mouth at the right.</param>
internal sealed record LandmarkPoints(decimal[] LeftEye, decimal[] RightEye, decimal[] Nose, decimal[] LeftMouth, decimal[] RightMouth)
{
    public static LandmarkPoints? Of(FaceLandmarks? landmarks) => landmarks is not { } points ? null
        : new(At(points.LeftEye), At(points.RightEye), At(points.Nose), At(points.LeftMouth), At(points.RightMouth));

    private static decimal[] At(Landmark point) => PictureJson.Pixels(point.X, point.Y);
}

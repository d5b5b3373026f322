namespace Mien;

/// <summary>One face of a picture, what it reads as, and which parts of it carried that.</summary>
/// <param name="Face">The face.</param>
/// <param name="Region">The square of the picture that the model saw and that the map lies over.</param>
/// <param name="Map">How much each part carried the label.</param>
public sealed record FaceExplanation(FaceReading Face, CropRegion Region, OcclusionMap Map)
{
    /// <summary>Explains one face of a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="face">The face.</param>
    /// <param name="detector">What found it.</param>
    /// <param name="classifier">What reads it.</param>
    /// <param name="label">The label to explain; null for the most probable one.</param>
    internal static FaceExplanation Of(Image image, DetectedFace face, IFaceDetector detector, EmotionClassifier classifier, string? label)
    {
        var region = CropRegion.Of(face, detector.BoxToCrop);
        var map = OcclusionSensitivity.Explain(classifier, classifier.Crop(image, region), label);
        return new(new(face.Box, face.Confidence, face.Landmarks, map.Scores), region.WithMargin(classifier.Metadata.CropMargin), map);
    }
}

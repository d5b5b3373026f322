namespace Mien;

/// <summary>The faces that a detector found in a picture, cut out as the classifier wants them.</summary>
/// <param name="Faces">The most confident detection first; empty if there is none.</param>
/// <param name="Crops">One a face, in the same order.</param>
internal sealed record FoundFaces(IReadOnlyList<DetectedFace> Faces, Image[] Crops)
{
    /// <summary>Finds the faces of a picture and cuts them out.</summary>
    public static FoundFaces In(Image image, IFaceDetector detector, EmotionClassifier classifier)
    {
        var faces = detector.Detect(image);
        var crops = new Image[faces.Count];
        for (int i = 0; i < crops.Length; i++)
            crops[i] = classifier.Crop(image, CropRegion.Of(faces[i], detector.BoxToCrop));
        return new(faces, crops);
    }

    /// <summary>The faces with what they express.</summary>
    /// <param name="scores">One a face, in the same order.</param>
    public IReadOnlyList<FaceReading> Read(IReadOnlyList<EmotionScores> scores)
    {
        var readings = new FaceReading[Faces.Count];
        for (int i = 0; i < readings.Length; i++)
            readings[i] = new(Faces[i].Box, Faces[i].Confidence, Faces[i].Landmarks, scores[i]);
        return readings;
    }
}

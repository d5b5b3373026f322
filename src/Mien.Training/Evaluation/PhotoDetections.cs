namespace Mien.Training;

/// <summary>What a detector found in a photo whose faces are known.</summary>
/// <param name="Photo">The photo and its faces.</param>
/// <param name="Detections">The faces found, the unsure ones too.</param>
public sealed record PhotoDetections(AnnotatedPhoto Photo, IReadOnlyList<DetectedFace> Detections)
{
    /// <summary>The same without the detections of less confidence.</summary>
    public PhotoDetections AtLeast(float confidence) => this with { Detections = [.. Detections.Where(detection => detection.Confidence >= confidence)] };
}

namespace Mien;

/// <summary>How an <see cref="OnnxFaceDetector"/> looks for faces.</summary>
public sealed record OnnxDetectorOptions
{
    /// <summary>Faces that the network is less sure of are left out, 0 to 1; null: what suits the network, <see cref="OnnxFaceDetector.UsualConfidence"/>.</summary>
    public float? MinimumConfidence { get; init; }

    /// <summary>Of two boxes that overlap by more than this (intersection over union, 0 to 1), the less confident is left out.</summary>
    public float NmsThreshold { get; init; } = 0.3f;

    /// <summary>The longer side, in pixels, at which a network of free input size sees a picture; larger ones are shrunk.</summary>
    public int MaximumSide { get; init; } = 640;

    /// <summary>
    /// Whether larger pictures are also searched part by part, at their own scale and at halves of it, for faces that would be too small
    /// once the whole picture is shrunk. The time grows with the picture's area.
    /// </summary>
    public bool Tiles { get; init; }
}

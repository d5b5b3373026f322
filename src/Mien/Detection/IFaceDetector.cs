namespace Mien;

/// <summary>Finds the faces of a picture. Safe to share between threads.</summary>
public interface IFaceDetector : IDisposable
{
    /// <summary>How this detector's boxes relate to the standard crop, used for faces without landmarks.</summary>
    BoxToCrop BoxToCrop { get; }

    /// <summary>The faces found, most confident first; empty if there is none.</summary>
    IReadOnlyList<DetectedFace> Detect(Image image);
}

/// <summary>A face that a detector found.</summary>
/// <param name="Box">Where, in pixels of the picture.</param>
/// <param name="Confidence">How sure the detector is, 0 to 1.</param>
/// <param name="Landmarks">Eyes, nose and mouth corners, where the detector gives them.</param>
public sealed record DetectedFace(Box Box, float Confidence, FaceLandmarks? Landmarks = null)
{
    /// <summary>The same face in a picture of which this one is a part, and which may have another scale.</summary>
    /// <param name="left">Where this picture begins in the other, in pixels of the other.</param>
    /// <param name="top">Where this picture begins in the other, in pixels of the other.</param>
    /// <param name="scaleX">Pixels of the other picture for one of this, across.</param>
    /// <param name="scaleY">Pixels of the other picture for one of this, down.</param>
    internal DetectedFace At(float left, float top, float scaleX, float scaleY)
    {
        return this with
        {
            Box = new(left + (Box.X * scaleX), top + (Box.Y * scaleY), Box.Width * scaleX, Box.Height * scaleY),
            Landmarks = Landmarks is not { } at ? null : new(Point(at.LeftEye), Point(at.RightEye), Point(at.Nose), Point(at.LeftMouth), Point(at.RightMouth)),
        };

        Landmark Point(Landmark point) => new(left + (point.X * scaleX), top + (point.Y * scaleY));
    }
}

/// <summary>How to get from a detector's box to the standard square crop, which shows a face as FER-2013 does.</summary>
/// <remarks>The detectors' values are medians over faces of FER-2013 put on a canvas: benchmarks/README.md, "crop".</remarks>
/// <param name="Scale">Side of the crop over the longer side of the box.</param>
/// <param name="ShiftY">How far the centre of the crop lies below the centre of the box, in box heights.</param>
public readonly record struct BoxToCrop(float Scale, float ShiftY);

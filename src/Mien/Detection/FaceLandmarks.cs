namespace Mien;

/// <summary>A position in pixels of the picture; the centre of the first pixel is (0.5, 0.5).</summary>
/// <param name="X">From the left edge.</param>
/// <param name="Y">From the top edge.</param>
public readonly record struct Landmark(float X, float Y);

/// <summary>The five landmarks that face detectors give. Left and right are as seen in the picture.</summary>
/// <param name="LeftEye">The eye on the left of the picture.</param>
/// <param name="RightEye">The eye on the right of the picture.</param>
/// <param name="Nose">Tip of the nose.</param>
/// <param name="LeftMouth">Mouth corner on the left of the picture.</param>
/// <param name="RightMouth">Mouth corner on the right of the picture.</param>
public sealed record FaceLandmarks(Landmark LeftEye, Landmark RightEye, Landmark Nose, Landmark LeftMouth, Landmark RightMouth);

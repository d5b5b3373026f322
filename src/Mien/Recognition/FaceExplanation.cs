namespace Mien;

/// <summary>One face of a picture, what it reads as, and which parts of it carried that.</summary>
/// <param name="Face">The face.</param>
/// <param name="Region">The square of the picture that the model saw and that the map lies over.</param>
/// <param name="Map">How much each part carried the label.</param>
public sealed record FaceExplanation(FaceReading Face, CropRegion Region, OcclusionMap Map);

namespace Mien.Training;

/// <summary>A face that a detector should find in a training picture.</summary>
/// <param name="Box">Where, in pixels of the picture.</param>
/// <param name="Landmarks">Eyes, nose and mouth corners; null where nobody knows them.</param>
/// <param name="Weight">How much it counts, up to 1; 0: neither finding it nor missing it is wrong.</param>
internal sealed record TargetFace(Box Box, FaceLandmarks? Landmarks, float Weight = 1);

/// <summary>A decoded photo and its faces.</summary>
/// <param name="Image">The photo, in colour.</param>
/// <param name="Faces">Its faces.</param>
internal sealed record TrainingPhoto(Image Image, IReadOnlyList<TargetFace> Faces);

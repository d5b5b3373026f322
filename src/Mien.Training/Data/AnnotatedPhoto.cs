namespace Mien.Training;

/// <summary>A photo in which people marked the faces.</summary>
/// <param name="Path">The file.</param>
/// <param name="Width">Its width in pixels.</param>
/// <param name="Height">Its height in pixels.</param>
/// <param name="Faces">The faces that were marked; empty if there is none.</param>
public sealed record AnnotatedPhoto(string Path, int Width, int Height, IReadOnlyList<AnnotatedFace> Faces);

/// <summary>A face that somebody marked in a photo.</summary>
/// <param name="Box">Where, in pixels of the photo.</param>
/// <param name="Category">What it is called in the annotations, such as <c>face</c>.</param>
public sealed record AnnotatedFace(Box Box, string Category);

using System.Text.RegularExpressions;

namespace Mien.Training;

/// <summary>A photo in which people marked the faces.</summary>
/// <param name="Path">The file.</param>
/// <param name="Width">Its width in pixels.</param>
/// <param name="Height">Its height in pixels.</param>
/// <param name="Faces">The faces that were marked; empty if there is none.</param>
public sealed record AnnotatedPhoto(string Path, int Width, int Height, IReadOnlyList<AnnotatedFace> Faces)
{
    /// <summary>Decodes the photo.</summary>
    /// <param name="faults">Is given the photo if it cannot be read, or is not of the size that was annotated.</param>
    /// <returns>The picture; null with a fault.</returns>
    public Image? Load(ICollection<DataFault> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        try
        {
            var image = Image.Load(Path);
            if ((image.Width, image.Height) == (Width, Height))
                return image;
            faults.Add(new(Path, null, $"is {image.Width}x{image.Height}, its annotations are for {Width}x{Height}"));
        }
        catch (ImageException error)
        {
            faults.Add(DataFault.Of(Path, error));
        }
        return null;
    }

    /// <summary>The same photo with higher boxes, for annotations that cut faces: docs/evaluation.md has an example.</summary>
    /// <param name="top">By how much of its height a box grows upwards, as far as the photo reaches.</param>
    /// <param name="bottom">By how much of its height it grows downwards, as far as the photo reaches.</param>
    public AnnotatedPhoto WithBoxesExtended(float top, float bottom) => this with
    {
        Faces = [.. Faces.Select(face =>
        {
            float upper = Math.Max(Math.Min(face.Box.Y, 0), face.Box.Y - (top * face.Box.Height));
            float lower = Math.Min(Math.Max(face.Box.Bottom, Height), face.Box.Bottom + (bottom * face.Box.Height));
            return face with { Box = face.Box with { Y = upper, Height = lower - upper } };
        })],
    };
}

/// <summary>A face that somebody marked in a photo.</summary>
/// <param name="Box">Where, in pixels of the photo.</param>
/// <param name="Category">What it is called in the annotations, such as <c>face</c>.</param>
public sealed partial record AnnotatedFace(Box Box, string Category)
{
    /// <summary>Whether the category has a word that begins with "mask", such as <c>face, masked</c> or <c>face, mask worn badly</c>.</summary>
    public bool IsMasked => MaskWord.IsMatch(Category);

    [GeneratedRegex(@"\bmask", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MaskWord { get; }
}

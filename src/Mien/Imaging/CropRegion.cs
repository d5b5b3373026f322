namespace Mien;

/// <summary>A square of a picture, possibly turned, that a face crop shows.</summary>
/// <param name="CenterX">Centre, in pixels of the picture.</param>
/// <param name="CenterY">Centre, in pixels of the picture.</param>
/// <param name="Side">Side of the square, in pixels of the picture, more than 0.</param>
/// <param name="Angle">Turn of the face, clockwise as seen, in radians: the crop shows it upright.</param>
public readonly record struct CropRegion(float CenterX, float CenterY, float Side, float Angle = 0)
{
    /// <summary>The largest centred square of a picture: for pictures that are face crops already.</summary>
    public static CropRegion Whole(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new(image.Width / 2f, image.Height / 2f, Math.Min(image.Width, image.Height));
    }
}

namespace Mien.Drawing;

/// <summary>The size of a picture that is drawn into; lines and letters grow with it.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Zoom">By what the picture was enlarged.</param>
internal readonly record struct DrawingSize(int Width, int Height, int Zoom)
{
    /// <summary>Pictures with a shorter long side are enlarged by a whole factor, because a label needs room.</summary>
    private const int ShortestLongSide = 480;

    /// <summary>The longer side.</summary>
    public int LongSide => Math.Max(Width, Height);

    /// <summary>Thickness of a line.</summary>
    public int Line => Math.Max(2, (int)Math.Round(LongSide / 400.0));

    /// <summary>The size in which a picture is drawn into.</summary>
    public static DrawingSize Of(Image image)
    {
        int zoom = Math.Max(1, (int)Math.Ceiling((double)ShortestLongSide / Math.Max(image.Width, image.Height)));
        return new(image.Width * zoom, image.Height * zoom, zoom);
    }
}

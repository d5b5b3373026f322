namespace Mien.Drawing;

/// <summary>A rectangle of whole pixels.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
internal readonly record struct PixelBox(int X, int Y, int Width, int Height)
{
    /// <summary>The column behind the last one.</summary>
    public int Right => X + Width;

    /// <summary>The row below the last one.</summary>
    public int Bottom => Y + Height;

    /// <summary>The rectangle of a box in a picture that was enlarged, at least one pixel.</summary>
    public static PixelBox Around(Box box, int zoom)
    {
        int x = (int)MathF.Round(box.X * zoom), y = (int)MathF.Round(box.Y * zoom);
        return new(x, y, Math.Max(1, (int)MathF.Round(box.Right * zoom) - x), Math.Max(1, (int)MathF.Round(box.Bottom * zoom) - y));
    }

    /// <summary>How many pixels both have.</summary>
    public double Overlap(PixelBox other) =>
        Math.Max(0.0, Math.Min(Right, other.Right) - Math.Max(X, other.X)) * Math.Max(0.0, Math.Min(Bottom, other.Bottom) - Math.Max(Y, other.Y));
}

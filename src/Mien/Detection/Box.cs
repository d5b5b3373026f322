namespace Mien;

/// <summary>An axis-aligned rectangle in pixels of the picture; it may reach beyond the picture's border.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Width, more than 0.</param>
/// <param name="Height">Height, more than 0.</param>
public readonly record struct Box(float X, float Y, float Width, float Height)
{
    /// <summary>Right edge.</summary>
    public float Right => X + Width;

    /// <summary>Bottom edge.</summary>
    public float Bottom => Y + Height;

    /// <summary>Area in square pixels.</summary>
    public float Area => Width * Height;

    /// <summary>Intersection over union with another box, 0 to 1.</summary>
    public float IntersectionOverUnion(Box other)
    {
        float width = MathF.Min(Right, other.Right) - MathF.Max(X, other.X);
        float height = MathF.Min(Bottom, other.Bottom) - MathF.Max(Y, other.Y);
        if (width <= 0 || height <= 0)
            return 0;
        float intersection = width * height;
        return intersection / (Area + other.Area - intersection);
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Width:0}x{Height:0} at {X:0},{Y:0}");
}

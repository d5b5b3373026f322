namespace Mien.Detection;

/// <summary>A part of a large picture that is searched for faces on its own.</summary>
/// <param name="X">Left edge in pixels of the picture.</param>
/// <param name="Y">Top edge in pixels of the picture.</param>
/// <param name="Width">Width in pixels of the picture.</param>
/// <param name="Height">Height in pixels of the picture.</param>
/// <param name="PictureWidth">Width of the picture.</param>
/// <param name="PictureHeight">Height of the picture.</param>
/// <param name="Shrink">Pixels of the picture for one that is searched.</param>
/// <param name="LeastFace">Longer side in pixels of the picture of the smallest face that this tile is asked for.</param>
internal readonly record struct PictureTile(int X, int Y, int Width, int Height, int PictureWidth, int PictureHeight, int Shrink, float LeastFace)
{
    /// <summary>What neighbours share, as a share of a tile: a face up to that size lies whole in one of them; larger ones are found at the next scale.</summary>
    private const float Overlap = 0.25f;

    /// <summary>Faces seen with less than this share of a tile's side are left to the next finer scale, whose boxes are more exact; twice that must be less than <see cref="Overlap"/>.</summary>
    private const float FinerShare = 0.1f;

    /// <summary>The tiles of a picture at its own scale, at half of it and so on, down to the scale at which the whole picture is one tile; that one is not among them.</summary>
    /// <param name="width">Width of the picture.</param>
    /// <param name="height">Height of the picture.</param>
    /// <param name="side">Side of a tile as it is searched.</param>
    public static IEnumerable<PictureTile> Of(int width, int height, int side)
    {
        for (int shrink = 1; Math.Max(width, height) > side * shrink; shrink *= 2)
        {
            foreach ((int y, int tileHeight) in Cut(height, side * shrink))
            {
                foreach ((int x, int tileWidth) in Cut(width, side * shrink))
                    yield return new(x, y, tileWidth, tileHeight, width, height, shrink, LeastFaceOf(side, shrink));
            }
        }
    }

    /// <summary>The tile's pixels, shrunk.</summary>
    public Image Cut(Image image)
    {
        int row = Width * image.Channels;
        var pixels = new byte[Height * row];
        for (int y = 0; y < Height; y++)
            image.Pixels.Slice((((Y + y) * image.Width) + X) * image.Channels, row).CopyTo(pixels.AsSpan(y * row));
        var part = Image.FromPixels(Width, Height, image.Format, pixels);
        return Shrink == 1 ? part : FaceCrop.Resize(part, Math.Max(1, Width / Shrink), Math.Max(1, Height / Shrink));
    }

    /// <summary>The least longer side of a face, in pixels of the picture, for which no finer scale is better.</summary>
    /// <param name="side">Side of a tile as it is searched.</param>
    /// <param name="shrink">Pixels of the picture for one that is searched.</param>
    public static float LeastFaceOf(int side, float shrink) => shrink > 1 ? FinerShare * side * shrink : 0;

    /// <summary>Faces found in the tile, in pixels of the picture, without those that the tile cuts, which a neighbour or a coarser scale shows whole, and those that a finer one shows better.</summary>
    public IEnumerable<DetectedFace> Whole(IEnumerable<DetectedFace> faces)
    {
        PictureTile tile = this;
        float scaleX = (float)Width / Math.Max(1, Width / Shrink), scaleY = (float)Height / Math.Max(1, Height / Shrink);
        return faces.Select(face => face.At(tile.X, tile.Y, scaleX, scaleY)).Where(face => Math.Max(face.Box.Width, face.Box.Height) >= tile.LeastFace
            && (tile.X == 0 || face.Box.X > tile.X) && (tile.Y == 0 || face.Box.Y > tile.Y)
            && (tile.X + tile.Width == tile.PictureWidth || face.Box.Right < tile.X + tile.Width)
            && (tile.Y + tile.Height == tile.PictureHeight || face.Box.Bottom < tile.Y + tile.Height));
    }

    /// <summary>Evenly spread stretches that cover a length.</summary>
    private static IEnumerable<(int Start, int Length)> Cut(int length, int tile)
    {
        if (length <= tile)
            return [(0, length)];
        int count = (int)MathF.Ceiling((length - (tile * Overlap)) / (tile * (1 - Overlap)));
        return Enumerable.Range(0, count).Select(i => ((int)((long)(length - tile) * i / (count - 1)), tile));
    }
}

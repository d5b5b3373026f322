using System.Numerics;

namespace Mien.Drawing;

/// <summary>Draws the heat of a face over the face.</summary>
internal static class HeatMap
{
    /// <summary>The share of a heat map's colour where it is strongest; the rest is the face below it, in gray.</summary>
    private const float Opacity = 0.72f;

    /// <summary>Where no part moves the probability by as much on average, the map stays pale.</summary>
    private const float LeastRange = 0.01f;

    /// <summary>From what speaks against a label to what carries it: ColorBrewer's RdYlBu without its middle, which colour-blind people tell apart.</summary>
    private static readonly Vector3[] Against = [new(0xab, 0xd9, 0xe9), new(0x2c, 0x7b, 0xb6)], For = [new(0xfe, 0xd9, 0x76), new(0xd7, 0x19, 0x1c)];

    /// <summary>Draws a map over the region of its face, with a border.</summary>
    /// <param name="canvas">Where to draw.</param>
    /// <param name="size">The picture in it; nothing is drawn beyond.</param>
    /// <param name="region">The face's region in the canvas.</param>
    /// <param name="map">The heat.</param>
    /// <param name="color">The border's colour.</param>
    public static void Draw(PictureCanvas canvas, DrawingSize size, CropRegion region, OcclusionMap map, int color)
    {
        var (sin, cos) = MathF.SinCos(region.Angle);
        float edge = size.Line / region.Side;
        var bounds = PixelBox.Around(Bounds(region), 1);
        Span<byte> pixels = canvas.Pixels;
        for (int y = Math.Max(0, bounds.Y); y < Math.Min(size.Height, bounds.Bottom + 1); y++)
        {
            for (int x = Math.Max(0, bounds.X); x < Math.Min(size.Width, bounds.Right + 1); x++)
            {
                var offset = (new Vector2(x + 0.5f, y + 0.5f) - new Vector2(region.CenterX, region.CenterY)) / region.Side;
                var place = new Vector2((offset.X * cos) + (offset.Y * sin), (offset.Y * cos) - (offset.X * sin)) + new Vector2(0.5f);
                float border = MathF.Min(MathF.Min(place.X, 1 - place.X), MathF.Min(place.Y, 1 - place.Y));
                if (border < 0)
                    continue;
                var pixel = pixels.Slice(((y * canvas.Width) + x) * 4, 4);
                Set(pixel, border < edge
                    ? new(color >> 16, (color >> 8) & 0xff, color & 0xff)
                    : Color(new(Image.Luma(pixel[0], pixel[1], pixel[2])), At(map, place) / MathF.Max(map.Strongest, LeastRange)));
            }
        }
    }

    /// <summary>Lays a heat of -1 to 1 over a colour.</summary>
    public static Vector3 Color(Vector3 below, float heat)
    {
        var colors = heat < 0 ? Against : For;
        float strength = MathF.Min(1, MathF.Abs(heat));
        return Vector3.Lerp(below, Vector3.Lerp(colors[0], colors[1], strength), Opacity * strength);
    }

    /// <summary>Sets a pixel of a canvas.</summary>
    public static void Set(Span<byte> pixel, Vector3 color) => (pixel[0], pixel[1], pixel[2]) = ((byte)color.X, (byte)color.Y, (byte)color.Z);

    /// <summary>A region in a picture that was enlarged.</summary>
    public static CropRegion Scaled(CropRegion region, int zoom) =>
        region with { CenterX = region.CenterX * zoom, CenterY = region.CenterY * zoom, Side = region.Side * zoom };

    /// <summary>The upright box around a region.</summary>
    public static Box Bounds(CropRegion region)
    {
        var (sin, cos) = MathF.SinCos(region.Angle);
        float side = region.Side * (MathF.Abs(sin) + MathF.Abs(cos));
        return new(region.CenterX - (side / 2), region.CenterY - (side / 2), side, side);
    }

    /// <summary>The value between the four nearest cells' centres, at a place in the unit square.</summary>
    private static float At(OcclusionMap map, Vector2 place)
    {
        float x = Math.Clamp((place.X * map.Cells) - 0.5f, 0, map.Cells - 1), y = Math.Clamp((place.Y * map.Cells) - 0.5f, 0, map.Cells - 1);
        int left = (int)x, top = (int)y, right = Math.Min(left + 1, map.Cells - 1), bottom = Math.Min(top + 1, map.Cells - 1);
        return float.Lerp(float.Lerp(map[left, top], map[right, top], x - left), float.Lerp(map[left, bottom], map[right, bottom], x - left), y - top);
    }
}

using System.Numerics;
using Mien.Interop;

namespace Mien;

public static partial class ImageAnnotator
{
    /// <summary>The share of a heat map's colour where it is strongest; the rest is the face below it, in gray.</summary>
    private const float Opacity = 0.72f;

    /// <summary>Where no part moves the probability by as much on average, the map stays pale.</summary>
    private const float LeastRange = 0.01f;

    /// <summary>From what speaks against a label to what carries it: ColorBrewer's RdYlBu without its middle, which colour-blind people tell apart.</summary>
    private static readonly Vector3[] Against = [new(0xab, 0xd9, 0xe9), new(0x2c, 0x7b, 0xb6)], For = [new(0xfe, 0xd9, 0x76), new(0xd7, 0x19, 0x1c)];

    /// <summary>
    /// A copy of the picture with a heat map over each face, the label with its probability, and the one to which it falls
    /// where covering the face takes most of it; below the picture a legend. The part of each face that
    /// matters most has the full colour, unless it moves the probability by less than a point.
    /// </summary>
    /// <param name="image">The picture.</param>
    /// <param name="faces">What <see cref="EmotionAnalyzer.Explain"/> said of it; without faces the copy has no legend.</param>
    /// <exception cref="NativeLibraryException">OpenCV or the binding to it is missing.</exception>
    public static Image DrawHeatMaps(Image image, IReadOnlyList<FaceExplanation> faces) => DrawHeatMaps(image, faces, vision: null);

    /// <inheritdoc cref="DrawHeatMaps(Image, IReadOnlyList{FaceExplanation})"/>
    internal static Image DrawHeatMaps(Image image, IReadOnlyList<FaceExplanation> faces, IVision? vision)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(faces);
        vision ??= VisionLibrary.Shared;
        int zoom = Math.Max(1, (int)Math.Ceiling((double)ShortestLongSide / Math.Max(image.Width, image.Height)));
        Canvas canvas = Enlarge(image, zoom);
        int[] colors = [.. faces.Select(face => Color(face.Map.Scores, face.Map.Label))];
        // The surest face last, so that it lies above its neighbours.
        for (int i = faces.Count - 1; i >= 0; i--)
            DrawHeat(canvas, Scaled(faces[i].Region, zoom), faces[i].Map, colors[i]);
        try
        {
            DrawLabels(vision, canvas, [.. faces.Select(face => Pixels.Around(Bounds(face.Region), zoom))],
                faces.Select(face => Text($"{face.Map.Label} {100 * face.Map.Probability:F0}% > {100 * face.Map.Lowest:F0}%")), colors);
            if (faces.Count > 0)
                canvas = WithLegend(vision, canvas);
        }
        catch (VisionException error)
        {
            throw Failure(vision, canvas, error);
        }
        return Image.FromPixels(canvas.Width, canvas.Height, PixelFormat.Rgb24, canvas.Pixels);
    }

    private static void DrawHeat(Canvas canvas, CropRegion region, OcclusionMap map, int color)
    {
        var (sin, cos) = MathF.SinCos(region.Angle);
        float edge = LineWidth(canvas) / region.Side;
        var bounds = Pixels.Around(Bounds(region), 1);
        for (int y = Math.Max(0, bounds.Y); y < Math.Min(canvas.Height, bounds.Y + bounds.Height + 1); y++)
        {
            for (int x = Math.Max(0, bounds.X); x < Math.Min(canvas.Width, bounds.X + bounds.Width + 1); x++)
            {
                var offset = (new Vector2(x + 0.5f, y + 0.5f) - new Vector2(region.CenterX, region.CenterY)) / region.Side;
                var place = new Vector2((offset.X * cos) + (offset.Y * sin), (offset.Y * cos) - (offset.X * sin)) + new Vector2(0.5f);
                float border = MathF.Min(MathF.Min(place.X, 1 - place.X), MathF.Min(place.Y, 1 - place.Y));
                if (border < 0)
                    continue;
                var pixel = canvas.Pixels.AsSpan(((y * canvas.Width) + x) * 3, 3);
                Set(pixel, border < edge
                    ? new(color >> 16, (color >> 8) & 0xff, color & 0xff)
                    : Heat(new(Image.Luma(pixel[0], pixel[1], pixel[2])), At(map, place) / MathF.Max(map.Strongest, LeastRange)));
            }
        }
    }

    /// <summary>A heat of -1 to 1 over a colour.</summary>
    private static Vector3 Heat(Vector3 below, float heat)
    {
        var colors = heat < 0 ? Against : For;
        float strength = MathF.Min(1, MathF.Abs(heat));
        return Vector3.Lerp(below, Vector3.Lerp(colors[0], colors[1], strength), Opacity * strength);
    }

    /// <summary>The value between the four nearest cells' centres, at a place in the unit square.</summary>
    private static float At(OcclusionMap map, Vector2 place)
    {
        float x = Math.Clamp((place.X * map.Cells) - 0.5f, 0, map.Cells - 1), y = Math.Clamp((place.Y * map.Cells) - 0.5f, 0, map.Cells - 1);
        int left = (int)x, top = (int)y, right = Math.Min(left + 1, map.Cells - 1), bottom = Math.Min(top + 1, map.Cells - 1);
        return float.Lerp(float.Lerp(map[left, top], map[right, top], x - left), float.Lerp(map[left, bottom], map[right, bottom], x - left), y - top);
    }

    /// <summary>The canvas with a white band below it that says what the colours and figures mean.</summary>
    private static Canvas WithLegend(IVision vision, Canvas canvas)
    {
        const string against = "speaks against", carries = "carries the label", figures = "second figure: with the part covered that matters most";
        double scale = Math.Max(11, canvas.Width / 70.0) / LetterHeight;
        // At scale 1 the longest line is so wide; the whole legend shrinks to fit.
        double longest = Math.Max(vision.MeasureText(figures, 1, 1).Width, vision.MeasureText(against + carries, 1, 1).Width * 1.7);
        scale = Math.Min(scale, 0.94 * canvas.Width / longest);
        int thickness = Math.Max(1, (int)Math.Round(scale * LetterHeight / 14)), line = Math.Max(3, (int)(scale * LetterHeight)), pad = (line + 1) / 2;
        var extended = new Canvas(canvas.Width, canvas.Height + (2 * line) + (4 * pad), 3, new byte[canvas.Width * (canvas.Height + (2 * line) + (4 * pad)) * 3]);
        Array.Fill(extended.Pixels, byte.MaxValue);
        canvas.Pixels.CopyTo(extended.Pixels, 0);

        int baseline = canvas.Height + pad + line, left = pad + vision.MeasureText(against, scale, thickness).Width + pad;
        int right = extended.Width - pad - vision.MeasureText(carries, scale, thickness).Width - pad;
        int width = Math.Min(right - left, 12 * line);
        vision.DrawText(extended, against, pad, baseline, scale, Black, thickness);
        for (int x = 0; x < width; x++)
        {
            for (int y = baseline - line; y < baseline; y++)
                Set(extended.Pixels.AsSpan(((y * extended.Width) + left + x) * 3, 3), Heat(new(0xa0), (2f * x / width) - 1));
        }
        vision.DrawText(extended, carries, left + Math.Max(0, width) + pad, baseline, scale, Black, thickness);
        vision.DrawText(extended, figures, pad, baseline + line + (2 * pad), scale, Black, thickness);
        return extended;
    }

    private static void Set(Span<byte> pixel, Vector3 color) => (pixel[0], pixel[1], pixel[2]) = ((byte)color.X, (byte)color.Y, (byte)color.Z);

    private static CropRegion Scaled(CropRegion region, int zoom) =>
        region with { CenterX = region.CenterX * zoom, CenterY = region.CenterY * zoom, Side = region.Side * zoom };

    /// <summary>The upright box around a region.</summary>
    private static Box Bounds(CropRegion region)
    {
        var (sin, cos) = MathF.SinCos(region.Angle);
        float side = region.Side * (MathF.Abs(sin) + MathF.Abs(cos));
        return new(region.CenterX - (side / 2), region.CenterY - (side / 2), side, side);
    }
}

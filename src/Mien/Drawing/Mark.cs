using SkiaSharp;

namespace Mien.Drawing;

/// <summary>Something to draw onto a picture. Colours are 0xRRGGBB.</summary>
internal abstract record Mark
{
    /// <summary>Draws it.</summary>
    public abstract void Draw(SKCanvas canvas);

    private protected static SKColor Opaque(int color) => new((uint)color | 0xff000000);
}

/// <summary>The outline of a rectangle.</summary>
/// <param name="Place">The rectangle, in the middle of the line.</param>
/// <param name="Color">Its colour.</param>
/// <param name="Line">Thickness of the line in pixels.</param>
internal sealed record Outline(PixelBox Place, int Color, int Line) : Mark
{
    /// <inheritdoc/>
    public override void Draw(SKCanvas canvas)
    {
        using var paint = new SKPaint { Style = SKPaintStyle.Stroke, StrokeWidth = Line, Color = Opaque(Color) };
        canvas.DrawRect(new SKRect(Place.X + 0.5f, Place.Y + 0.5f, Place.Right - 0.5f, Place.Bottom - 0.5f), paint);
    }
}

/// <summary>A filled rectangle.</summary>
/// <param name="Place">The rectangle.</param>
/// <param name="Color">Its colour.</param>
/// <param name="Opacity">From 0, which leaves the picture, to 255, which covers it.</param>
internal sealed record Area(PixelBox Place, int Color, byte Opacity = byte.MaxValue) : Mark
{
    /// <inheritdoc/>
    public override void Draw(SKCanvas canvas)
    {
        using var paint = new SKPaint { Color = Opaque(Color).WithAlpha(Opacity) };
        canvas.DrawRect(new SKRect(Place.X, Place.Y, Place.Right, Place.Bottom), paint);
    }
}

/// <summary>A line of text.</summary>
/// <param name="Text">The text.</param>
/// <param name="X">Its left end.</param>
/// <param name="Baseline">The row on which the letters stand.</param>
/// <param name="Capital">Height of a capital letter in pixels.</param>
/// <param name="Color">Its colour.</param>
/// <param name="Bold">By how many pixels the strokes are thickened.</param>
internal sealed record TextLine(string Text, float X, float Baseline, double Capital, int Color, float Bold = 0) : Mark
{
    /// <inheritdoc/>
    public override void Draw(SKCanvas canvas)
    {
        using var paint = new SKPaint { IsAntialias = true, Color = Opaque(Color) };
        if (Bold > 0)
            (paint.Style, paint.StrokeWidth, paint.StrokeJoin) = (SKPaintStyle.StrokeAndFill, Bold, SKStrokeJoin.Round);
        float x = X;
        foreach (TextRun run in TextRun.Split(Text, Capital))
        {
            using (run)
            {
                canvas.DrawText(run.Text, x, Baseline, SKTextAlign.Left, run.Font, paint);
                x += run.Width;
            }
        }
    }

    /// <summary>Returns how wide a text will be, in whole pixels.</summary>
    public static int Measure(string text, double capital)
    {
        float width = 0;
        foreach (TextRun run in TextRun.Split(text, capital))
        {
            using (run)
                width += run.Width;
        }
        return (int)Math.Ceiling(width);
    }
}

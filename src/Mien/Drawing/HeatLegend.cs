namespace Mien.Drawing;

/// <summary>A white band below a picture that says what the colours and figures of heat maps mean; the default is none.</summary>
/// <param name="Top">Where it begins.</param>
/// <param name="Height">Its height.</param>
/// <param name="Scale">The place of its scale of colours.</param>
/// <param name="Texts">What is written in it.</param>
internal readonly record struct HeatLegend(int Top, int Height, PixelBox Scale, IReadOnlyList<TextLine> Texts)
{
    private const string Against = "speaks against", Carries = "carries the label", Figures = "second figure: with the part covered that matters most";

    /// <summary>Lays it out.</summary>
    public static HeatLegend Below(DrawingSize size)
    {
        // The longest line has to fit.
        const double any = 100;
        double longest = Math.Max(TextLine.Measure(Figures, any), TextLine.Measure(Against + Carries, any) * 1.7) / any;
        double letters = Math.Min(Math.Max(11, size.Width / 70.0), 0.94 * size.Width / longest);
        int line = Math.Max(3, (int)letters), pad = (line + 1) / 2;
        int baseline = size.Height + pad + line, left = pad + TextLine.Measure(Against, letters) + pad;
        int right = size.Width - pad - TextLine.Measure(Carries, letters) - pad;
        int width = Math.Clamp(right - left, 0, 12 * line);
        return new(size.Height, (2 * line) + (4 * pad), new(left, baseline - line, width, line),
        [
            new(Against, pad, baseline, letters, LabelColors.Black),
            new(Carries, left + width + pad, baseline, letters, LabelColors.Black),
            new(Figures, pad, baseline + line + (2 * pad), letters, LabelColors.Black),
        ]);
    }

    /// <summary>Draws it.</summary>
    public void Draw(PictureCanvas canvas)
    {
        foreach (var text in Texts ?? [])
            canvas.Draw(text);
        Span<byte> pixels = canvas.Pixels;
        for (int x = 0; x < Scale.Width; x++)
        {
            for (int y = Scale.Y; y < Scale.Bottom; y++)
                HeatMap.Set(pixels.Slice(((y * canvas.Width) + Scale.X + x) * 4, 4), HeatMap.Color(new(0xa0), (2f * x / Scale.Width) - 1));
        }
    }
}

using System.Text;
using SkiaSharp;

namespace Mien.Drawing;

/// <summary>A part of a text whose letters one font has.</summary>
/// <param name="text">The part.</param>
/// <param name="font">The font, in its size.</param>
internal sealed class TextRun(string text, SKFont font) : IDisposable
{
    /// <summary>The letters.</summary>
    public string Text => text;

    /// <summary>The font, in its size.</summary>
    public SKFont Font => font;

    /// <summary>How far it reaches, in pixels.</summary>
    public float Width { get; } = font.MeasureText(text);

    /// <summary>Splits a text where another font is needed. Letters that no font has, and control characters, become question marks.</summary>
    /// <param name="text">The text.</param>
    /// <param name="capital">Height of a capital letter in pixels.</param>
    public static IEnumerable<TextRun> Split(string text, double capital)
    {
        // All fonts get the size at which the main font's capitals are so high.
        float size = (float)capital / Fonts.CapitalHeight;
        var letters = new StringBuilder();
        SKTypeface? current = null;
        foreach (Rune rune in text.EnumerateRunes())
        {
            SKTypeface? typeface = Rune.IsControl(rune) ? null : Fonts.For(rune);
            Rune shown = typeface is null ? new Rune('?') : rune;
            typeface ??= Fonts.Main;
            if (current is not null && current != typeface)
            {
                yield return new(letters.ToString(), Font(current));
                letters.Clear();
            }
            current = typeface;
            letters.Append(shown.ToString());
        }
        if (current is not null)
            yield return new(letters.ToString(), Font(current));

        SKFont Font(SKTypeface typeface) => new(typeface, size) { Edging = SKFontEdging.Antialias, Hinting = SKFontHinting.None, Subpixel = true };
    }

    /// <inheritdoc/>
    public void Dispose() => font.Dispose();
}

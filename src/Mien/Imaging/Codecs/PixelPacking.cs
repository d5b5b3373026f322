using System.Runtime.Intrinsics;

namespace Mien.Imaging.Codecs;

/// <summary>Goes between our three bytes a pixel and the four that Skia draws with.</summary>
internal static class PixelPacking
{
    private static readonly Vector128<byte> WithoutFourth = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255);
    private static readonly Vector128<byte> WithFourth = Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255);
    private static readonly Vector128<byte> Opaque = Vector128.Create(0xff000000u).AsByte();

    /// <summary>Drops every fourth byte.</summary>
    public static void ToRgb(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        // Four pixels at a time; what is written beyond them is overwritten by the next four.
        for (; rgb.Length >= 16; rgb = rgb[12..])
        {
            Vector128.Shuffle(Vector128.Create(rgba), WithoutFourth).CopyTo(rgb);
            rgba = rgba[16..];
        }
        for (int from = 0, to = 0; to < rgb.Length; from += 4, to += 3)
            (rgb[to], rgb[to + 1], rgb[to + 2]) = (rgba[from], rgba[from + 1], rgba[from + 2]);
    }

    /// <summary>Adds a fourth byte of 255.</summary>
    public static void ToRgba(ReadOnlySpan<byte> rgb, Span<byte> rgba)
    {
        for (; rgb.Length >= 16; rgb = rgb[12..])
        {
            (Vector128.Shuffle(Vector128.Create(rgb), WithFourth) | Opaque).CopyTo(rgba);
            rgba = rgba[16..];
        }
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
            (rgba[to], rgba[to + 1], rgba[to + 2], rgba[to + 3]) = (rgb[from], rgb[from + 1], rgb[from + 2], byte.MaxValue);
    }

    /// <summary>Makes three equal colours of a gray, and a fourth byte of 255.</summary>
    public static void GrayToRgba(ReadOnlySpan<byte> gray, Span<byte> rgba)
    {
        for (int from = 0, to = 0; from < gray.Length; from++, to += 4)
            (rgba[to], rgba[to + 1], rgba[to + 2], rgba[to + 3]) = (gray[from], gray[from], gray[from], byte.MaxValue);
    }
}

namespace Mien.Imaging;

/// <summary>Turns pictures upright by EXIF's orientation (CIPA DC-008, tag 0x0112).</summary>
internal static class Upright
{
    /// <summary>Returns the size and pixels upright; the same array where nothing is to be turned.</summary>
    /// <param name="width">Width as stored.</param>
    /// <param name="height">Height as stored.</param>
    /// <param name="channels">Bytes a pixel.</param>
    /// <param name="pixels">Height x Width x Channels bytes.</param>
    /// <param name="orientation">1 (upright) to 8; others count as 1.</param>
    public static (int Width, int Height, byte[] Pixels) Turn(int width, int height, int channels, byte[] pixels, int orientation)
    {
        int last = (width * height) - 1, lastRow = last - width + 1;
        // Which stored pixel comes first, and how far it is to that of the next column and of the next row.
        (int first, int column, int row) = orientation switch
        {
            2 => (width - 1, -1, width),
            3 => (last, -1, -width),
            4 => (lastRow, 1, -width),
            5 => (0, width, 1),
            6 => (lastRow, -width, 1),
            7 => (last, -width, -1),
            8 => (width - 1, width, -1),
            _ => (0, 1, width),
        };
        if ((first, column) == (0, 1))
            return (width, height, pixels);
        (int turnedWidth, int turnedHeight) = orientation >= 5 ? (height, width) : (width, height);
        byte[] turned = GC.AllocateUninitializedArray<byte>(pixels.Length);
        for (int y = 0, to = 0; y < turnedHeight; y++)
        {
            for (int x = 0; x < turnedWidth; x++, to += channels)
                pixels.AsSpan((first + (x * column) + (y * row)) * channels, channels).CopyTo(turned.AsSpan(to));
        }
        return (turnedWidth, turnedHeight, turned);
    }
}

using System.Buffers.Binary;

namespace Mien.Imaging.Files;

/// <summary>Reads what a BMP file says of itself, and writes such files, which is less than to ask a library for it.</summary>
internal static class BmpFile
{
    private const int InfoHeader = 14;
    private const int CoreHeaderLength = 12;

    /// <summary>Whether it is BMP: "BM" alone also begins many a text, so the length of the second header counts too.</summary>
    public static bool Matches(ReadOnlySpan<byte> start) =>
        start is [(byte)'B', (byte)'M', ..] && (start.Length <= InfoHeader || start[InfoHeader] is CoreHeaderLength or 40 or 52 or 56 or 64 or 108 or 124);

    public static (long Width, long Height) ReadSize(PictureBytes file) => file.U32(InfoHeader, bigEndian: false) == CoreHeaderLength
        ? (file.U16(18, bigEndian: false), file.U16(20, bigEndian: false))
        : ((int)file.U32(18, bigEndian: false), Math.Abs((long)(int)file.U32(22, bigEndian: false)));

    /// <summary>Checks that the pixels are all there, where their number of bytes is known.</summary>
    public static PictureDetails Inspect(PictureBytes file)
    {
        bool core = file.U32(InfoHeader, bigEndian: false) == CoreHeaderLength;
        int bits = file.U16(core ? 24 : 28, bigEndian: false);
        uint compression = core ? 0 : file.U32(30, bigEndian: false);
        (long width, long height) = ReadSize(file);
        const uint bitFields = 3;
        if (compression is 0 or bitFields)
            file.Require(file.U32(10, bigEndian: false), ((width * bits) + 31) / 32 * 4 * height);
        return new PictureDetails { Orientation = 1, AlphaMayBeUnused = true, IsGray = bits <= 8 && IsGray(file, core, bits) };
    }

    /// <summary>Whether a palette holds grays only.</summary>
    private static bool IsGray(PictureBytes file, bool core, int bits)
    {
        uint used = core ? 0 : file.U32(46, bigEndian: false);
        int entry = core ? 3 : 4, most = 1 << bits, count = used == 0 || used > most ? most : (int)used;
        ReadOnlySpan<byte> palette = file.Slice(InfoHeader + file.U32(InfoHeader, bigEndian: false), (long)count * entry);
        for (; palette.Length >= entry; palette = palette[entry..])
        {
            if (palette[0] != palette[1] || palette[1] != palette[2])
                return false;
        }
        return true;
    }

    /// <summary>Returns a file with 8 bits a pixel for a gray picture and 24 for another; null if it would exceed 2 GB.</summary>
    public static byte[]? Write(Image image)
    {
        const int infoLength = 40, pixelsPerMeter = 3780;
        bool gray = image.Format == PixelFormat.Gray8;
        int colors = gray ? 256 : 0, start = InfoHeader + infoLength + (4 * colors);
        long stride = ((image.Width * (long)image.Channels) + 3) / 4 * 4, length = start + (stride * image.Height);
        if (length > Array.MaxLength)
            return null;
        var file = new byte[length];
        "BM"u8.CopyTo(file);
        int[] fields = [(int)length, 0, start, infoLength, image.Width, image.Height, 1 | (8 * image.Channels << 16), 0, (int)(length - start), pixelsPerMeter, pixelsPerMeter, colors, colors];
        for (int i = 0; i < fields.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2 + (4 * i)), fields[i]);
        for (int i = 0; i < colors; i++)
            file.AsSpan(InfoHeader + infoLength + (4 * i), 3).Fill((byte)i);
        for (int y = 0; y < image.Height; y++)
        {
            // Rows go from the lowest to the highest, colours from blue to red.
            Span<byte> row = file.AsSpan((int)(start + (stride * (image.Height - 1 - y))), image.Width * image.Channels);
            image.Pixels.Slice(y * row.Length, row.Length).CopyTo(row);
            for (int x = 0; !gray && x < row.Length; x += 3)
                (row[x], row[x + 2]) = (row[x + 2], row[x]);
        }
        return file;
    }
}

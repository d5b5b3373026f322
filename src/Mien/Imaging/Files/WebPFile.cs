namespace Mien.Imaging.Files;

/// <summary>What a WebP file says of itself.</summary>
internal static class WebPFile
{
    private const int FirstChunk = 12;

    public static (long Width, long Height) ReadSize(PictureBytes file)
    {
        const long body = FirstChunk + 8;
        ReadOnlySpan<byte> type = file.Slice(FirstChunk, 4);
        if (type.SequenceEqual("VP8 "u8))
            return (file.U16(body + 6, bigEndian: false) & 0x3fff, file.U16(body + 8, bigEndian: false) & 0x3fff);
        if (type.SequenceEqual("VP8L"u8))
        {
            uint bits = file.U32(body + 1, bigEndian: false);
            return ((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1);
        }
        if (type.SequenceEqual("VP8X"u8))
            return (U24(file, body + 4) + 1, U24(file, body + 7) + 1);
        throw file.Damaged("it does not begin with a WebP frame");
    }

    /// <summary>Checks the length and looks for EXIF.</summary>
    public static PictureDetails Inspect(PictureBytes file)
    {
        long end = 8L + file.U32(4, bigEndian: false);
        file.Require(0, end);
        long offset = FirstChunk;
        while (offset + 8 <= end)
        {
            long length = file.U32(offset + 4, bigEndian: false);
            if (file.Slice(offset, 4).SequenceEqual("EXIF"u8))
                return new PictureDetails { Orientation = Exif.Orientation(file.Slice(offset + 8, length)) };
            offset += 8 + length + (length & 1);
        }
        return new PictureDetails { Orientation = 1 };
    }

    private static long U24(PictureBytes file, long offset) => file.U16(offset, bigEndian: false) | ((long)file.U8(offset + 2) << 16);
}

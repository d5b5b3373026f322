namespace Mien.Imaging.Files;

/// <summary>What a JPEG file says of itself.</summary>
internal static class JpegFile
{
    private const byte EndOfImage = 0xd9, StartOfScan = 0xda, Application1 = 0xe1;

    public static (long Width, long Height) ReadSize(PictureBytes file)
    {
        long offset = 2;
        while (true)
        {
            (byte marker, long segment) = NextSegment(file, offset);
            if (marker is StartOfScan or EndOfImage)
                throw file.Damaged("no frame header comes before its data");
            if (IsFrame(marker))
                return (file.U16(segment + 5, bigEndian: true), file.U16(segment + 3, bigEndian: true));
            offset = segment + file.U16(segment, bigEndian: true);
        }
    }

    /// <summary>Walks all segments and scans to the end-of-image marker; one inside the EXIF thumbnail does not count.</summary>
    public static PictureDetails Inspect(PictureBytes file)
    {
        int? orientation = null;
        int scans = 0;
        long offset = 2;
        while (true)
        {
            (byte marker, long segment) = NextSegment(file, offset);
            if (marker == EndOfImage)
                return new PictureDetails { Orientation = orientation ?? 1, Scans = scans };
            int length = file.U16(segment, bigEndian: true);
            if (marker == Application1 && length > 8)
            {
                ReadOnlySpan<byte> body = file.Slice(segment + 2, length - 2);
                if (body.StartsWith(Exif.Prefix))
                    orientation ??= Exif.Orientation(body[Exif.Prefix.Length..]);
            }
            offset = segment + length;
            if (marker == StartOfScan)
            {
                scans++;
                offset = EndOfScan(file, offset);
            }
        }
    }

    private static bool IsFrame(byte marker) => marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc);

    /// <summary>The next marker with a segment, or the end of the image, and where its segment begins. Stray bytes are passed over, as decoders do.</summary>
    private static (byte Marker, long Segment) NextSegment(PictureBytes file, long offset)
    {
        while (true)
        {
            while (file.U8(offset) != 0xff)
                offset++;
            while (file.U8(offset) == 0xff)
                offset++;
            byte marker = file.U8(offset++);
            bool alone = marker is 0 or 1 or 0xd8 or (>= 0xd0 and <= 0xd7);
            if (!alone)
                return (marker, offset);
        }
    }

    /// <summary>Where the coded data of a scan ends: at the next marker that is neither a stuffed zero nor a restart.</summary>
    private static long EndOfScan(PictureBytes file, long offset)
    {
        while (true)
        {
            int found = file.Slice(offset, file.All.Length - offset).IndexOf((byte)0xff);
            if (found < 0)
                throw file.Truncated();
            offset += found;
            byte next = file.U8(offset + 1);
            if (next is not (0 or 0xff or (>= 0xd0 and <= 0xd7)))
                return offset;
            offset += next == 0xff ? 1 : 2;
        }
    }
}

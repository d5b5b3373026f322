using System.Buffers.Binary;

namespace Mien.Imaging.Files;

/// <summary>What a PNG file says of itself.</summary>
internal static class PngFile
{
    private static readonly uint[] CrcTables = MakeCrcTables();

    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];

    public static (long Width, long Height) ReadSize(PictureBytes file) => file.Slice(12, 4).SequenceEqual("IHDR"u8)
        ? (file.U32(16, bigEndian: true), file.U32(20, bigEndian: true))
        : throw file.Damaged("it does not begin with a PNG header");

    /// <summary>Walks all chunks, and drops those that do not matter to the pixels: a decoder unpacks texts and profiles, however large.</summary>
    public static PictureDetails Inspect(PictureBytes file)
    {
        int orientation = 1;
        var kept = new List<Range>();
        int keptLength = Signature.Length;
        long offset = Signature.Length;
        while (true)
        {
            uint length = file.U32(offset, bigEndian: true);
            ReadOnlySpan<byte> chunk = file.Slice(offset, 12L + length);
            ReadOnlySpan<byte> type = chunk.Slice(4, 4);
            bool critical = (type[0] & 0x20) == 0;
            if (critical || type.SequenceEqual("tRNS"u8))
            {
                if (Crc(chunk[4..^4]) != BinaryPrimitives.ReadUInt32BigEndian(chunk[^4..]))
                    throw file.Damaged("a check sum does not match");
                kept.Add((int)offset..(int)(offset + chunk.Length));
                keptLength += chunk.Length;
            }
            else if (type.SequenceEqual("eXIf"u8))
            {
                orientation = Exif.Orientation(chunk[8..^4]);
            }
            offset += chunk.Length;
            if (type.SequenceEqual("IEND"u8))
                break;
        }
        byte color = file.U8(Signature.Length + 8 + 9);
        return new PictureDetails
        {
            Orientation = orientation,
            IsGray = color is 0 or 4,
            Is16Bit = file.U8(Signature.Length + 8 + 8) == 16,
            Cleaned = keptLength == file.All.Length ? null : Join(file, kept, keptLength),
        };
    }

    private static byte[] Join(PictureBytes file, List<Range> kept, int length)
    {
        var cleaned = new byte[length];
        Signature.CopyTo(cleaned);
        int position = Signature.Length;
        foreach (Range range in kept)
        {
            ReadOnlySpan<byte> chunk = file.All[range];
            chunk.CopyTo(cleaned.AsSpan(position));
            position += chunk.Length;
        }
        return cleaned;
    }

    /// <summary>CRC-32 four bytes at a time: table k continues the check sum of a byte by k zero bytes.</summary>
    internal static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint[] tables = CrcTables;
        uint crc = uint.MaxValue;
        for (; bytes.Length >= 4; bytes = bytes[4..])
        {
            crc ^= BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            crc = tables[768 + (byte)crc] ^ tables[512 + (byte)(crc >> 8)] ^ tables[256 + (byte)(crc >> 16)] ^ tables[crc >> 24];
        }
        foreach (byte value in bytes)
            crc = tables[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] MakeCrcTables()
    {
        var tables = new uint[4 * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? 0xedb88320 ^ (value >> 1) : value >> 1;
            tables[i] = value;
        }
        for (int i = 256; i < tables.Length; i++)
            tables[i] = tables[(byte)tables[i - 256]] ^ (tables[i - 256] >> 8);
        return tables;
    }
}

using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Mien.Tests.Imaging;

/// <summary>Picture files made byte by byte, so that no encoder decides what is in them.</summary>
internal static class TestPictures
{
    /// <summary>Four colours of a picture's quarters, so that every way of turning it can be told.</summary>
    public static readonly (byte R, byte G, byte B)[] Quarters = [(220, 30, 30), (30, 200, 30), (40, 40, 230), (240, 240, 240)];

    /// <summary>Four quarters in four colours: top left, top right, bottom left, bottom right.</summary>
    public static Image QuarterPicture(int width = 64, int height = 32)
    {
        var pixels = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++)
        {
            (byte r, byte g, byte b) = Quarters[(i / width < height / 2 ? 0 : 2) + (i % width < width / 2 ? 0 : 1)];
            (pixels[i * 3], pixels[(i * 3) + 1], pixels[(i * 3) + 2]) = (r, g, b);
        }
        return Image.FromPixels(width, height, PixelFormat.Rgb24, pixels);
    }

    /// <summary>Which of <see cref="Quarters"/> lies in each corner, in the order top left, top right, bottom left, bottom right.</summary>
    public static int[] Corners(Image image)
    {
        return [At(0.25, 0.25), At(0.75, 0.25), At(0.25, 0.75), At(0.75, 0.75)];

        int At(double x, double y)
        {
            int i = (((int)(y * image.Height) * image.Width) + (int)(x * image.Width)) * 3;
            (byte r, byte g, byte b) = (image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2]);
            return Enumerable.Range(0, 4).MinBy(q => Math.Abs(Quarters[q].R - r) + Math.Abs(Quarters[q].G - g) + Math.Abs(Quarters[q].B - b));
        }
    }

    /// <summary>A smooth picture with a little texture, the same each time.</summary>
    public static Image Pattern(int width, int height, PixelFormat format)
    {
        var pixels = new byte[width * height * (int)format];
        for (int i = 0; i < pixels.Length; i++)
        {
            int x = i / (int)format % width, y = i / (int)format / width, c = i % (int)format;
            pixels[i] = (byte)(128 + (90 * Math.Sin((x / 9.0) + c)) + (30 * Math.Cos(y / 7.0)));
        }
        return Image.FromPixels(width, height, format, pixels);
    }

    /// <summary>A PNG file of any kind.</summary>
    /// <param name="width">Width.</param>
    /// <param name="height">Height.</param>
    /// <param name="bits">Bits a channel.</param>
    /// <param name="color">PNG's colour type: 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGBA.</param>
    /// <param name="rows">The samples of all rows, without filter bytes.</param>
    /// <param name="extra">Chunks between header and data.</param>
    public static byte[] Png(int width, int height, int bits, int color, byte[] rows, params (string Type, byte[] Body)[] extra)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Chunk(file, "IHDR", [.. Big32(width), .. Big32(height), (byte)bits, (byte)color, 0, 0, 0]);
        foreach ((string type, byte[] body) in extra)
            Chunk(file, type, body);
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            int stride = rows.Length / Math.Max(1, height);
            for (int y = 0; y < height && stride > 0; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(rows, y * stride, stride);
            }
        }
        Chunk(file, "IDAT", data.ToArray());
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>Only the beginning of a PNG file, with a size that nobody should allocate.</summary>
    public static byte[] PngHeader(int width, int height)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Chunk(file, "IHDR", [.. Big32(width), .. Big32(height), 8, 2, 0, 0, 0]);
        return file.ToArray();
    }

    /// <summary>A BMP file with 32 bits a pixel, bottom row first.</summary>
    public static byte[] Bmp32(int width, int height, byte[] bgra)
    {
        using var file = new MemoryStream();
        file.Write("BM"u8);
        file.Write([.. Little32(54 + bgra.Length), .. Little32(0), .. Little32(54)]);
        file.Write([.. Little32(40), .. Little32(width), .. Little32(height), 1, 0, 32, 0]);
        file.Write([.. Little32(0), .. Little32(bgra.Length), .. new byte[16]]);
        file.Write(bgra);
        return file.ToArray();
    }

    /// <summary>An uncompressed TIFF file of one strip, little-endian, its directory after the pixels.</summary>
    /// <param name="width">Width.</param>
    /// <param name="height">Height.</param>
    /// <param name="bits">Bits a channel.</param>
    /// <param name="channels">1 gray, 3 RGB, 4 RGBA.</param>
    /// <param name="samples">The pixels.</param>
    /// <param name="more">Further tags of type SHORT.</param>
    public static byte[] Tiff(int width, int height, int bits, int channels, byte[] samples, params (int Tag, int Value)[] more)
    {
        const int start = 8;
        int bitsAt = start + samples.Length, directory = bitsAt + 8;
        var entries = new List<(int Tag, int Type, int Count, int Value)>
        {
            (256, 4, 1, width), (257, 4, 1, height), (258, 3, channels, channels <= 2 ? bits | (bits << 16) : bitsAt), (259, 3, 1, 1),
            (262, 3, 1, channels == 1 ? 1 : 2), (273, 4, 1, start), (277, 3, 1, channels), (278, 4, 1, height), (279, 4, 1, samples.Length), (284, 3, 1, 1),
        };
        entries.AddRange(more.Select(m => (m.Tag, 3, 1, m.Value)));
        using var file = new MemoryStream();
        file.Write([(byte)'I', (byte)'I', 42, 0, .. Little32(directory)]);
        file.Write(samples);
        for (int i = 0; i < 4; i++)
            file.Write(Little16(bits));
        file.Write(Little16(entries.Count));
        foreach ((int tag, int type, int count, int value) in entries.OrderBy(e => e.Tag))
            file.Write([.. Little16(tag), .. Little16(type), .. Little32(count), .. Little32(value)]);
        file.Write(Little32(0));
        return file.ToArray();
    }

    /// <summary>EXIF data with nothing but an orientation.</summary>
    public static byte[] Exif(int orientation, bool bigEndian)
    {
        byte[] N16(int v) => bigEndian ? [(byte)(v >> 8), (byte)v] : Little16(v);
        byte[] N32(int v) => bigEndian ? Big32(v) : Little32(v);
        return
        [
            .. Encoding.ASCII.GetBytes(bigEndian ? "MM" : "II"), .. N16(42), .. N32(8),
            .. N16(1), .. N16(0x112), .. N16(3), .. N32(1), .. N16(orientation), 0, 0, .. N32(0),
        ];
    }

    /// <summary>A JPEG file with EXIF data behind its first marker.</summary>
    public static byte[] WithExif(byte[] jpeg, byte[] exif)
    {
        byte[] body = [.. "Exif\0\0"u8, .. exif];
        return [0xff, 0xd8, 0xff, 0xe1, .. Big32(body.Length + 2)[2..], .. body, .. jpeg[2..]];
    }

    /// <summary>A simple WebP file turned into an extended one with EXIF data.</summary>
    public static byte[] WebPWithExif(byte[] webp, int width, int height, byte[] exif)
    {
        byte[] frame = webp[12..];
        const byte hasExif = 8;
        byte[] chunks =
        [
            .. "VP8X"u8, .. Little32(10), hasExif, 0, 0, 0, .. Little32(width - 1)[..3], .. Little32(height - 1)[..3],
            .. frame, .. "EXIF"u8, .. Little32(exif.Length), .. exif, .. new byte[exif.Length & 1],
        ];
        return [.. "RIFF"u8, .. Little32(chunks.Length + 4), .. "WEBP"u8, .. chunks];
    }

    public static byte[] Big32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Little32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] Little16(int value) => Little32(value)[..2];

    private static void Chunk(Stream file, string type, byte[] body)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. body];
        uint crc = uint.MaxValue;
        foreach (byte value in named)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
        }
        file.Write(Big32(body.Length));
        file.Write(named);
        file.Write(Big32((int)~crc));
    }
}

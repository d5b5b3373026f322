using Mien.Imaging.Codecs;

namespace Mien.Imaging.Files;

/// <summary>The picture formats that Mien tells apart.</summary>
internal enum PictureFormat
{
    Png,
    Jpeg,
    WebP,
    Bmp,
    Gif,
    Tiff,
    Heic,
    Avif,
    Jpeg2000,
    JpegXl,
}

/// <summary>What a picture file says of itself, read before anything is decoded.</summary>
/// <param name="Format">The format, by the first bytes.</param>
/// <param name="Width">Width in pixels as stored, before EXIF's orientation.</param>
/// <param name="Height">Height in pixels as stored, before EXIF's orientation.</param>
internal readonly record struct PictureHeader(PictureFormat Format, long Width, long Height);

/// <summary>What decoding a picture file needs to know beyond its bytes.</summary>
internal sealed record PictureDetails
{
    /// <summary>EXIF's orientation, 1 (upright) to 8; null where the decoder tells it.</summary>
    public int? Orientation { get; init; }

    /// <summary>Whether the picture is gray although it may decode to colours.</summary>
    public bool IsGray { get; init; }

    /// <summary>Whether a channel has 16 bits.</summary>
    public bool Is16Bit { get; init; }

    /// <summary>Whether alpha that is zero everywhere means that the writer left it unused.</summary>
    public bool AlphaMayBeUnused { get; init; }

    /// <summary>How often all pixels are gone over.</summary>
    public int Scans { get; init; } = 1;

    /// <summary>The file without the parts that do not matter to the pixels; null if it is good as it is.</summary>
    public byte[]? Cleaned { get; init; }
}

/// <summary>Reads what picture files say of themselves: format, size, orientation, and whether they are whole.</summary>
/// <remarks>
/// A decoder would fill the missing half of a truncated JPEG with gray; and it allocates what a header claims. So both are checked
/// here first, without the decoder where the format is simple enough.
/// </remarks>
internal static class PictureFile
{
    /// <summary>The formats that can be read, for messages.</summary>
    internal const string Supported = "JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC, AVIF, JPEG 2000 and JPEG XL";

    /// <summary>The format's name, for messages.</summary>
    public static string Name(this PictureFormat format) => format switch
    {
        PictureFormat.WebP => "WebP",
        PictureFormat.Jpeg2000 => "JPEG 2000",
        PictureFormat.JpegXl => "JPEG XL",
        _ => format.ToString().ToUpperInvariant(),
    };

    /// <summary>Tells the format and size from the header.</summary>
    /// <exception cref="ImageException">It is empty, of no supported format, or it ends inside its header.</exception>
    public static PictureHeader ReadHeader(PictureBytes file)
    {
        PictureFormat format = Identify(file.All) ?? throw Unsupported(file);
        if (format is PictureFormat.Heic or PictureFormat.Avif)
            IsoMediaFile.RequireWhole(file, format);
        (long width, long height) = format switch
        {
            PictureFormat.Png => PngFile.ReadSize(file),
            PictureFormat.Jpeg => JpegFile.ReadSize(file),
            PictureFormat.WebP => WebPFile.ReadSize(file),
            PictureFormat.Bmp => BmpFile.ReadSize(file),
            PictureFormat.Gif => (file.U16(6, bigEndian: false), file.U16(8, bigEndian: false)),
            PictureFormat.Tiff => new TiffDirectory(file).Size,
            _ => MagickCodec.ReadSize(file, format),
        };
        return width > 0 && height > 0 ? new PictureHeader(format, width, height) : throw file.Damaged($"its size is {width}x{height}");
    }

    /// <summary>Reads the rest that decoding needs, and checks that the file is whole.</summary>
    /// <exception cref="ImageException">It is truncated or damaged.</exception>
    public static PictureDetails Inspect(PictureBytes file, PictureFormat format) => format switch
    {
        PictureFormat.Png => PngFile.Inspect(file),
        PictureFormat.Jpeg => JpegFile.Inspect(file),
        PictureFormat.WebP => WebPFile.Inspect(file),
        PictureFormat.Bmp => BmpFile.Inspect(file),
        PictureFormat.Tiff => new TiffDirectory(file).Inspect(),
        PictureFormat.Gif => new PictureDetails { Orientation = 1 },
        _ => new PictureDetails(),
    };

    /// <summary>The format by the first bytes, or null.</summary>
    public static PictureFormat? Identify(ReadOnlySpan<byte> start) => start switch
    {
        _ when start.StartsWith(PngFile.Signature) => PictureFormat.Png,
        [0xff, 0xd8, 0xff, ..] => PictureFormat.Jpeg,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => PictureFormat.WebP,
        _ when BmpFile.Matches(start) => PictureFormat.Bmp,
        [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => PictureFormat.Tiff,
        _ when start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8) => PictureFormat.Gif,
        _ when IsoMediaFile.Identify(start) is { } format => format,
        [0, 0, 0, 12, (byte)'j', (byte)'P', (byte)' ', (byte)' ', 0x0d, 0x0a, 0x87, 0x0a, ..] or [0xff, 0x4f, 0xff, 0x51, ..] => PictureFormat.Jpeg2000,
        [0, 0, 0, 12, (byte)'J', (byte)'X', (byte)'L', (byte)' ', 0x0d, 0x0a, 0x87, 0x0a, ..] or [0xff, 0x0a, ..] => PictureFormat.JpegXl,
        _ => null,
    };

    /// <summary>The error for bytes that are none of the supported formats.</summary>
    public static ImageException Unsupported(PictureBytes file) => file.All.IsEmpty
        ? new($"{file.Source}: the file is empty.")
        : new($"{file.Source}: not a supported picture, it looks like {LooksLike(file.All)}. Supported are {Supported}.");

    /// <summary>What bytes of another format look like, for messages: "text".</summary>
    public static string LooksLike(ReadOnlySpan<byte> start) => start switch
    {
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => "a video",
        [0x1a, 0x45, 0xdf, 0xa3, ..] => "a video",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] => "a video or sound",
        [(byte)'I', (byte)'I', 43, 0, ..] or [(byte)'M', (byte)'M', 0, 43, ..] => "a BigTIFF picture",
        [(byte)'8', (byte)'B', (byte)'P', (byte)'S', ..] => "a Photoshop document",
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "a PDF document",
        [(byte)'P', (byte)'K', 3, 4, ..] => "a ZIP archive",
        [0x1f, 0x8b, ..] => "a gzip archive",
        _ when IsText(start) => "text",
        _ => "an unknown format",
    };

    /// <summary>Whether the first bytes are text.</summary>
    public static bool IsText(ReadOnlySpan<byte> start)
    {
        foreach (byte value in start[..Math.Min(start.Length, 512)])
        {
            if (value is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f'))
                return false;
        }
        return true;
    }
}

namespace Mien.Imaging.Files;

/// <summary>The one thing of EXIF that changes pixels: how the camera was held.</summary>
internal static class Exif
{
    private const int OrientationTag = 0x112;

    /// <summary>What stands before the data in a JPEG file, and sometimes in a WebP file.</summary>
    internal static ReadOnlySpan<byte> Prefix => "Exif\0\0"u8;

    /// <summary>The orientation, 1 (upright) to 8; 1 also where the data has none or is damaged, because the picture is good without.</summary>
    public static int Orientation(ReadOnlySpan<byte> exif)
    {
        if (exif.StartsWith(Prefix))
            exif = exif[Prefix.Length..];
        try
        {
            var directory = new TiffDirectory(new PictureBytes(exif, ""));
            return directory.Value(OrientationTag) is { } value and >= 1 and <= 8 ? (int)value : 1;
        }
        catch (ImageException)
        {
            return 1;
        }
    }
}

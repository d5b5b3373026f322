using ImageMagick;

namespace Mien.Tests.Imaging;

/// <summary>A small picture file of each kind that is read.</summary>
internal static class PictureSeeds
{
    /// <summary>
    /// <see cref="TestPictures.QuarterPicture"/> as a telephone writes it: HEVC in tiles, stored lying on its side, turned by the
    /// container's irot box, and with EXIF data that say the same. By heif-enc 1.15; the irot box was added by hand.
    /// </summary>
    public static readonly byte[] Heic = Convert.FromBase64String(
        "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAe9tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAAAAAAACAAAAEGlkYXQAAAAAAEAAIAAAAExpbG9jAQ" +
        "AAAERAAAMAAQAAAAAAAAIJAAEAAAAKAAABBgACAAEAAAAAAAAAAQAAAAAAAAAIAAMAAAAAAAADDwABAAAACgAAACIAAABNaWluZgAAAAAAAwAAABVpbmZlAgAAAQABAABodmMxAAAAABVpbmZlAgAA" +
        "AAACAABncmlkAAAAABVpbmZlAgAAAQADAABFeGlmAAAAAONpcHJwAAAAwGlwY28AAAB3aHZjQwEECAAAAAAAAAAAAB7wAPz/+PgAAA8DIAABABdAAQwB//8ECAAAAwCeOAAAAwAAHroCQCEAAQAqQg" +
        "EBBAgAAAMAnjgAAAMAAB6QBBAgst1clNc3AgIGBAAAAwAEAAADAAQgIgABAAhEAcFzGDAIkAAAABRpc3BlAAAAAAAAAEAAAABAAAAAFGlzcGUAAAAAAAAAQAAAACAAAAAQcGl4aQAAAAADCAgIAAAA" +
        "CWlyb3QDAAAAG2lwbWEAAAAAAAAAAgABAoECAAIDA4SFAAAAKGlyZWYAAAAAAAAADmRpbWcAAgABAAEAAAAOY2RzYwADAAEAAgAAATBtZGF0AAABAigBrwY4Wve238Sk///2Rz6H9VP6J+Vul+lePI" +
        "/sh5//66MqJpKlJyGeQfChByYoHBvUFkBeesJI/NLmPAb06lJXY8KhwzcCut9djrFCOUQf5zUq/3zY//zZg//xwfrRfa3T9fvr/66FY9ecC7e/zl1c/ZMPKwSsCOGRLJa6cYaafneWmrdx8DWBcW8K" +
        "fzanbgJuBRsbrnubcVfGCyRfwA5c8mFmg/R2XN17hI8QgZEa+GvgGae2mKXlQExcd1Boaq0gx7Zmze2xm6S9Y6hDYOsj/R/zh6iBJSrKT2Dnp+OMsixCIS7td492qY2nZPtPs7Qf81XpG3XbmXWVSp" +
        "V/XiKyMAAAAABJSSoACAAAAAEAEgEDAAEAAAAGAAAAAAAAAAAAAAA=");

    /// <summary>The files by what they are.</summary>
    public static IReadOnlyDictionary<string, byte[]> All { get; } = Make();

    /// <summary>A picture as ImageMagick sees it.</summary>
    public static MagickImage Magick(Image image)
    {
        var picture = new MagickImage();
        picture.ReadPixels(image.Pixels, new PixelReadSettings((uint)image.Width, (uint)image.Height, StorageType.Char, image.Format == PixelFormat.Gray8 ? "I" : "RGB"));
        return picture;
    }

    /// <summary>Several pictures in one file, each darker than the one before.</summary>
    public static byte[] Several(MagickFormat format, int count = 3)
    {
        using var pictures = new MagickImageCollection();
        for (int i = 0; i < count; i++)
        {
            var picture = Magick(TestPictures.Pattern(40, 24, PixelFormat.Rgb24));
            picture.Modulate(new Percentage(100 - (30 * i)));
            picture.AnimationDelay = 10;
            pictures.Add(picture);
        }
        return pictures.ToByteArray(format);
    }

    private static Dictionary<string, byte[]> Make()
    {
        Image color = TestPictures.Pattern(65, 49, PixelFormat.Rgb24), gray = TestPictures.Pattern(65, 49, PixelFormat.Gray8);
        byte[] Of(Image image, MagickFormat format, Action<MagickImage>? change = null)
        {
            using var picture = Magick(image);
            change?.Invoke(picture);
            return picture.ToByteArray(format);
        }
        return new()
        {
            ["jpeg"] = color.Encode(".jpg"),
            ["gray jpeg"] = gray.Encode(".jpg"),
            ["progressive jpeg"] = Of(color, MagickFormat.Pjpeg),
            ["cmyk jpeg"] = Of(color, MagickFormat.Jpeg, picture => picture.ColorSpace = ColorSpace.CMYK),
            ["jpeg with exif"] = TestPictures.WithExif(color.Encode(".jpg"), TestPictures.Exif(6, bigEndian: true)),
            ["png"] = color.Encode(".png"),
            ["16 bit png"] = Of(color, MagickFormat.Png48),
            ["palette png"] = Of(color, MagickFormat.Png8),
            ["interlaced png"] = Of(color, MagickFormat.Png, picture => picture.Settings.Interlace = Interlace.Png),
            ["webp"] = color.Encode(".webp"),
            ["lossless webp"] = Of(color, MagickFormat.WebP, picture => picture.Settings.SetDefine(MagickFormat.WebP, "lossless", "true")),
            ["animated webp"] = Several(MagickFormat.WebP),
            ["gif"] = Of(color, MagickFormat.Gif),
            ["animated gif"] = Several(MagickFormat.Gif),
            ["bmp"] = color.Encode(".bmp"),
            ["gray bmp"] = gray.Encode(".bmp"),
            ["run length bmp"] = Of(color, MagickFormat.Bmp3, picture => (picture.ColorType, picture.Settings.Compression) = (ColorType.Palette, CompressionMethod.RLE)),
            ["tiff"] = color.Encode(".tiff"),
            ["deflate tiff"] = Of(color, MagickFormat.Tiff, picture => picture.Settings.Compression = CompressionMethod.Zip),
            ["jpeg tiff"] = Of(color, MagickFormat.Tiff, picture => picture.Settings.Compression = CompressionMethod.JPEG),
            ["fax tiff"] = Of(gray, MagickFormat.Tiff, picture => (picture.ColorType, picture.Settings.Compression) = (ColorType.Bilevel, CompressionMethod.Group4)),
            ["tiled tiff"] = Of(color, MagickFormat.Tiff, picture => picture.Settings.SetDefine(MagickFormat.Tiff, "tile-geometry", "16x16")),
            ["16 bit tiff"] = Of(color, MagickFormat.Tiff, picture => picture.Depth = 16),
            ["heic"] = Heic,
            ["avif"] = Of(color, MagickFormat.Avif),
            ["jxl"] = Of(color, MagickFormat.Jxl),
            ["animated jxl"] = Several(MagickFormat.Jxl),
            ["jp2"] = Of(color, MagickFormat.Jp2),
            ["j2k"] = Of(color, MagickFormat.J2k),
        };
    }
}

using ImageMagick;

namespace Mien.Tests.Imaging;

/// <summary>The formats that came with ImageMagick, and pictures of several frames.</summary>
public sealed class ImageFormatTests
{
    [Fact]
    public void The_photo_of_a_telephone_is_turned_upright_once()
    {
        Image image = Image.Decode(PictureSeeds.Heic);
        Assert.Equal((32, 64, PixelFormat.Rgb24), (image.Width, image.Height, image.Format));
        Assert.Equal([2, 0, 3, 1], TestPictures.Corners(image));
    }

    [Theory]
    [InlineData(MagickFormat.Avif)]
    [InlineData(MagickFormat.Jxl)]
    [InlineData(MagickFormat.Jp2)]
    [InlineData(MagickFormat.J2k)]
    [InlineData(MagickFormat.Gif)]
    public void Each_format_gives_nearly_the_same_pixels(MagickFormat format)
    {
        Image image = TestPictures.Pattern(65, 49, PixelFormat.Rgb24);
        using var picture = PictureSeeds.Magick(image);
        picture.Quality = 95;
        Assert.True(Difference(image, Image.Decode(picture.ToByteArray(format))) < 6);
    }

    [Theory]
    [InlineData(MagickFormat.Avif)]
    [InlineData(MagickFormat.Jxl)]
    public void The_orientation_turns_the_picture_upright_once(MagickFormat format)
    {
        int[][] corners = [[0, 1, 2, 3], [1, 0, 3, 2], [3, 2, 1, 0], [2, 3, 0, 1], [0, 2, 1, 3], [2, 0, 3, 1], [3, 1, 2, 0], [1, 3, 0, 2]];
        for (int orientation = 1; orientation <= 8; orientation++)
        {
            using var picture = PictureSeeds.Magick(TestPictures.QuarterPicture());
            var exif = new ExifProfile();
            exif.SetValue(ExifTag.Orientation, (ushort)orientation);
            picture.SetProfile(exif);
            picture.Orientation = (Orientation)orientation;
            Image image = Image.Decode(picture.ToByteArray(format));
            Assert.Equal(orientation >= 5 ? (32, 64) : (64, 32), (image.Width, image.Height));
            Assert.Equal(corners[orientation - 1], TestPictures.Corners(image));
        }
    }

    [Theory]
    [InlineData(MagickFormat.Avif)]
    [InlineData(MagickFormat.Jxl)]
    [InlineData(MagickFormat.Jp2)]
    [InlineData(MagickFormat.WebP)]
    public void Alpha_is_laid_onto_white(MagickFormat format)
    {
        using var picture = new MagickImage(new MagickColor(255, 0, 0, 128), 32, 32) { Quality = 100 };
        Image image = Image.Decode(picture.ToByteArray(format));
        int middle = ((16 * 32) + 16) * 3;
        Assert.InRange(image.Pixels[middle], 250, 255);
        Assert.InRange(image.Pixels[middle + 1], 120, 135);
        Assert.InRange(image.Pixels[middle + 2], 120, 135);
    }

    [Fact]
    public void Gray_stays_gray()
    {
        using var picture = PictureSeeds.Magick(TestPictures.Pattern(32, 20, PixelFormat.Gray8));
        picture.ColorType = ColorType.Grayscale;
        foreach (var format in (MagickFormat[])[MagickFormat.Jxl, MagickFormat.Jp2, MagickFormat.Tiff])
            Assert.Equal(PixelFormat.Gray8, Image.Decode(picture.ToByteArray(format)).Format);
    }

    [Theory]
    [InlineData(MagickFormat.Gif)]
    [InlineData(MagickFormat.WebP)]
    [InlineData(MagickFormat.Jxl)]
    [InlineData(MagickFormat.Tiff)]
    [InlineData(MagickFormat.Avif)]
    public void Of_several_pictures_the_first_is_read(MagickFormat format)
    {
        Image image = Image.Decode(PictureSeeds.Several(format));
        Assert.True(Difference(TestPictures.Pattern(40, 24, PixelFormat.Rgb24), image) < 8);
    }

    [Fact]
    public void An_animated_webp_of_the_shared_cases_is_read() =>
        Assert.NotNull(Image.Load(SharedData.Require("cases", "15-animated-webp", "two-frames.webp")));

    [Theory]
    [InlineData("heic")]
    [InlineData("avif")]
    [InlineData("jxl")]
    [InlineData("jp2")]
    [InlineData("j2k")]
    [InlineData("gif")]
    [InlineData("16 bit png")]
    [InlineData("tiled tiff")]
    public void A_file_cut_anywhere_is_refused(string kind)
    {
        byte[] whole = PictureSeeds.All[kind];
        for (int length = 0; length < whole.Length - 1; length += Math.Max(1, whole.Length / 150))
        {
            var error = Assert.Throws<ImageException>(() => Image.Decode(whole.AsSpan(0, length), "cut.file"));
            Assert.StartsWith("cut.file: ", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("heic")]
    [InlineData("avif")]
    [InlineData("jxl")]
    [InlineData("jp2")]
    [InlineData("j2k")]
    public void Too_many_pixels_are_refused_before_they_are_decoded(string kind)
    {
        var error = Assert.Throws<ImageException>(() => Image.Decode(PictureSeeds.All[kind], "large", new ImageLimits { MaximumPixels = 500 }));
        Assert.Contains("limit of 0.0005 megapixels", error.Message, StringComparison.Ordinal);
    }

    /// <summary>ImageMagick would run, fetch or draw all of these.</summary>
    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>")]
    [InlineData("<?xml version='1.0'?><image><read filename='/etc/passwd'/></image>")]
    [InlineData("push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 'https://localhost/'\npop graphic-context")]
    [InlineData("%!PS-Adobe-3.0 EPSF-3.0\nshowpage")]
    [InlineData("%PDF-1.7\n")]
    [InlineData("P6 1 1 255 abc")]
    [InlineData("https://localhost/a.png")]
    [InlineData("@/etc/passwd")]
    [InlineData("xc:red")]
    [InlineData("MATLAB 5.0 MAT-file")]
    public void What_is_no_picture_never_reaches_a_decoder(string content) =>
        Assert.Contains("not a supported picture", Assert.Throws<ImageException>(() => Image.Decode(System.Text.Encoding.UTF8.GetBytes(content), "a.jpg")).Message, StringComparison.Ordinal);

    private static double Difference(Image expected, Image actual)
    {
        Assert.Equal((expected.Width, expected.Height, expected.Format), (actual.Width, actual.Height, actual.Format));
        double difference = 0;
        for (int i = 0; i < expected.Pixels.Length; i++)
            difference += Math.Abs(expected.Pixels[i] - actual.Pixels[i]);
        return difference / expected.Pixels.Length;
    }
}

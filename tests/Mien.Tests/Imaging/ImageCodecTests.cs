using System.Buffers.Binary;

namespace Mien.Tests.Imaging;

/// <summary>Reading and writing pictures through OpenCV.</summary>
public sealed class ImageCodecTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mien pictures äöü 表情 ").FullName;

    public static TheoryData<string, int, int, PixelFormat> LosslessCases()
    {
        var data = new TheoryData<string, int, int, PixelFormat>();
        foreach (string extension in (string[])[".png", ".bmp", ".tiff", ".tif"])
        {
            foreach ((int width, int height) in ((int, int)[])[(1, 1), (3, 1), (1, 3), (17, 5), (64, 48)])
            {
                data.Add(extension, width, height, PixelFormat.Gray8);
                data.Add(extension, width, height, PixelFormat.Rgb24);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(LosslessCases))]
    public void Formats_without_loss_give_back_the_same_pixels(string extension, int width, int height, PixelFormat format)
    {
        Image image = TestPictures.Pattern(width, height, format);
        AssertSame(image, Image.Decode(image.Encode(extension)));
    }

    [Theory]
    [InlineData(".jpg", 1, 1)]
    [InlineData(".jpeg", 3, 1)]
    [InlineData(".jpg", 1, 9)]
    [InlineData(".jpg", 65, 49)]
    [InlineData(".webp", 1, 1)]
    [InlineData(".webp", 3, 1)]
    [InlineData(".webp", 65, 49)]
    public void Formats_with_loss_give_back_nearly_the_same_pixels(string extension, int width, int height)
    {
        Image image = TestPictures.Pattern(width, height, PixelFormat.Rgb24);
        Image decoded = Image.Decode(image.Encode(extension));
        Assert.Equal((width, height, PixelFormat.Rgb24), (decoded.Width, decoded.Height, decoded.Format));
        double difference = 0;
        for (int i = 0; i < image.Pixels.Length; i++)
            difference += Math.Abs(image.Pixels[i] - decoded.Pixels[i]);
        Assert.True(difference / image.Pixels.Length < 8, $"mean difference {difference / image.Pixels.Length}");
    }

    [Fact]
    public void Quality_changes_the_size_of_a_jpeg()
    {
        Image image = TestPictures.Pattern(64, 64, PixelFormat.Rgb24);
        Assert.True(image.Encode(".jpg", 20).Length < image.Encode(".jpg", 95).Length);
    }

    [Fact]
    public void A_gray_jpeg_stays_gray_and_a_gray_webp_becomes_colour()
    {
        Image gray = TestPictures.Pattern(32, 20, PixelFormat.Gray8);
        Assert.Equal(PixelFormat.Gray8, Image.Decode(gray.Encode(".jpg")).Format);
        Assert.Equal(PixelFormat.Rgb24, Image.Decode(gray.Encode(".webp")).Format);
    }

    [Fact]
    public void Colours_are_in_the_order_red_green_blue()
    {
        byte[] png = TestPictures.Png(1, 1, 8, 2, [200, 100, 50]);
        Assert.Equal([200, 100, 50], Image.Decode(png).Pixels.ToArray());
    }

    /// <summary>Which quarter lies in each corner after turning the stored picture upright, by EXIF's definition.</summary>
    [Theory]
    [InlineData(1, 0, 1, 2, 3)]
    [InlineData(2, 1, 0, 3, 2)]
    [InlineData(3, 3, 2, 1, 0)]
    [InlineData(4, 2, 3, 0, 1)]
    [InlineData(5, 0, 2, 1, 3)]
    [InlineData(6, 2, 0, 3, 1)]
    [InlineData(7, 3, 1, 2, 0)]
    [InlineData(8, 1, 3, 0, 2)]
    [InlineData(0, 0, 1, 2, 3)]
    [InlineData(9, 0, 1, 2, 3)]
    public void The_orientation_of_exif_turns_the_picture_upright(int orientation, params int[] corners)
    {
        Image stored = TestPictures.QuarterPicture();
        byte[] exif = TestPictures.Exif(orientation, bigEndian: false);
        byte[][] files =
        [
            TestPictures.WithExif(stored.Encode(".jpg"), exif),
            TestPictures.WithExif(stored.Encode(".jpg"), TestPictures.Exif(orientation, bigEndian: true)),
            TestPictures.Png(64, 32, 8, 2, stored.Pixels.ToArray(), ("eXIf", exif)),
            TestPictures.WebPWithExif(stored.Encode(".webp"), 64, 32, exif),
            TestPictures.Tiff(64, 32, 8, 3, stored.Pixels.ToArray(), (274, orientation is 0 or 9 ? 1 : orientation)),
        ];
        foreach (byte[] file in files)
        {
            Image image = Image.Decode(file);
            Assert.Equal(orientation is >= 5 and <= 8 ? (32, 64) : (64, 32), (image.Width, image.Height));
            Assert.Equal(corners, TestPictures.Corners(image));
        }
    }

    [Fact]
    public void Damaged_exif_data_do_not_matter()
    {
        byte[] jpeg = TestPictures.QuarterPicture().Encode(".jpg");
        byte[] exif = TestPictures.Exif(6, bigEndian: false);
        for (int length = 0; length < 14; length++)
            Assert.Equal(64, Image.Decode(TestPictures.WithExif(jpeg, exif[..length])).Width);
        exif[4] = 0xff;
        Assert.Equal(64, Image.Decode(TestPictures.WithExif(jpeg, exif)).Width);
    }

    [Fact]
    public void Alpha_is_laid_onto_white()
    {
        byte[] rgba = [255, 0, 0, 128, 9, 9, 9, 0, 10, 20, 30, 255];
        Image image = Image.Decode(TestPictures.Png(3, 1, 8, 6, rgba));
        Assert.Equal(PixelFormat.Rgb24, image.Format);
        Assert.Equal([255, 127, 127, 255, 255, 255, 10, 20, 30], image.Pixels.ToArray());
    }

    [Fact]
    public void Gray_with_alpha_stays_gray()
    {
        Image image = Image.Decode(TestPictures.Png(3, 1, 8, 4, [100, 255, 100, 0, 0, 128]));
        Assert.Equal(PixelFormat.Gray8, image.Format);
        Assert.Equal([100, 255, 127], image.Pixels.ToArray());
    }

    [Fact]
    public void A_palette_may_hold_transparent_colours()
    {
        byte[] png = TestPictures.Png(2, 1, 8, 3, [0, 1], ("PLTE", [255, 0, 0, 0, 0, 255]), ("tRNS", [0]));
        Assert.Equal([255, 255, 255, 0, 0, 255], Image.Decode(png).Pixels.ToArray());
    }

    [Fact]
    public void A_transparent_webp_is_laid_onto_white()
    {
        // 4x4 pixels of half transparent red, without loss, by Pillow 9.4.
        byte[] webp = Convert.FromBase64String("UklGRhwAAABXRUJQVlA4TA8AAAAvA8AAEAcQ/Y8CBiKi/wEA");
        Image image = Image.Decode(webp);
        Assert.Equal((4, 4), (image.Width, image.Height));
        Assert.Equal([255, 127, 127], image.Pixels[..3].ToArray());
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(8, 2)]
    [InlineData(16, 1)]
    [InlineData(16, 2)]
    public void Tiff_with_alpha_is_laid_onto_white(int bits, int extraSamples)
    {
        const int multiplied = 1;
        byte red = extraSamples == multiplied ? (byte)128 : (byte)255;
        byte[] samples = bits == 8 ? [red, 0, 0, 128] : [red, red, 0, 0, 0, 0, 128, 128];
        byte[] pixels = Image.Decode(TestPictures.Tiff(1, 1, bits, 4, samples, (338, extraSamples))).Pixels.ToArray();
        Assert.Equal([255, 127, 127], pixels);
    }

    [Fact]
    public void A_bmp_whose_fourth_byte_is_unused_is_opaque()
    {
        Assert.Equal([3, 2, 1, 6, 5, 4], Image.Decode(TestPictures.Bmp32(2, 1, [1, 2, 3, 0, 4, 5, 6, 0])).Pixels.ToArray());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(128, 0)]
    [InlineData(129, 1)]
    [InlineData(257, 1)]
    [InlineData(25700, 100)]
    [InlineData(65535, 255)]
    public void Sixteen_bits_are_scaled_to_eight(ushort stored, byte expected)
    {
        byte[] sample = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(sample, stored);
        Image gray = Image.Decode(TestPictures.Png(1, 1, 16, 0, sample));
        Assert.Equal((PixelFormat.Gray8, expected), (gray.Format, gray.Pixels[0]));
        Image color = Image.Decode(TestPictures.Png(1, 1, 16, 2, [.. sample, 0, 0, 255, 255]));
        Assert.Equal([expected, 0, 255], color.Pixels.ToArray());
        Image alpha = Image.Decode(TestPictures.Png(1, 1, 16, 6, [.. sample, 0, 0, 255, 255, 255, 255]));
        Assert.Equal([expected, 0, 255], alpha.Pixels.ToArray());
        Image tiff = Image.Decode(TestPictures.Tiff(1, 1, 16, 1, TestPictures.Little16(stored)));
        Assert.Equal((PixelFormat.Gray8, expected), (tiff.Format, tiff.Pixels[0]));
    }

    [Fact]
    public void A_black_and_white_png_is_gray()
    {
        Image image = Image.Decode(TestPictures.Png(4, 1, 1, 0, [0b1010_0000]));
        Assert.Equal(PixelFormat.Gray8, image.Format);
        Assert.Equal([255, 0, 255, 0], image.Pixels.ToArray());
    }

    [Fact]
    public void A_tiff_with_floating_point_pixels_is_refused()
    {
        const int sampleFormat = 339, floatingPoint = 3;
        byte[] tiff = TestPictures.Tiff(1, 1, 32, 1, BitConverter.GetBytes(0.5f), (sampleFormat, floatingPoint));
        var error = Assert.Throws<ImageException>(() => Image.Decode(tiff, "float.tiff"));
        Assert.Contains("float.tiff", error.Message, StringComparison.Ordinal);
        Assert.Contains("8 and 16 bits", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gif_is_read_or_refused_by_name()
    {
        byte[] gif = Convert.FromBase64String("R0lGODdhBAAEAIEAAP8AAAAAAAAAAAAAACwAAAAABAAEAAAICQABCBxIsCCAgAA7");
        try
        {
            Assert.Equal([255, 0, 0], Image.Decode(gif).Pixels[..3].ToArray());
        }
        catch (ImageException error)
        {
            Assert.Contains("does not read GIF", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Chunks_that_libpng_complains_about_are_passed_over()
    {
        byte[] png = TestPictures.Png(1, 1, 8, 2, [1, 2, 3], ("iCCP", "broken\0\0not a profile"u8.ToArray()), ("tIME", [1]));
        Assert.Equal([1, 2, 3], Image.Decode(png).Pixels.ToArray());
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".jpg")]
    [InlineData(".webp")]
    [InlineData(".bmp")]
    [InlineData(".tiff")]
    public void A_file_cut_anywhere_is_refused(string extension)
    {
        byte[] whole = TestPictures.Pattern(40, 24, PixelFormat.Rgb24).Encode(extension);
        for (int length = 0; length < whole.Length; length++)
        {
            var error = Assert.Throws<ImageException>(() => Image.Decode(whole.AsSpan(0, length), "cut.file"));
            Assert.StartsWith("cut.file: ", error.Message, StringComparison.Ordinal);
            if (length > 64)
                Assert.Contains("truncated", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_jpeg_may_hold_a_thumbnail_with_an_end_of_its_own()
    {
        byte[] jpeg = TestPictures.Pattern(40, 24, PixelFormat.Rgb24).Encode(".jpg");
        byte[] file = TestPictures.WithExif(jpeg, [.. TestPictures.Exif(1, bigEndian: true), .. jpeg]);
        Assert.Equal(40, Image.Decode(file).Width);
        Assert.Throws<ImageException>(() => Image.Decode(file.AsSpan(0, file.Length - 2)));
    }

    [Fact]
    public void What_follows_the_end_of_a_picture_does_not_matter()
    {
        Image image = TestPictures.Pattern(40, 24, PixelFormat.Rgb24);
        foreach (string extension in (string[])[".png", ".jpg", ".webp", ".bmp", ".tiff"])
            Assert.Equal(40, Image.Decode([.. image.Encode(extension), 1, 2, 3, 0xff, 0xd8]).Width);
    }

    [Fact]
    public void A_png_with_a_wrong_check_sum_is_damaged()
    {
        byte[] png = TestPictures.Png(4, 4, 8, 0, new byte[16]);
        png[^20] ^= 1;
        var error = Assert.Throws<ImageException>(() => Image.Decode(png, "a.png"));
        Assert.Contains("a.png: the file is damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_saved_and_loaded_by_paths_with_spaces_and_any_letters()
    {
        Image image = TestPictures.Pattern(12, 7, PixelFormat.Rgb24);
        foreach (string name in (string[])["Grüße aus Köln.png", "笑 顔.PNG", "emoji 😀.tiff", "un'accento è.bmp"])
        {
            string path = Path.Combine(_folder, name);
            image.Save(path);
            AssertSame(image, Image.Load(path));
        }
        Assert.Equal(4, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void Saving_replaces_a_file()
    {
        string path = Path.Combine(_folder, "a.png");
        TestPictures.Pattern(50, 50, PixelFormat.Rgb24).Save(path);
        TestPictures.Pattern(3, 2, PixelFormat.Gray8).Save(path);
        Assert.Equal(3, Image.Load(path).Width);
    }

    [Fact]
    public void Content_counts_and_not_the_name()
    {
        string path = Path.Combine(_folder, "photo.jpg");
        File.WriteAllBytes(path, TestPictures.Png(1, 1, 8, 2, [1, 2, 3]));
        Assert.Equal([1, 2, 3], Image.Load(path).Pixels.ToArray());
    }

    [Fact]
    public void Threads_may_decode_at_the_same_time()
    {
        Image image = TestPictures.Pattern(60, 40, PixelFormat.Rgb24);
        byte[] png = image.Encode(".png");
        Parallel.For(0, 200, _ => AssertSame(image, Image.Decode(png)));
    }

    [Fact]
    public void The_photo_with_alpha_of_the_shared_data_is_read()
    {
        Image image = Image.Load(SharedData.Require("data", "media", "with_alpha.png"));
        Assert.Equal(PixelFormat.Rgb24, image.Format);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void AssertSame(Image expected, Image actual)
    {
        Assert.Equal((expected.Width, expected.Height, expected.Format), (actual.Width, actual.Height, actual.Format));
        Assert.True(expected.Pixels.SequenceEqual(actual.Pixels), "the pixels differ");
    }
}

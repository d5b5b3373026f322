using Mien.Imaging.Files;

namespace Mien.Tests.Imaging;

/// <summary>What goes wrong with pictures, and how it is said.</summary>
public sealed class ImageErrorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mien errors ").FullName;

    public static TheoryData<string, byte[]> Bombs() => new()
    {
        { "png", TestPictures.PngHeader(60000, 60000) },
        { "jpeg", [0xff, 0xd8, 0xff, 0xe0, 0, 2, 0xff, 0xc0, 0, 11, 8, 0xff, 0xff, 0xff, 0xff, 1, 1, 0x11, 0] },
        { "webp", [.. "RIFF"u8, .. TestPictures.Little32(22), .. "WEBPVP8X"u8, .. TestPictures.Little32(10), 0, 0, 0, 0, 0xff, 0xff, 0, 0xff, 0xff, 0] },
        { "webp without loss", [.. "RIFF"u8, .. TestPictures.Little32(20), .. "WEBPVP8L"u8, .. TestPictures.Little32(8), 0x2f, 0xff, 0xff, 0xff, 0xff, 0, 0, 0] },
        { "bmp", TestPictures.Bmp32(60000, -60000, []) },
        { "tiff", TestPictures.Tiff(60000, 60000, 8, 3, [1, 2, 3]) },
        { "gif", [.. "GIF89a"u8, 0xff, 0xff, 0xff, 0xff, 0, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_file_that_claims_too_many_pixels_is_refused_before_it_is_decoded(string name, byte[] file)
    {
        var error = Assert.Throws<ImageException>(() => Image.Decode(file, name));
        Assert.StartsWith(name + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains("limit of 100 megapixels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limit_can_be_set()
    {
        byte[] png = TestPictures.Png(10, 10, 8, 0, new byte[100]);
        Image.Decode(png, "a", new ImageLimits { MaximumPixels = 100 });
        var error = Assert.Throws<ImageException>(() => Image.Decode(png, "a", new ImageLimits { MaximumPixels = 99 }));
        Assert.Contains("10x10", error.Message, StringComparison.Ordinal);
        Assert.Contains("0.000099 megapixels", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageLimits { MaximumPixels = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageLimits { MaximumPixels = long.MaxValue });
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("This is no picture.\n", "looks like text")]
    [InlineData("BMW builds cars, and this is text.", "looks like text")]
    [InlineData("%PDF-1.7", "PDF")]
    [InlineData("8BPS\u0001", "Photoshop")]
    [InlineData("\0\0\0\u0018ftypheic", "HEIC")]
    [InlineData("\0\0\0\u0018ftypmif1", "HEIC")]
    [InlineData("\0\0\0\u0018ftypavif", "AVIF")]
    [InlineData("\0\0\0\u0018ftypisom", "a video")]
    [InlineData("\0\u0001\u0002\u0003", "an unknown format")]
    public void Other_files_are_told_by_their_content(string content, string expected)
    {
        string path = Path.Combine(_folder, "photo ä.jpg");
        File.WriteAllText(path, content);
        var error = Assert.Throws<ImageException>(() => Image.Load(path));
        Assert.StartsWith(path + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_files_and_folders_are_named()
    {
        string path = Path.Combine(_folder, "none.png");
        Assert.Equal($"{path}: cannot be read: there is no such file.", Assert.Throws<ImageException>(() => Image.Load(path)).Message);
        path = Path.Combine(_folder, "no folder", "none.png");
        Assert.Equal($"{path}: cannot be read: there is no such folder.", Assert.Throws<ImageException>(() => Image.Load(path)).Message);
        Assert.Equal($"{_folder}: cannot be read: it is a folder.", Assert.Throws<ImageException>(() => Image.Load(_folder)).Message);
    }

    [Theory]
    [InlineData("png")]
    [InlineData("jpeg")]
    [InlineData("webp")]
    [InlineData("bmp")]
    [InlineData("tiff")]
    public void Random_damage_gives_a_picture_or_an_image_exception(string format)
    {
        byte[] rgb = TestPictures.QuarterPicture(8, 8).Pixels.ToArray();
        byte[] exif = TestPictures.Exif(6, bigEndian: true);
        byte[] whole = format switch
        {
            "png" => TestPictures.Png(8, 8, 8, 2, rgb, ("eXIf", exif)),
            "jpeg" => TestPictures.WithExif([0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0, 0xff, 0xda, 0, 2, 1, 2, 0xff, 0, 3, 0xff, 0xd9], exif),
            "webp" => TestPictures.WebPWithExif([.. "RIFF"u8, .. TestPictures.Little32(24), .. "WEBPVP8 "u8, .. TestPictures.Little32(12), .. new byte[12]], 8, 8, exif),
            "bmp" => TestPictures.Bmp32(8, 8, new byte[256]),
            _ => TestPictures.Tiff(8, 8, 8, 3, rgb, (338, 2)),
        };
        var file = new PictureBytes(whole, "whole");
        PictureFile.Inspect(file, PictureFile.ReadHeader(file).Format);
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] damaged = whole[..random.Next(1, whole.Length + 1)];
            for (int n = random.Next(4); n >= 0; n--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                Image.Decode(damaged, "damaged");
            }
            catch (ImageException)
            {
                // One of the two good ends.
            }
        }
    }

    [Theory]
    [InlineData("a.xyz")]
    [InlineData("a")]
    [InlineData("a.gif")]
    public void Saving_by_an_unknown_extension_lists_the_known_ones(string name)
    {
        string path = Path.Combine(_folder, name);
        string message = Assert.Throws<ImageException>(() => TestPictures.Pattern(2, 2, PixelFormat.Gray8).Save(path)).Message;
        Assert.StartsWith(path + ": ", message, StringComparison.Ordinal);
        foreach (string known in (string[])[".png", ".jpg", ".webp", ".bmp", ".tiff"])
            Assert.Contains(known, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Saving_into_a_missing_folder_or_onto_a_folder_is_refused()
    {
        Image image = TestPictures.Pattern(2, 2, PixelFormat.Gray8);
        string path = Path.Combine(_folder, "none", "a.png");
        Assert.Equal($"{path}: cannot be written: there is no such folder.",
            Assert.Throws<ImageException>(() => image.Save(path, 90)).Message);
        path = Path.Combine(_folder, "folder.png");
        Directory.CreateDirectory(path);
        Assert.Equal($"{path}: cannot be written: it is a folder.",
            Assert.Throws<ImageException>(() => image.Save(path, 90)).Message);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void Quality_is_checked(int quality) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TestPictures.Pattern(2, 2, PixelFormat.Gray8).Encode(".jpg", quality));

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

using ImageMagick;
using Mien.Imaging.Codecs;

namespace Mien.Tests.Imaging;

/// <summary>What a picture may cost.</summary>
public sealed class ImageBudgetTests
{
    [Fact]
    public void A_jpeg_with_too_many_scans_is_refused_and_the_limit_can_be_set()
    {
        byte[] file = ManyScans(150);
        string message = Assert.Throws<ImageException>(() => Image.Decode(file, "a.jpg")).Message;
        Assert.StartsWith("a.jpg: the file has 1", message, StringComparison.Ordinal);
        Assert.Contains("more than the limit of 99", message, StringComparison.Ordinal);
        Assert.Contains("ImageLimits.MaximumScans", message, StringComparison.Ordinal);
        Assert.Equal(65, Image.Decode(ManyScans(70)).Width);
        Assert.Throws<ImageException>(() => Image.Decode(ManyScans(70), limits: new ImageLimits { MaximumScans = 50 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageLimits { MaximumScans = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageLimits { MaximumScans = 100 });
    }

    [Fact]
    public void Usual_progressive_pictures_have_few_scans()
    {
        using var picture = PictureSeeds.Magick(TestPictures.Pattern(65, 49, PixelFormat.Rgb24));
        Image.Decode(picture.ToByteArray(MagickFormat.Pjpeg), limits: new ImageLimits { MaximumScans = 12 });
    }

    public static TheoryData<string> Kinds() => [.. PictureSeeds.All.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_takes_too_long_is_refused_and_the_limit_is_named(string kind)
    {
        var limits = new ImageLimits { MaximumDecodingTime = TimeSpan.FromTicks(1) };
        string message = Assert.Throws<ImageException>(() => Image.Decode(PictureSeeds.All[kind], "slow", limits)).Message;
        Assert.StartsWith("slow: decoding took longer", message, StringComparison.Ordinal);
        Assert.Contains("ImageLimits.MaximumDecodingTime", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_time_must_be_positive() => Assert.Throws<ArgumentOutOfRangeException>(() => new ImageLimits { MaximumDecodingTime = TimeSpan.Zero });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_picture_that_nobody_waits_for_is_given_up(string kind)
    {
        using var left = new CancellationTokenSource();
        left.Cancel();
        Assert.Throws<OperationCanceledException>(() => Image.Decode(PictureSeeds.All[kind], cancellation: left.Token));
    }

    [Fact]
    public unsafe void A_decoder_is_told_that_the_file_ends_as_soon_as_nobody_waits()
    {
        byte[] file = new byte[100];
        using var left = new CancellationTokenSource();
        fixed (byte* bytes = file)
        {
            using var stream = new BudgetedStream(bytes, file.Length, new DecodingBudget(TimeSpan.FromHours(1), left.Token));
            Assert.Equal(60, stream.Read(new byte[60], 0, 60));
            left.Cancel();
            Assert.Equal(0, stream.Read(new byte[60], 0, 60));
        }
    }

    [Fact]
    public void A_jpeg_of_hundreds_of_scans_of_the_shared_cases_is_refused()
    {
        string path = SharedData.Require("cases", "17-jpeg-scans", "jpeg_many_scans.jpg");
        Assert.Contains("more than the limit of 99", Assert.Throws<ImageException>(() => Image.Load(path)).Message, StringComparison.Ordinal);
    }

    /// <summary>A progressive JPEG whose last scan comes again and again.</summary>
    private static byte[] ManyScans(int more)
    {
        using var picture = PictureSeeds.Magick(TestPictures.Pattern(65, 49, PixelFormat.Rgb24));
        byte[] file = picture.ToByteArray(MagickFormat.Pjpeg);
        int scan = file.AsSpan().LastIndexOf((byte[])[0xff, 0xda]), end = file.Length - 2;
        return [.. file[..end], .. Enumerable.Repeat(file[scan..end], more).SelectMany(part => part), .. file[end..]];
    }
}

namespace Mien.Tests.Imaging;

public sealed class FaceCropTests
{
    [Fact]
    public void A_crop_of_the_same_size_copies_every_pixel()
    {
        var image = Noise(48, 48, PixelFormat.Gray8);
        Assert.Equal(image.Pixels, FaceCrop.Cut(image, CropRegion.Whole(image), 48, PixelFormat.Gray8).Pixels);
    }

    [Fact]
    public void Shrinking_by_a_whole_factor_gives_the_mean_of_each_block()
    {
        var image = Noise(60, 60, PixelFormat.Rgb24);
        var small = FaceCrop.Resize(image, 12, 12);
        double mean = 0;
        for (int y = 10; y < 15; y++)
        {
            for (int x = 20; x < 25; x++)
                mean += image.Pixels[(((y * 60) + x) * 3) + 1] / 25.0;
        }
        Assert.Equal(mean, small.Pixels[(((2 * 12) + 4) * 3) + 1], tolerance: 0.51);
    }

    [Fact]
    public void A_fine_pattern_turns_gray_instead_of_aliasing()
    {
        var pixels = new byte[400 * 400];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)((i + (i / 400)) % 2 * 255);
        var stripes = Image.FromPixels(400, 400, PixelFormat.Gray8, pixels);
        var small = FaceCrop.Cut(stripes, new CropRegion(200, 200, 370, Angle: 0.4f), 48, PixelFormat.Gray8);
        foreach (byte value in small.Pixels)
            Assert.InRange(value, 100, 155);
    }

    [Fact]
    public void A_face_that_leans_is_shown_upright()
    {
        // A dark picture with one bright spot to the right of the centre, turned a quarter clockwise: below the centre.
        var pixels = new byte[101 * 101];
        pixels[(80 * 101) + 50] = 255;
        var leaning = Image.FromPixels(101, 101, PixelFormat.Gray8, pixels);
        var upright = FaceCrop.Cut(leaning, new CropRegion(50.5f, 50.5f, 101, MathF.PI / 2), 101, PixelFormat.Gray8);
        Assert.InRange(upright.Pixels[(50 * 101) + 80], 250, 255);
    }

    [Fact]
    public void Beyond_the_border_the_nearest_pixel_repeats()
    {
        var image = Image.FromPixels(2, 1, PixelFormat.Gray8, [10, 200]);
        var wide = FaceCrop.Cut(image, new CropRegion(1, 0.5f, 8), 8, PixelFormat.Gray8);
        Assert.Equal(10, wide.Pixels[0]);
        Assert.Equal(200, wide.Pixels[^1]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(7, 501)]
    public void Tiny_and_uneven_pictures_are_resized(int width, int height)
    {
        var flat = Image.FromPixels(width, height, PixelFormat.Gray8, [.. Enumerable.Repeat((byte)77, width * height)]);
        foreach (byte value in FaceCrop.Resize(flat, 33, 5).Pixels)
            Assert.Equal(77, value);
        foreach (byte value in FaceCrop.Cut(flat, CropRegion.Whole(flat), 48, PixelFormat.Rgb24).Pixels)
            Assert.Equal(77, value);
    }

    [Fact]
    public void Gray_from_colour_follows_the_luma_of_the_eye()
    {
        var image = Image.FromPixels(3, 1, PixelFormat.Rgb24, [255, 0, 0, 0, 255, 0, 0, 0, 255]);
        Assert.Equal([76, 150, 29], image.ToGray().Pixels.ToArray());
    }

    [Fact]
    public void A_region_without_extent_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            FaceCrop.Cut(Noise(4, 4, PixelFormat.Gray8), new CropRegion(1, 1, float.NaN), 8, PixelFormat.Gray8));

    private static Image Noise(int width, int height, PixelFormat format)
    {
        var pixels = new byte[width * height * (int)format];
        new Random(1).NextBytes(pixels);
        return Image.FromPixels(width, height, format, pixels);
    }
}

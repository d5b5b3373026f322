namespace Mien.Tests.Imaging;

public sealed class PixelPlanesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(49)]
    public void Each_channel_goes_to_its_plane_whatever_the_width(int width)
    {
        var pixels = new byte[3 * width];
        new Random(1).NextBytes(pixels);
        float[] red = new float[width], green = new float[width], blue = new float[width];
        PixelPlanes.Split(pixels, red, green, blue, mean: 127, scale: 1 / 128f);
        for (int x = 0; x < width; x++)
        {
            Assert.Equal((pixels[3 * x] - 127) / 128f, red[x]);
            Assert.Equal((pixels[(3 * x) + 1] - 127) / 128f, green[x]);
            Assert.Equal((pixels[(3 * x) + 2] - 127) / 128f, blue[x]);
        }
    }
}

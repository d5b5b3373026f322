namespace Mien.Tests.Golden;

/// <summary>What is kept of a picture's pixels: enough to tell another decoder, too little to see who is in it.</summary>
internal static class SampledLevels
{
    private const int Places = 48;

    /// <summary>The picture's size and format, the mean of each channel, and the levels at places scattered evenly over it, as lines for a <see cref="GoldenFile"/>.</summary>
    public static string[] Of(string name, Image image) =>
    [
        $"{name} size: {image.Width} {image.Height} {image.Format}",
        $"{name} mean: {string.Join(' ', Means(image).Select(mean => GoldenFile.Number(mean, 2)))}",
        $"{name} levels: {string.Join(' ', Levels(image))}",
    ];

    private static IEnumerable<double> Means(Image image) => Enumerable.Range(0, image.Channels).Select(channel =>
    {
        long sum = 0;
        for (int i = channel; i < image.Pixels.Length; i += image.Channels)
            sum += image.Pixels[i];
        return (double)sum * image.Channels / image.Pixels.Length;
    });

    private static IEnumerable<byte> Levels(Image image) => Enumerable.Range(1, Places).SelectMany(place =>
    {
        // The R2 sequence, http://extremelearning.com.au/unreasonable-effectiveness-of-quasirandom-sequences/
        int x = (int)(place * 0.7548776662466927 % 1 * image.Width), y = (int)(place * 0.5698402909980532 % 1 * image.Height);
        return image.Pixels.Slice(((y * image.Width) + x) * image.Channels, image.Channels).ToArray();
    });
}

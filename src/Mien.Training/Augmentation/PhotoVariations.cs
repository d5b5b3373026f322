namespace Mien.Training;

/// <summary>What happens to a whole picture: light, colour, blur, noise, compression. Pixels are interleaved RGB.</summary>
internal static class PhotoVariations
{
    private const int Channels = 3;

    /// <summary>Brightness, contrast, gamma and a cast of colour; or gray.</summary>
    public static void Light(byte[] pixels, AugmentationRecipe recipe, bool gray, ref RandomStream random)
    {
        double contrast = 1 + (random.Between(-1, 1) * recipe.Contrast), brightness = random.Between(-255, 255) * recipe.Brightness;
        double gamma = Math.Exp(random.Between(-0.5, 0.5));
        var levels = new byte[Channels][];
        for (int channel = 0; channel < Channels; channel++)
        {
            double cast = gray ? 1 : random.Between(0.85, 1.15);
            levels[channel] = new byte[256];
            for (int value = 0; value < 256; value++)
            {
                double lit = 255 * Math.Pow(value / 255.0, gamma) * cast;
                levels[channel][value] = (byte)Math.Clamp(((lit - 128) * contrast) + 128 + brightness, 0, 255);
            }
        }
        for (int p = 0; p < pixels.Length; p += Channels)
        {
            if (gray)
                pixels[p] = pixels[p + 1] = pixels[p + 2] = levels[0][Image.Luma(pixels[p], pixels[p + 1], pixels[p + 2])];
            else
                (pixels[p], pixels[p + 1], pixels[p + 2]) = (levels[0][pixels[p]], levels[1][pixels[p + 1]], levels[2][pixels[p + 2]]);
        }
    }

    /// <summary>The mean of a square of 2 radius + 1 pixels around each pixel of a square picture.</summary>
    public static void Blur(byte[] pixels, int size, int radius)
    {
        var line = new byte[size];
        for (int channel = 0; channel < Channels; channel++)
        {
            for (int i = 0; i < size; i++)
            {
                BlurLine((i * size * Channels) + channel, Channels);
                BlurLine((i * Channels) + channel, size * Channels);
            }
        }

        void BlurLine(int start, int step)
        {
            int sum = 0, count = 0;
            for (int i = 0; i < size; i++)
                line[i] = pixels[start + (i * step)];
            for (int i = 0; i < Math.Min(radius, size); i++, count++)
                sum += line[i];
            for (int i = 0; i < size; i++)
            {
                if (i + radius < size)
                    (sum, count) = (sum + line[i + radius], count + 1);
                if (i - radius - 1 >= 0)
                    (sum, count) = (sum - line[i - radius - 1], count - 1);
                pixels[start + (i * step)] = (byte)(sum / count);
            }
        }
    }

    /// <summary>Adds noise of a deviation, about normal: the sum of four even ones.</summary>
    public static void AddNoise(byte[] pixels, double deviation, ref RandomStream random)
    {
        // Four random bytes have a deviation of 147.8 around 510.
        float scale = (float)(deviation / 147.8);
        for (int p = 0; p < pixels.Length; p += 2)
        {
            ulong bits = random.Next();
            for (int half = 0; half < 2 && p + half < pixels.Length; half++, bits >>= 32)
            {
                int sum = (int)(bits & 255) + (int)((bits >> 8) & 255) + (int)((bits >> 16) & 255) + (int)((bits >> 24) & 255);
                pixels[p + half] = (byte)Math.Clamp(pixels[p + half] + ((sum - 510) * scale), 0, 255);
            }
        }
    }

    /// <summary>The picture after JPEG.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="quality">1 to 100.</param>
    public static Image Compress(Image image, int quality) => Image.Decode(image.Encode(".jpg", quality));
}

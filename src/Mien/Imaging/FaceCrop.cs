using System.Numerics;

namespace Mien;

/// <summary>
/// The one place where pixels are cropped, turned, resized and made gray, for training, evaluation and inference alike:
/// a mismatch there costs accuracy.
/// </summary>
/// <remarks>
/// Bilinear sampling of a box-averaged source, so that shrinking does not alias; beyond the border the nearest pixel
/// repeats. A region of the output's own size on whole pixels is copied exactly.
/// </remarks>
public static class FaceCrop
{
    /// <summary>Cuts a square region out of a picture, upright and at a given size.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="region">What to show; it may reach beyond the border.</param>
    /// <param name="size">Side of the result in pixels, at least 1.</param>
    /// <param name="format">Gray or RGB, whatever the picture is.</param>
    public static Image Cut(Image image, CropRegion region, int size, PixelFormat format)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (!(region.Side > 0) || !float.IsFinite(region.Side + region.CenterX + region.CenterY + region.Angle))
            throw new ArgumentOutOfRangeException(nameof(region), region, "The region needs a finite place and a side of more than 0.");
        float step = region.Side / size;
        var (sin, cos) = MathF.SinCos(region.Angle);
        var right = new Vector2(cos, sin) * step;
        var down = new Vector2(-sin, cos) * step;
        var origin = new Vector2(region.CenterX, region.CenterY) - ((right + down) * (size / 2f));
        return Warp(image, origin, right, down, size, size, format);
    }

    /// <summary>The whole picture at another size, in its own format.</summary>
    public static Image Resize(Image image, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        return Warp(image, Vector2.Zero, new((float)image.Width / width, 0), new(0, (float)image.Height / height), width, height, image.Format);
    }

    /// <summary>Fills each output pixel from the source cell that starts at origin + x * right + y * down.</summary>
    private static Image Warp(Image image, Vector2 origin, Vector2 right, Vector2 down, int width, int height, PixelFormat format)
    {
        // An output pixel that covers several source pixels is averaged: whole factors at once, the rest by two or more samples.
        int factorX = Math.Max(1, (int)(right.Length() + 1e-4f));
        int factorY = Math.Max(1, (int)(down.Length() + 1e-4f));
        if (right.Y != 0)
            factorX = factorY = Math.Min(factorX, factorY);
        if (factorX > 1 || factorY > 1)
        {
            (image, var corner) = BoxAverage(image, factorX, factorY, origin, right * width, down * height);
            var shrink = new Vector2(1f / factorX, 1f / factorY);
            (origin, right, down) = ((origin - corner) * shrink, right * shrink, down * shrink);
        }
        int samplesX = (int)MathF.Ceiling(right.Length() - 1e-4f);
        int samplesY = (int)MathF.Ceiling(down.Length() - 1e-4f);
        samplesX = Math.Max(1, samplesX);
        samplesY = Math.Max(1, samplesY);

        int channels = (int)format;
        var pixels = new byte[width * height * channels];
        float share = 1f / (samplesX * samplesY);
        for (int y = 0, p = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                var sum = Vector3.Zero;
                for (int sampleY = 0; sampleY < samplesY; sampleY++)
                {
                    var row = origin + (down * (y + ((sampleY + 0.5f) / samplesY)));
                    for (int sampleX = 0; sampleX < samplesX; sampleX++)
                        sum += Sample(image, row + (right * (x + ((sampleX + 0.5f) / samplesX))));
                }
                sum = (sum * share) + new Vector3(0.5f);
                if (channels == 3)
                {
                    pixels[p++] = (byte)sum.X;
                    pixels[p++] = (byte)sum.Y;
                    pixels[p++] = (byte)sum.Z;
                }
                else
                {
                    pixels[p++] = image.Format == PixelFormat.Gray8 ? (byte)sum.X : Image.Luma((byte)sum.X, (byte)sum.Y, (byte)sum.Z);
                }
            }
        }
        return Image.FromPixels(width, height, format, pixels);
    }

    /// <summary>The value between the four nearest pixel centres.</summary>
    private static Vector3 Sample(Image image, Vector2 position)
    {
        float x = Math.Clamp(position.X - 0.5f, 0, image.Width - 1);
        float y = Math.Clamp(position.Y - 0.5f, 0, image.Height - 1);
        int left = (int)x, top = (int)y;
        int rightward = left + 1 < image.Width ? 1 : 0;
        int downward = top + 1 < image.Height ? image.Width : 0;
        int corner = (top * image.Width) + left;
        var upper = Vector3.Lerp(Pixel(image, corner), Pixel(image, corner + rightward), x - left);
        var lower = Vector3.Lerp(Pixel(image, corner + downward), Pixel(image, corner + downward + rightward), x - left);
        return Vector3.Lerp(upper, lower, y - top);
    }

    private static Vector3 Pixel(Image image, int index)
    {
        if (image.Format == PixelFormat.Gray8)
            return new(image.Pixels[index]);
        var pixel = image.Pixels.Slice(index * 3, 3);
        return new(pixel[0], pixel[1], pixel[2]);
    }

    /// <summary>The part of a picture below a parallelogram, shrunk by whole factors; and where its corner lies in the picture.</summary>
    private static (Image Shrunk, Vector2 Corner) BoxAverage(Image image, int factorX, int factorY, Vector2 origin, Vector2 right, Vector2 down)
    {
        var least = Vector2.Min(Vector2.Min(origin, origin + right), Vector2.Min(origin + down, origin + right + down));
        var most = Vector2.Max(Vector2.Max(origin, origin + right), Vector2.Max(origin + down, origin + right + down));
        // Always the same blocks of the picture, wherever the part begins: a hair's breadth must not move what is averaged.
        int left = Math.Clamp((int)MathF.Floor(least.X / factorX) - 1, 0, (image.Width - 1) / factorX) * factorX;
        int top = Math.Clamp((int)MathF.Floor(least.Y / factorY) - 1, 0, (image.Height - 1) / factorY) * factorY;
        int width = Math.Clamp((int)MathF.Ceiling(most.X) + factorX, left + 1, image.Width) - left;
        int height = Math.Clamp((int)MathF.Ceiling(most.Y) + factorY, top + 1, image.Height) - top;

        int channels = image.Channels;
        int shrunkWidth = (width + factorX - 1) / factorX, shrunkHeight = (height + factorY - 1) / factorY;
        var pixels = new byte[shrunkWidth * shrunkHeight * channels];
        var sums = new int[shrunkWidth * channels];
        for (int y = 0; y < shrunkHeight; y++)
        {
            Array.Clear(sums);
            int rows = Math.Min(factorY, height - (y * factorY));
            for (int row = 0; row < rows; row++)
            {
                var source = image.Pixels.Slice((((top + (y * factorY) + row) * image.Width) + left) * channels, width * channels);
                for (int x = 0, p = 0; x < shrunkWidth; x++)
                {
                    int end = Math.Min((x + 1) * factorX, width) * channels;
                    for (; p < end; p += channels)
                    {
                        for (int channel = 0; channel < channels; channel++)
                            sums[(x * channels) + channel] += source[p + channel];
                    }
                }
            }
            for (int i = 0; i < sums.Length; i++)
            {
                int count = rows * Math.Min(factorX, width - (i / channels * factorX));
                pixels[(y * sums.Length) + i] = (byte)((sums[i] + (count / 2)) / count);
            }
        }
        return (Image.FromPixels(shrunkWidth, shrunkHeight, image.Format, pixels), new(left, top));
    }
}

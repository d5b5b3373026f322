namespace Mien;

/// <summary>A decoded picture: row-major interleaved 8-bit pixels without padding. Treated as immutable, so it can be shared between threads.</summary>
public sealed partial class Image
{
    private readonly byte[] _pixels;

    private Image(int width, int height, PixelFormat format, byte[] pixels)
    {
        Width = width;
        Height = height;
        Format = format;
        _pixels = pixels;
    }

    /// <summary>Width in pixels, at least 1.</summary>
    public int Width { get; }

    /// <summary>Height in pixels, at least 1.</summary>
    public int Height { get; }

    /// <summary>The layout of <see cref="Pixels"/>.</summary>
    public PixelFormat Format { get; }

    /// <summary>Bytes a pixel: 1 for gray, 3 for RGB.</summary>
    public int Channels => (int)Format;

    /// <summary>Height x Width x Channels bytes, row by row.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>Wraps pixels that the caller brings. The array is not copied and must not change afterwards.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="format">The layout of <paramref name="pixels"/>.</param>
    /// <param name="pixels">Height x Width x Channels bytes, row by row, without padding.</param>
    /// <exception cref="ArgumentException">The array's length does not fit the size.</exception>
    public static Image FromPixels(int width, int height, PixelFormat format, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(pixels);
        if (!Enum.IsDefined(format))
            throw new ArgumentOutOfRangeException(nameof(format), format, "Use Gray8 or Rgb24.");
        long expected = (long)width * height * (int)format;
        return pixels.LongLength == expected
            ? new Image(width, height, format, pixels)
            : throw new ArgumentException($"{width}x{height} {format} needs {expected} bytes, got {pixels.LongLength}.", nameof(pixels));
    }

    /// <summary>The picture in gray by ITU-R BT.601 weights, rounded exactly as OpenCV's <c>cvtColor</c> does; itself if already gray.</summary>
    public Image ToGray()
    {
        if (Format == PixelFormat.Gray8)
            return this;
        var gray = new byte[Width * Height];
        for (int i = 0, p = 0; i < gray.Length; i++, p += 3)
            gray[i] = Luma(_pixels[p], _pixels[p + 1], _pixels[p + 2]);
        return new Image(Width, Height, PixelFormat.Gray8, gray);
    }

    /// <summary>BT.601 luma in 15-bit fixed point, OpenCV's own constants, so that detectors see the same bytes.</summary>
    internal static byte Luma(byte red, byte green, byte blue) =>
        (byte)(((red * 9798) + (green * 19235) + (blue * 3735) + (1 << 14)) >> 15);
}

using System.Runtime.InteropServices;
using Mien.Imaging.Codecs;
using SkiaSharp;

namespace Mien.Drawing;

/// <summary>A picture that is drawn into, by Skia.</summary>
internal sealed class PictureCanvas : IDisposable
{
    private readonly SKBitmap _bitmap;
    private readonly SKCanvas _canvas;

    /// <summary>Begins with one colour.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="color">0xRRGGBB.</param>
    public PictureCanvas(int width, int height, int color = 0)
    {
        _bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        _canvas = new SKCanvas(_bitmap);
        _canvas.Clear(new SKColor((uint)color | 0xff000000));
    }

    /// <summary>Begins with a picture.</summary>
    /// <param name="image">The picture; it is copied.</param>
    /// <param name="zoom">Each pixel becomes so many, across and down.</param>
    public PictureCanvas(Image image, int zoom = 1) : this(image.Width * zoom, image.Height * zoom) => Draw(image, 0, 0, zoom);

    /// <summary>Width in pixels.</summary>
    public int Width => _bitmap.Width;

    /// <summary>Height in pixels.</summary>
    public int Height => _bitmap.Height;

    /// <summary>Red, green, blue and an unused byte for each pixel, row by row.</summary>
    public Span<byte> Pixels => _bitmap.GetPixelSpan();

    /// <summary>Draws a mark.</summary>
    public void Draw(Mark mark) => mark.Draw(_canvas);

    /// <summary>Draws a picture with its left upper corner at a place.</summary>
    public void Draw(Image image, int left, int top, int zoom = 1)
    {
        byte[] rgba = GC.AllocateUninitializedArray<byte>(image.Width * image.Height * 4);
        if (image.Format == PixelFormat.Gray8)
            PixelPacking.GrayToRgba(image.Pixels, rgba);
        else
            PixelPacking.ToRgba(image.Pixels, rgba);
        ReadOnlySpan<int> from = MemoryMarshal.Cast<byte, int>(rgba);
        Span<int> to = MemoryMarshal.Cast<byte, int>(Pixels);
        int width = Math.Min(image.Width * zoom, Width - left), height = Math.Min(image.Height * zoom, Height - top);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<int> row = from.Slice(y / zoom * image.Width, image.Width);
            Span<int> target = to.Slice(((top + y) * Width) + left, width);
            if (zoom == 1)
            {
                row[..width].CopyTo(target);
                continue;
            }
            for (int x = 0; x < width; x++)
                target[x] = row[x / zoom];
        }
        _bitmap.NotifyPixelsChanged();
    }

    /// <summary>Returns a copy of what was drawn.</summary>
    public Image ToImage()
    {
        byte[] rgb = GC.AllocateUninitializedArray<byte>(Width * Height * 3);
        PixelPacking.ToRgb(Pixels, rgb);
        return Image.FromPixels(Width, Height, PixelFormat.Rgb24, rgb);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _canvas.Dispose();
        _bitmap.Dispose();
    }
}

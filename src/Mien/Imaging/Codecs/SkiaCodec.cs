using Mien.Imaging.Files;
using SkiaSharp;

namespace Mien.Imaging.Codecs;

/// <summary>Reads JPEG, PNG, WebP, GIF and BMP, and writes JPEG, PNG and WebP, by Skia.</summary>
internal static class SkiaCodec
{
    private const int RowsAtOnce = 16;

    /// <summary>Decodes a picture file; of an animation the first frame. Colour profiles are not applied.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="header">What it says of itself.</param>
    /// <param name="budget">When to give up.</param>
    /// <exception cref="ImageException">It is damaged, or decoding took too long.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public static unsafe DecodedPicture Decode(PictureBytes file, PictureHeader header, DecodingBudget budget)
    {
        fixed (byte* bytes = file.All)
        {
            // The codec disposes the stream.
            var stream = new SKManagedStream(new BudgetedStream(bytes, file.All.Length, budget), disposeManagedStream: true);
            using var codec = SKCodec.Create(stream, out SKCodecResult result);
            budget.Check(file.Source);
            if (codec is null)
                throw Failure(file, header.Format, result);
            SKImageInfo info = codec.Info;
            if ((info.Width, info.Height) != (header.Width, header.Height))
                throw file.Damaged($"it says {header.Width}x{header.Height} pixels in one place and {info.Width}x{info.Height} in another");
            bool gray = info.ColorType == SKColorType.Gray8, opaque = info.AlphaType == SKAlphaType.Opaque;
            info = info.WithColorSpace(null).WithAlphaType(opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul).WithColorType(gray ? SKColorType.Gray8 : SKColorType.Rgba8888);
            int channels = gray ? 1 : opaque ? 3 : 4;
            if (channels * (long)info.Width * info.Height > Array.MaxLength)
                throw new ImageException($"{file.Source}: {info.Width}x{info.Height} pixels take more than the 2 GB that can be decoded.");
            byte[] pixels = channels != 3 ? GetPixels(codec, info, file, header.Format, budget)
                : GetRows(codec, info, file, header.Format, budget) ?? WithoutFourth(GetPixels(codec, info, file, header.Format, budget));
            return new(info.Width, info.Height, channels, pixels, 1);
        }
    }

    /// <summary>Writes a picture as JPEG, PNG or WebP.</summary>
    /// <returns>The file's bytes; null if the picture is too large for the format.</returns>
    public static unsafe byte[]? Encode(Image image, SKEncodedImageFormat format, int quality)
    {
        bool gray = image.Format == PixelFormat.Gray8;
        byte[]? rgba = gray ? null : GC.AllocateUninitializedArray<byte>(checked(image.Width * image.Height * 4));
        if (rgba is not null)
            PixelPacking.ToRgba(image.Pixels, rgba);
        fixed (byte* pixels = rgba ?? image.Pixels)
        {
            var info = new SKImageInfo(image.Width, image.Height, gray ? SKColorType.Gray8 : SKColorType.Rgba8888, SKAlphaType.Opaque);
            using var pixmap = new SKPixmap(info, (IntPtr)pixels, info.RowBytes);
            using SKData? file = format switch
            {
                // Little compression: it takes a fifth of the time and a tenth more bytes.
                SKEncodedImageFormat.Png => pixmap.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Sub, zLibLevel: 1)),
                SKEncodedImageFormat.Jpeg => pixmap.Encode(new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore)),
                _ => pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, quality)),
            };
            return file?.ToArray();
        }
    }

    /// <summary>Decodes some rows at a time, which takes less memory; null where the format does not allow it.</summary>
    private static unsafe byte[]? GetRows(SKCodec codec, SKImageInfo info, PictureBytes file, PictureFormat format, DecodingBudget budget)
    {
        if (codec.StartScanlineDecode(info) != SKCodecResult.Success || codec.ScanlineOrder != SKCodecScanlineOrder.TopDown)
            return null;
        byte[] pixels = GC.AllocateUninitializedArray<byte>(info.Width * info.Height * 3), strip = new byte[Math.Min(RowsAtOnce, info.Height) * info.RowBytes];
        for (int row = 0; row < info.Height; row += RowsAtOnce)
        {
            int rows = Math.Min(RowsAtOnce, info.Height - row), read;
            fixed (byte* target = strip)
                read = codec.GetScanlines((IntPtr)target, rows, info.RowBytes);
            budget.Check(file.Source);
            if (read < rows)
                throw Failure(file, format, SKCodecResult.IncompleteInput);
            PixelPacking.ToRgb(strip.AsSpan(0, rows * info.RowBytes), pixels.AsSpan(row * info.Width * 3, rows * info.Width * 3));
        }
        return pixels;
    }

    private static unsafe byte[] GetPixels(SKCodec codec, SKImageInfo info, PictureBytes file, PictureFormat format, DecodingBudget budget)
    {
        if (info.BytesSize64 > Array.MaxLength)
            throw new ImageException($"{file.Source}: {info.Width}x{info.Height} pixels take more than the 2 GB that can be decoded.");
        byte[] pixels = GC.AllocateUninitializedArray<byte>(info.BytesSize);
        SKCodecResult result;
        fixed (byte* target = pixels)
            result = codec.GetPixels(info, (IntPtr)target);
        budget.Check(file.Source);
        return result == SKCodecResult.Success ? pixels : throw Failure(file, format, result);
    }

    private static byte[] WithoutFourth(byte[] rgba)
    {
        byte[] rgb = GC.AllocateUninitializedArray<byte>(rgba.Length / 4 * 3);
        PixelPacking.ToRgb(rgba, rgb);
        return rgb;
    }

    private static ImageException Failure(PictureBytes file, PictureFormat format, SKCodecResult result) => new(result switch
    {
        SKCodecResult.Unimplemented or SKCodecResult.InvalidConversion or SKCodecResult.InvalidParameters =>
            $"{file.Source}: this is a variant of {format.Name()} that cannot be read. Save it in another program.",
        SKCodecResult.IncompleteInput => $"{file.Source}: the {format.Name()} data are truncated or damaged.",
        _ => $"{file.Source}: the {format.Name()} data are damaged, or a variant that cannot be read.",
    });
}

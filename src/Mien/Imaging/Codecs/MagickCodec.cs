using ImageMagick;
using Mien.Imaging.Files;

namespace Mien.Imaging.Codecs;

/// <summary>Reads TIFF, HEIC, AVIF, JPEG 2000, JPEG XL and PNG of 16 bits, and writes TIFF, by ImageMagick. It is loaded when the first such file comes.</summary>
/// <remarks>
/// ImageMagick also reads documents, scripts and addresses, and would look at content and name to tell what a file is. Here it is
/// always told which of these coders to use, and gets bytes, never a name.
/// </remarks>
internal static class MagickCodec
{
    private const ulong Gigabyte = 1 << 30;

    private const string MemoryFolder = "/dev/shm";

    // Limits are of the whole process. A failure to load the library is not kept: it is told each time.
    private static readonly Lazy<bool> Limited = new(SetLimits, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Reads the size that a picture will have once decoded, without decoding it.</summary>
    /// <exception cref="ImageException">It is damaged.</exception>
    /// <exception cref="NativeLibraryException">ImageMagick is not to be had for this system.</exception>
    public static (long Width, long Height) ReadSize(PictureBytes file, PictureFormat format)
    {
        try
        {
            using MagickImage image = Create();
            image.Ping(file.All, Settings(format));
            return (image.Width, image.Height);
        }
        catch (Exception error) when (IsFailure(error))
        {
            throw Failure(error, file.Source, Damage(format));
        }
    }

    /// <summary>Decodes a picture file; of several pictures the first. HEIC and AVIF come out upright.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="format">Its format.</param>
    /// <param name="budget">When to give up.</param>
    /// <exception cref="ImageException">It is damaged, or decoding took too long.</exception>
    /// <exception cref="NativeLibraryException">ImageMagick is not to be had for this system.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public static DecodedPicture Decode(PictureBytes file, PictureFormat format, DecodingBudget budget)
    {
        try
        {
            using MagickImage image = Create();
            MagickException? damage = null;
            image.Progress += (_, progress) => progress.Cancel = budget.IsSpent;
            image.Warning += (_, warning) => damage ??= warning.Exception as MagickCorruptImageWarningException;
            image.Read(file.All, Settings(format));
            budget.Check(file.Source);
            if (damage is not null)
                throw Failure(damage, file.Source, Damage(format));
            return Pixels(image);
        }
        catch (Exception error) when (IsFailure(error))
        {
            budget.Check(file.Source);
            throw Failure(error, file.Source, Damage(format));
        }
    }

    /// <summary>Writes a picture as TIFF, compressed without loss.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="target">Where it goes, for messages.</param>
    /// <exception cref="ImageException">It is too large for the format.</exception>
    /// <exception cref="NativeLibraryException">ImageMagick is not to be had for this system.</exception>
    public static byte[] EncodeTiff(Image image, string target)
    {
        try
        {
            using MagickImage picture = Create();
            bool gray = image.Format == PixelFormat.Gray8;
            picture.ReadPixels(image.Pixels, new PixelReadSettings((uint)image.Width, (uint)image.Height, StorageType.Char, gray ? "I" : "RGB"));
            picture.ColorType = gray ? ColorType.Grayscale : ColorType.TrueColor;
            picture.Settings.Compression = CompressionMethod.LZW;
            return picture.ToByteArray(MagickFormat.Tiff);
        }
        catch (Exception error) when (IsFailure(error))
        {
            throw Failure(error, target, $"{image.Width}x{image.Height} pixels cannot be written as TIFF");
        }
    }

    private static DecodedPicture Pixels(MagickImage image)
    {
        bool gray = image.ColorSpace is ColorSpace.Gray or ColorSpace.LinearGray;
        if (!gray && image.ColorSpace is not (ColorSpace.sRGB or ColorSpace.RGB))
            image.ColorSpace = ColorSpace.sRGB;
        (int channels, string order) = (gray, image.HasAlpha) switch
        {
            (true, false) => (1, "R"),
            (true, true) => (4, "RRRA"),
            (false, false) => (3, "RGB"),
            (false, true) => (4, "RGBA"),
        };
        using var pixels = image.GetPixelsUnsafe();
        return new((int)image.Width, (int)image.Height, channels, pixels.ToByteArray(order)!, (int)image.Orientation);
    }

    private static MagickImage Create()
    {
        _ = Limited.Value;
        return new MagickImage();
    }

    private static MagickReadSettings Settings(PictureFormat format) => new()
    {
        FrameIndex = 0,
        FrameCount = 1,
        Format = format switch
        {
            PictureFormat.Png => MagickFormat.Png,
            PictureFormat.Tiff => MagickFormat.Tiff,
            PictureFormat.Heic => MagickFormat.Heic,
            PictureFormat.Avif => MagickFormat.Avif,
            PictureFormat.Jpeg2000 => MagickFormat.Jp2,
            PictureFormat.JpegXl => MagickFormat.Jxl,
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
        },
    };

    private static bool SetLimits()
    {
        // What is larger than memory would go to disk. There is no limit of time: ImageMagick counts it from the start of the
        // process and then ends the process (its issue 113), so Progress stops a picture instead.
        ResourceLimits.Disk = 0;
        ResourceLimits.Memory = 4 * Gigabyte;
        ResourceLimits.MaxMemoryRequest = 2 * Gigabyte;
        ResourceLimits.Area = 500_000_000;
        ResourceLimits.Width = ResourceLimits.Height = 100_000;
        ResourceLimits.MaxProfileSize = 64 << 20;
        // Pictures are read side by side.
        ResourceLimits.Thread = 1;
        // HEIC and AVIF go through a temporary file, which on Linux can lie in memory.
        if (OperatingSystem.IsLinux() && Directory.Exists(MemoryFolder))
            MagickNET.SetTempDirectory(MemoryFolder);
        return true;
    }

    private static string Damage(PictureFormat format) => $"the {format.Name()} data are damaged, or a variant that cannot be read";

    private static bool IsFailure(Exception error) => error is MagickException or DllNotFoundException or TypeInitializationException;

    private static MienException Failure(Exception error, string source, string what) => error is MagickException
        // Behind the reason come the file's name, which is none of the user's, and the place in ImageMagick's source.
        ? new ImageException($"{source}: {what}: {error.Message.Split('`', '\n', '@')[0].Trim()}.", error)
        : new NativeLibraryException(
            $"{source}: such files need ImageMagick, which comes with Mien but cannot be loaded on this system: {error.GetBaseException().Message}. JPEG, PNG and WebP do without it.", error);
}

using Mien.Imaging;
using Mien.Imaging.Codecs;
using Mien.Imaging.Files;
using SkiaSharp;

namespace Mien;

public sealed partial class Image
{
    private const int SniffLength = 512;

    /// <summary>The extensions of the formats that can be written, and what writes each.</summary>
    private static readonly Dictionary<string, Func<Image, int, string, byte[]?>> Writers = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = static (image, quality, _) => SkiaCodec.Encode(image, SKEncodedImageFormat.Png, quality),
        [".jpg"] = static (image, quality, _) => SkiaCodec.Encode(image, SKEncodedImageFormat.Jpeg, quality),
        [".jpeg"] = static (image, quality, _) => SkiaCodec.Encode(image, SKEncodedImageFormat.Jpeg, quality),
        [".webp"] = static (image, quality, _) => SkiaCodec.Encode(image, SKEncodedImageFormat.Webp, quality),
        [".bmp"] = static (image, _, _) => BmpFile.Write(image),
        [".tif"] = static (image, _, target) => MagickCodec.EncodeTiff(image, target),
        [".tiff"] = static (image, _, target) => MagickCodec.EncodeTiff(image, target),
    };

    /// <summary>Gets the file name extensions of the formats that can be read, for finding pictures in a folder.</summary>
    public static IReadOnlyList<string> ReadableExtensions { get; } =
        [".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".jp2", ".j2k", ".jxl"];

    /// <summary>Whether pictures are written in the format of a file name extension.</summary>
    internal static bool IsWritable(string extension) => Writers.ContainsKey(extension);

    /// <summary>Reads a picture file: JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC, AVIF, JPEG 2000 or JPEG XL, told apart by content.</summary>
    /// <remarks>
    /// The picture comes upright, alpha is laid onto white, 16 bits a channel become 8, of an animation the first frame is taken,
    /// and colour profiles are not applied. A gray file gives <see cref="PixelFormat.Gray8"/>, any other <see cref="PixelFormat.Rgb24"/>.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="limits">What it may ask for; null for <see cref="ImageLimits.Default"/>.</param>
    /// <param name="cancellation">Gives decoding up, where the format's decoder can be stopped (<see cref="ImageLimits.MaximumDecodingTime"/>).</param>
    /// <exception cref="ImageException">It cannot be opened, or is empty, truncated, damaged, too large, too slow or of another format.</exception>
    /// <exception cref="NativeLibraryException">Its format is read by a library that is not to be had for this system.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static Image Load(string path, ImageLimits? limits = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Decode(ReadFile(path), path, limits, cancellation);
    }

    /// <summary>Reads a picture from the bytes of its file, as <see cref="Load"/> does.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="source">What messages call it.</param>
    /// <param name="limits">What it may ask for; null for <see cref="ImageLimits.Default"/>.</param>
    /// <param name="cancellation">Gives decoding up, where the format's decoder can be stopped.</param>
    /// <exception cref="ImageException">The bytes are empty, truncated, damaged, of too large or too slow a picture or of another format.</exception>
    /// <exception cref="NativeLibraryException">The format is read by a library that is not to be had for this system.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static Image Decode(ReadOnlySpan<byte> file, string source = "picture", ImageLimits? limits = null, CancellationToken cancellation = default)
    {
        limits ??= ImageLimits.Default;
        var bytes = new PictureBytes(file, source);
        PictureHeader header = PictureFile.ReadHeader(bytes);
        limits.Check(header.Width, header.Height, source);
        PictureDetails details = PictureFile.Inspect(bytes, header.Format);
        limits.CheckScans(details.Scans, source);
        var budget = new DecodingBudget(limits.MaximumDecodingTime, cancellation);
        budget.Check(source);
        if (details.Cleaned is not null)
            bytes = new PictureBytes(details.Cleaned, source);
        // Skia would cut the lower eight of 16 bits off.
        bool bySkia = !details.Is16Bit && header.Format is PictureFormat.Jpeg or PictureFormat.Png or PictureFormat.WebP or PictureFormat.Gif or PictureFormat.Bmp;
        DecodedPicture picture = bySkia ? SkiaCodec.Decode(bytes, header, budget) : MagickCodec.Decode(bytes, header.Format, budget);
        return FromDecoded(picture, details);
    }

    /// <summary>Returns the bytes of a picture file in one of the formats that can be written.</summary>
    /// <param name="extension">The format's file name extension, such as <c>.png</c>.</param>
    /// <param name="quality">1 to 100, heeded by JPEG and WebP.</param>
    /// <exception cref="ImageException">No such format can be written, or the picture is too large for it.</exception>
    /// <exception cref="NativeLibraryException">TIFF is asked for, and its library is not to be had for this system.</exception>
    public byte[] Encode(string extension, int quality = 92) => Encode(extension, quality, extension);

    /// <summary>Writes a picture file in the format that the path's extension names: .png, .jpg, .webp, .bmp or .tiff.</summary>
    /// <remarks>The file appears whole or not at all.</remarks>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="quality">1 to 100, heeded by JPEG and WebP.</param>
    /// <exception cref="ImageException">The extension names no such format, the picture is too large for it, or the file cannot be written.</exception>
    /// <exception cref="NativeLibraryException">TIFF is asked for, and its library is not to be had for this system.</exception>
    public void Save(string path, int quality = 92)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes = Encode(Path.GetExtension(path), quality, path);
        string partial = $"{path}.{Guid.NewGuid():N}.partial";
        try
        {
            File.WriteAllBytes(partial, bytes);
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            TryDelete(partial);
            throw new ImageException($"{path}: cannot be written: {Reason(error, path)}.", error);
        }
    }

    private byte[] Encode(string extension, int quality, string target)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        if (!Writers.TryGetValue(extension, out var write))
            throw new ImageException($"{target}: pictures are written as {string.Join(", ", Writers.Keys)}, not as '{extension}'.");
        return write(this, quality, target) ?? throw new ImageException($"{target}: {Width}x{Height} pixels are more than {extension} can hold.");
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var start = new byte[SniffLength];
            start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
            // A long video in a folder of photos is turned away before it is read.
            if (PictureFile.Identify(start) is null)
                throw PictureFile.Unsupported(new PictureBytes(start, path));
            if (stream.CanSeek && stream.Length > Array.MaxLength)
                throw new ImageException($"{path}: the file has {stream.Length} bytes, more than the 2 GB that can be read.");
            using var all = new MemoryStream(stream.CanSeek ? (int)stream.Length : SniffLength);
            all.Write(start);
            stream.CopyTo(all);
            return all.Length == all.Capacity ? all.GetBuffer() : all.ToArray();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ImageException($"{path}: cannot be read: {Reason(error, path)}.", error);
        }
    }

    private static Image FromDecoded(DecodedPicture picture, PictureDetails details)
    {
        byte[] pixels = picture.Pixels;
        if (picture.Channels == 4)
            pixels = OntoWhite(pixels, ignore: details.AlphaMayBeUnused && !HasAlpha(pixels));
        var format = picture.Channels == 1 ? PixelFormat.Gray8 : PixelFormat.Rgb24;
        (int width, int height, pixels) = Upright.Turn(picture.Width, picture.Height, (int)format, pixels, details.Orientation ?? picture.Orientation);
        var image = new Image(width, height, format, pixels);
        return details.IsGray ? image.ToGray() : image;
    }

    private static bool HasAlpha(byte[] rgba)
    {
        for (int i = 3; i < rgba.Length; i += 4)
        {
            if (rgba[i] != 0)
                return true;
        }
        return false;
    }

    private static byte[] OntoWhite(byte[] rgba, bool ignore)
    {
        byte[] rgb = GC.AllocateUninitializedArray<byte>(rgba.Length / 4 * 3);
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += 3)
        {
            int alpha = ignore ? 255 : rgba[from + 3];
            int white = 255 * (255 - alpha);
            for (int c = 0; c < 3; c++)
                rgb[to + c] = (byte)(((rgba[from + c] * alpha) + white + 127) / 255);
        }
        return rgb;
    }

    /// <summary>Why a file cannot be read or written, for messages.</summary>
    internal static string Reason(Exception error, string path) => error switch
    {
        FileNotFoundException => "there is no such file",
        DirectoryNotFoundException => "there is no such folder",
        _ when Directory.Exists(path) => "it is a folder",
        UnauthorizedAccessException => "access is denied",
        _ => error.Message.TrimEnd('.'),
    };

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to report.
        }
    }
}

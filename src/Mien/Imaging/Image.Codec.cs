using Mien.Imaging.Files;
using Mien.Interop;

namespace Mien;

public sealed partial class Image
{
    private const int SniffLength = 512;

    /// <summary>The extensions of the formats that can be written, and the name by which OpenCV knows each.</summary>
    private static readonly Dictionary<string, string> Writable = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = ".png", [".jpg"] = ".jpg", [".jpeg"] = ".jpg", [".webp"] = ".webp", [".bmp"] = ".bmp", [".tif"] = ".tiff", [".tiff"] = ".tiff",
    };

    /// <summary>The file name extensions of the formats that can be read, for finding pictures in a folder.</summary>
    public static IReadOnlyList<string> ReadableExtensions { get; } = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"];

    /// <summary>Reads a picture file: JPEG, PNG, WebP, BMP or TIFF, told apart by content; GIF where OpenCV is 4.11 or later.</summary>
    /// <remarks>
    /// EXIF's orientation is applied, alpha is laid onto white, 16 bits a channel become 8. A gray file gives
    /// <see cref="PixelFormat.Gray8"/>, any other <see cref="PixelFormat.Rgb24"/>.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="limits">What it may ask for; null for <see cref="ImageLimits.Default"/>.</param>
    /// <exception cref="ImageException">It cannot be opened, or is empty, truncated, damaged, too large or of another format.</exception>
    /// <exception cref="NativeLibraryException">OpenCV or the binding to it is missing.</exception>
    public static Image Load(string path, ImageLimits? limits = null) => Load(path, limits, vision: null);

    /// <summary>Reads a picture from the bytes of its file, as <see cref="Load(string, ImageLimits?)"/> does.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="source">What messages call it.</param>
    /// <param name="limits">What it may ask for; null for <see cref="ImageLimits.Default"/>.</param>
    /// <exception cref="ImageException">The bytes are empty, truncated, damaged, of too large a picture or of another format.</exception>
    /// <exception cref="NativeLibraryException">OpenCV or the binding to it is missing.</exception>
    public static Image Decode(ReadOnlySpan<byte> file, string source = "picture", ImageLimits? limits = null) =>
        Decode(file, source, limits, vision: null);

    /// <inheritdoc cref="Load(string, ImageLimits?)"/>
    internal static Image Load(string path, ImageLimits? limits, IVision? vision)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Decode(ReadFile(path), path, limits, vision);
    }

    /// <inheritdoc cref="Decode(ReadOnlySpan{byte}, string, ImageLimits?)"/>
    internal static Image Decode(ReadOnlySpan<byte> file, string source, ImageLimits? limits, IVision? vision)
    {
        var bytes = new PictureBytes(file, source);
        PictureHeader header = PictureFile.ReadHeader(bytes);
        (limits ?? ImageLimits.Default).Check(header.Width, header.Height, source);
        PictureDetails details = PictureFile.Inspect(bytes, header.Format);
        vision ??= VisionLibrary.Shared;
        DecodedPicture picture;
        try
        {
            picture = vision.Decode(details.Cleaned ?? file, details.Orientation);
        }
        catch (VisionException error)
        {
            throw new ImageException(header.Format == PictureFormat.Gif
                ? $"{source}: this OpenCV ({vision.Version}) does not read GIF, 4.11 and later do; save it as PNG or JPEG."
                : $"{source}: OpenCV {vision.Version} cannot decode this {header.Name} file: {error.Message}.", error);
        }
        return FromDecoded(picture, details);
    }

    /// <summary>The bytes of a picture file in one of the formats that can be written.</summary>
    /// <param name="extension">The format's file name extension, such as <c>.png</c>.</param>
    /// <param name="quality">1 to 100, heeded by JPEG and WebP.</param>
    /// <exception cref="ImageException">No such format can be written, or the picture is too large for it.</exception>
    /// <exception cref="NativeLibraryException">OpenCV or the binding to it is missing.</exception>
    public byte[] Encode(string extension, int quality = 92) => Encode(extension, quality, extension, vision: null);

    /// <summary>Writes a picture file in the format that the path's extension names: .png, .jpg, .webp, .bmp or .tiff.</summary>
    /// <remarks>The file appears whole or not at all.</remarks>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="quality">1 to 100, heeded by JPEG and WebP.</param>
    /// <exception cref="ImageException">The extension names no such format, the picture is too large for it, or the file cannot be written.</exception>
    /// <exception cref="NativeLibraryException">OpenCV or the binding to it is missing.</exception>
    public void Save(string path, int quality = 92) => Save(path, quality, vision: null);

    /// <inheritdoc cref="Save(string, int)"/>
    internal void Save(string path, int quality, IVision? vision)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes = Encode(Path.GetExtension(path), quality, path, vision);
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

    private byte[] Encode(string extension, int quality, string target, IVision? vision)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        if (!Writable.TryGetValue(extension, out string? format))
            throw new ImageException($"{target}: pictures are written as {string.Join(", ", Writable.Keys)}, not as '{extension}'.");
        vision ??= VisionLibrary.Shared;
        try
        {
            return vision.Encode(this, format, quality);
        }
        catch (VisionException error)
        {
            throw new ImageException($"{target}: OpenCV {vision.Version} cannot encode {Width}x{Height} pixels as {format}: {error.Message}.", error);
        }
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
        if (picture.Channels == 1)
            return new Image(picture.Width, picture.Height, PixelFormat.Gray8, picture.Pixels);
        byte[] pixels = picture.Pixels;
        if (picture.Channels == 4)
        {
            pixels = OntoWhite(pixels, multiplied: details.Alpha == AlphaKind.Premultiplied,
                ignore: details.Alpha == AlphaKind.Unreliable && !HasAlpha(pixels));
        }
        var image = new Image(picture.Width, picture.Height, PixelFormat.Rgb24, pixels);
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

    private static byte[] OntoWhite(byte[] rgba, bool multiplied, bool ignore)
    {
        byte[] rgb = GC.AllocateUninitializedArray<byte>(rgba.Length / 4 * 3);
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += 3)
        {
            int alpha = ignore ? 255 : rgba[from + 3];
            int white = 255 - alpha;
            for (int c = 0; c < 3; c++)
            {
                int color = rgba[from + c];
                rgb[to + c] = multiplied
                    ? (byte)Math.Min(255, color + white)
                    : (byte)(((color * alpha) + (255 * white) + 127) / 255);
            }
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

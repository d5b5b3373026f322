using System.Runtime.InteropServices;
using System.Text;

namespace Mien.Interop;

/// <summary>OpenCV through <c>native/vision</c>; the C header there describes each call.</summary>
internal sealed unsafe class VisionLibrary : IVision
{
    /// <summary>What to do where the library or OpenCV is missing.</summary>
    internal const string Remedy =
        "Pictures are decoded and faces found by OpenCV: run ./mien setup to install and build what is missing. By hand it is " +
        "apt-get install libopencv-core-dev libopencv-imgproc-dev libopencv-imgcodecs-dev libopencv-objdetect-dev, then building native/vision.";

    /// <summary>The environment variable that names the library's file.</summary>
    internal const string Variable = "MIEN_VISION_LIBRARY";

    private const int Abi = 1;

    // A failure is not kept: the library may be built while the program runs.
    private static readonly Lazy<VisionLibrary> Loaded = new(() => Load(), LazyThreadSafetyMode.PublicationOnly);

    private readonly delegate* unmanaged[Cdecl]<byte*> _error;
    private readonly delegate* unmanaged[Cdecl]<byte*, long, int, IntPtr> _decode;
    private readonly delegate* unmanaged[Cdecl]<IntPtr, PictureInfo*, void> _pictureGetInfo;
    private readonly delegate* unmanaged[Cdecl]<IntPtr, byte*, int> _pictureRead;
    private readonly IntPtr _pictureFree;
    private readonly delegate* unmanaged[Cdecl]<byte*, byte*, int, int, int, int, IntPtr> _encode;
    private readonly delegate* unmanaged[Cdecl]<IntPtr, long> _fileSize;
    private readonly delegate* unmanaged[Cdecl]<IntPtr, byte*, void> _fileRead;
    private readonly IntPtr _fileFree;
    private readonly delegate* unmanaged[Cdecl]<byte*, long, IntPtr> _cascadeCreate;
    private readonly delegate* unmanaged[Cdecl]<IntPtr, byte*, int, int, CascadeOptions*, int> _cascadeDetect;
    private readonly delegate* unmanaged[Cdecl]<IntPtr, CascadeDetection*, void> _cascadeRead;
    private readonly IntPtr _cascadeFree;
    private readonly delegate* unmanaged[Cdecl]<NativeCanvas*, int, int, int, int, int, int, int> _drawRectangle;
    private readonly delegate* unmanaged[Cdecl]<NativeCanvas*, byte*, int, int, double, int, int, int> _drawText;
    private readonly delegate* unmanaged[Cdecl]<byte*, double, int, int*, int*, int*, int> _textSize;

    private VisionLibrary(IntPtr library)
    {
        IntPtr Export(string name) => NativeLibrary.GetExport(library, "mv_" + name);
        Version = Text(((delegate* unmanaged[Cdecl]<byte*>)Export("opencv_version"))());
        _error = (delegate* unmanaged[Cdecl]<byte*>)Export("error");
        _decode = (delegate* unmanaged[Cdecl]<byte*, long, int, IntPtr>)Export("decode");
        _pictureGetInfo = (delegate* unmanaged[Cdecl]<IntPtr, PictureInfo*, void>)Export("picture_get_info");
        _pictureRead = (delegate* unmanaged[Cdecl]<IntPtr, byte*, int>)Export("picture_read");
        _pictureFree = Export("picture_free");
        _encode = (delegate* unmanaged[Cdecl]<byte*, byte*, int, int, int, int, IntPtr>)Export("encode");
        _fileSize = (delegate* unmanaged[Cdecl]<IntPtr, long>)Export("file_size");
        _fileRead = (delegate* unmanaged[Cdecl]<IntPtr, byte*, void>)Export("file_read");
        _fileFree = Export("file_free");
        _cascadeCreate = (delegate* unmanaged[Cdecl]<byte*, long, IntPtr>)Export("cascade_create");
        _cascadeDetect = (delegate* unmanaged[Cdecl]<IntPtr, byte*, int, int, CascadeOptions*, int>)Export("cascade_detect");
        _cascadeRead = (delegate* unmanaged[Cdecl]<IntPtr, CascadeDetection*, void>)Export("cascade_read");
        _cascadeFree = Export("cascade_free");
        _drawRectangle = (delegate* unmanaged[Cdecl]<NativeCanvas*, int, int, int, int, int, int, int>)Export("draw_rectangle");
        _drawText = (delegate* unmanaged[Cdecl]<NativeCanvas*, byte*, int, int, double, int, int, int>)Export("draw_text");
        _textSize = (delegate* unmanaged[Cdecl]<byte*, double, int, int*, int*, int*, int>)Export("text_size");
    }

    /// <summary>The library, loaded at the first use.</summary>
    /// <exception cref="NativeLibraryException">It or OpenCV is missing, or it is not of this version of Mien.</exception>
    public static IVision Shared => Loaded.Value;

    /// <inheritdoc/>
    public string Version { get; }

    /// <summary>Loads the library.</summary>
    /// <param name="path">A file to load and no other; null searches.</param>
    /// <exception cref="NativeLibraryException">It or OpenCV is missing, or it is not of this version of Mien.</exception>
    public static VisionLibrary Load(string? path = null)
    {
        string fileName = NativeLibraryLocator.FileName("mien_vision");
        return new VisionLibrary(NativeLibraryLocator.Load("The vision library (native/vision, over OpenCV)", fileName, path, Variable,
            [Path.Combine("artifacts", "native", fileName)], Remedy, Fault));
    }

    /// <inheritdoc/>
    public DecodedPicture Decode(ReadOnlySpan<byte> file, int orientation)
    {
        fixed (byte* bytes = file)
        {
            using NativeObject picture = Own(_decode(bytes, file.Length, orientation), _pictureFree);
            PictureInfo info;
            _pictureGetInfo(picture.Value, &info);
            byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(info.Width * info.Height * info.Channels));
            fixed (byte* target = pixels)
                Check(_pictureRead(picture.Value, target));
            return new DecodedPicture(info.Width, info.Height, info.Channels, pixels);
        }
    }

    /// <inheritdoc/>
    public byte[] Encode(Image image, string format, int quality)
    {
        fixed (byte* name = Utf8(format), pixels = image.Pixels)
        {
            using NativeObject file = Own(_encode(name, pixels, image.Width, image.Height, image.Channels, quality), _fileFree);
            byte[] bytes = GC.AllocateUninitializedArray<byte>(checked((int)_fileSize(file.Value)));
            fixed (byte* target = bytes)
                _fileRead(file.Value, target);
            return bytes;
        }
    }

    /// <inheritdoc/>
    public ICascade CreateCascade(ReadOnlySpan<byte> xml)
    {
        fixed (byte* text = xml)
            return new Cascade(this, Own(_cascadeCreate(text, xml.Length), _cascadeFree));
    }

    /// <inheritdoc/>
    public void DrawRectangle(Canvas canvas, int x, int y, int width, int height, int color, int thickness)
    {
        fixed (byte* pixels = canvas.Pixels)
        {
            var native = new NativeCanvas(pixels, canvas);
            Check(_drawRectangle(&native, x, y, width, height, color, thickness));
        }
    }

    /// <inheritdoc/>
    public void DrawText(Canvas canvas, string text, int x, int y, double scale, int color, int thickness)
    {
        fixed (byte* pixels = canvas.Pixels, utf8 = Utf8(text))
        {
            var native = new NativeCanvas(pixels, canvas);
            Check(_drawText(&native, utf8, x, y, scale, color, thickness));
        }
    }

    /// <inheritdoc/>
    public TextSize MeasureText(string text, double scale, int thickness)
    {
        int width, height, below;
        fixed (byte* utf8 = Utf8(text))
            Check(_textSize(utf8, scale, thickness, &width, &height, &below));
        return new TextSize(width, height, below);
    }

    private static string? Fault(IntPtr library)
    {
        if (!NativeLibrary.TryGetExport(library, "mv_abi", out IntPtr export))
            return "it is no vision library of Mien";
        int found = ((delegate* unmanaged[Cdecl]<int>)export)();
        return found == Abi ? null : $"its interface has version {found}, this Mien needs {Abi}";
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text + '\0');

    private static string Text(byte* utf8) => Marshal.PtrToStringUTF8((IntPtr)utf8) ?? "";

    private NativeObject Own(IntPtr value, IntPtr free) => value == IntPtr.Zero ? throw Failure() : new NativeObject(value, free);

    private void Check(int result)
    {
        if (result < 0)
            throw Failure();
    }

    private VisionException Failure() => new(Text(_error()).TrimEnd('\n', '.'));

    [StructLayout(LayoutKind.Sequential)]
    private struct PictureInfo
    {
        public int Width, Height, Channels;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct NativeCanvas(byte* pixels, Canvas canvas)
    {
        private readonly byte* _pixels = pixels;
        private readonly int _width = canvas.Width, _height = canvas.Height, _channels = canvas.Channels;
    }

    private sealed class Cascade(VisionLibrary library, NativeObject cascade) : ICascade
    {
        public CascadeDetection[] Detect(Image gray, CascadeOptions options)
        {
            ObjectDisposedException.ThrowIf(cascade.IsClosed, this);
            fixed (byte* pixels = gray.Pixels)
            {
                int count = library._cascadeDetect(cascade.Value, pixels, gray.Width, gray.Height, &options);
                library.Check(count);
                var detections = new CascadeDetection[count];
                fixed (CascadeDetection* target = detections)
                    library._cascadeRead(cascade.Value, target);
                return detections;
            }
        }

        public void Dispose() => cascade.Dispose();
    }
}

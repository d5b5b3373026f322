using System.Runtime.InteropServices;
using System.Text;

namespace Mien.Interop;

/// <summary>FFmpeg through <c>native/video</c>; the C header there describes each call.</summary>
internal sealed unsafe class VideoLibrary : IVideo
{
    /// <summary>What to do where the library or FFmpeg is missing.</summary>
    internal const string Remedy =
        "Videos, streams and cameras are read by FFmpeg: run ./mien setup to install and build what is missing. By hand it is " +
        "apt-get install libavcodec-dev libavdevice-dev libavformat-dev libavutil-dev libswscale-dev, then building native/video.";

    /// <summary>The environment variable that names the library's file.</summary>
    internal const string Variable = "MIEN_VIDEO_LIBRARY";

    private const int Abi = 1;

    // A failure is not kept: the library may be built while the program runs.
    private static readonly Lazy<VideoLibrary> Loaded = new(() => Load(), LazyThreadSafetyMode.PublicationOnly);

    private readonly delegate* unmanaged[Cdecl]<byte*> _error;
    private readonly delegate* unmanaged[Cdecl]<int> _errorKind;
    private readonly delegate* unmanaged[Cdecl]<IntPtr> _readerCreate;
    private readonly delegate* unmanaged[Cdecl]<IntPtr, NativeSource*, int> _readerOpen;
    private readonly delegate* unmanaged[Cdecl]<IntPtr, NativeInfo*, void> _readerGetInfo;
    private readonly delegate* unmanaged[Cdecl]<IntPtr, byte*> _readerCodec;
    private readonly delegate* unmanaged[Cdecl]<IntPtr, byte*> _readerFormat;
    private readonly delegate* unmanaged[Cdecl]<IntPtr, ReaderFrame*, int> _readerNext;
    private readonly delegate* unmanaged[Cdecl]<IntPtr, byte*, int> _readerRead;
    private readonly delegate* unmanaged[Cdecl]<IntPtr, void> _readerStop;
    private readonly IntPtr _readerFree;
    private readonly delegate* unmanaged[Cdecl]<byte*, int> _hasEncoder;
    private readonly delegate* unmanaged[Cdecl]<NativeTarget*, IntPtr> _writerOpen;
    private readonly delegate* unmanaged[Cdecl]<IntPtr, byte*, double, int> _writerWrite;
    private readonly delegate* unmanaged[Cdecl]<IntPtr, int> _writerFinish;
    private readonly IntPtr _writerFree;

    private VideoLibrary(IntPtr library)
    {
        IntPtr Export(string name) => NativeLibrary.GetExport(library, "mvid_" + name);
        Version = Text(((delegate* unmanaged[Cdecl]<byte*>)Export("ffmpeg_version"))());
        _error = (delegate* unmanaged[Cdecl]<byte*>)Export("error");
        _errorKind = (delegate* unmanaged[Cdecl]<int>)Export("error_kind");
        _readerCreate = (delegate* unmanaged[Cdecl]<IntPtr>)Export("reader_create");
        _readerOpen = (delegate* unmanaged[Cdecl]<IntPtr, NativeSource*, int>)Export("reader_open");
        _readerGetInfo = (delegate* unmanaged[Cdecl]<IntPtr, NativeInfo*, void>)Export("reader_get_info");
        _readerCodec = (delegate* unmanaged[Cdecl]<IntPtr, byte*>)Export("reader_codec");
        _readerFormat = (delegate* unmanaged[Cdecl]<IntPtr, byte*>)Export("reader_format");
        _readerNext = (delegate* unmanaged[Cdecl]<IntPtr, ReaderFrame*, int>)Export("reader_next");
        _readerRead = (delegate* unmanaged[Cdecl]<IntPtr, byte*, int>)Export("reader_read");
        _readerStop = (delegate* unmanaged[Cdecl]<IntPtr, void>)Export("reader_stop");
        _readerFree = Export("reader_free");
        _hasEncoder = (delegate* unmanaged[Cdecl]<byte*, int>)Export("has_encoder");
        _writerOpen = (delegate* unmanaged[Cdecl]<NativeTarget*, IntPtr>)Export("writer_open");
        _writerWrite = (delegate* unmanaged[Cdecl]<IntPtr, byte*, double, int>)Export("writer_write");
        _writerFinish = (delegate* unmanaged[Cdecl]<IntPtr, int>)Export("writer_finish");
        _writerFree = Export("writer_free");
    }

    /// <summary>The library, loaded at the first use.</summary>
    /// <exception cref="NativeLibraryException">It or FFmpeg is missing, or it is not of this version of Mien.</exception>
    public static IVideo Shared => Loaded.Value;

    /// <inheritdoc/>
    public string Version { get; }

    /// <summary>Loads the library.</summary>
    /// <param name="path">A file to load and no other; null searches.</param>
    /// <exception cref="NativeLibraryException">It or FFmpeg is missing, or it is not of this version of Mien.</exception>
    public static VideoLibrary Load(string? path = null)
    {
        string fileName = NativeLibraryLocator.FileName("mien_video");
        return new VideoLibrary(NativeLibraryLocator.Load("The video library (native/video, over FFmpeg)", fileName, path, Variable,
            [Path.Combine("artifacts", "native", fileName)], Remedy, Fault));
    }

    /// <inheritdoc/>
    public IVideoReader OpenReader(ReaderRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        NativeObject reader = Own(_readerCreate(), _readerFree);
        try
        {
            using CancellationTokenRegistration stop = StopOn(reader, cancellation);
            fixed (byte* source = Utf8(request.Source), format = Utf8(request.Format), options = Utf8(request.Options))
            {
                var native = new NativeSource(source, format, options, request);
                Check(_readerOpen(reader.Value, &native), cancellation);
            }
            return new Reader(this, reader);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool HasEncoder(string name)
    {
        fixed (byte* utf8 = Utf8(name))
            return _hasEncoder(utf8) != 0;
    }

    /// <inheritdoc/>
    public IVideoWriter OpenWriter(WriterRequest request)
    {
        fixed (byte* path = Utf8(request.Path), encoder = Utf8(request.Encoder), encoderOptions = Utf8(request.EncoderOptions),
            formatOptions = Utf8(request.FormatOptions))
        {
            var native = new NativeTarget(path, encoder, encoderOptions, formatOptions, request);
            return new Writer(this, Own(_writerOpen(&native), _writerFree), request.Width * request.Height * 3);
        }
    }

    private static string? Fault(IntPtr library)
    {
        if (!NativeLibrary.TryGetExport(library, "mvid_abi", out IntPtr export))
            return "it is no video library of Mien";
        int found = ((delegate* unmanaged[Cdecl]<int>)export)();
        return found == Abi ? null : $"its interface has version {found}, this Mien needs {Abi}";
    }

    private static byte[]? Utf8(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text + '\0');

    private static string Text(byte* utf8) => Marshal.PtrToStringUTF8((IntPtr)utf8) ?? "";

    private CancellationTokenRegistration StopOn(NativeObject reader, CancellationToken cancellation) =>
        cancellation.UnsafeRegister(_ => _readerStop(reader.Value), null);

    private NativeObject Own(IntPtr value, IntPtr free) => value == IntPtr.Zero ? throw Failure() : new NativeObject(value, free);

    private int Check(int result, CancellationToken cancellation = default)
    {
        if (result >= 0)
            return result;
        FfmpegException failure = Failure();
        throw failure.Kind == VideoFailure.Stopped ? new OperationCanceledException(cancellation) : failure;
    }

    private FfmpegException Failure() => new((VideoFailure)_errorKind(), Text(_error()));

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct NativeSource(byte* source, byte* format, byte* options, ReaderRequest request)
    {
        private readonly byte* _source = source, _format = format, _options = options;
        private readonly long _maximumPixels = request.MaximumPixels;
        private readonly int _timeout = (int)request.Timeout.TotalMilliseconds, _live = request.Live ? 1 : 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct NativeInfo
    {
        public int Width, Height, QuarterTurns;
        public double FrameRate, Duration;
        public long Frames;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct NativeTarget(byte* path, byte* encoder, byte* encoderOptions, byte* formatOptions, WriterRequest request)
    {
        private readonly byte* _path = path, _encoder = encoder, _encoderOptions = encoderOptions, _formatOptions = formatOptions;
        private readonly double _frameRate = request.FrameRate;
        private readonly int _width = request.Width, _height = request.Height;
    }

    private sealed class Reader : IVideoReader
    {
        private readonly VideoLibrary _library;
        private readonly NativeObject _reader;
        private int _bytes;

        public Reader(VideoLibrary library, NativeObject reader)
        {
            _library = library;
            _reader = reader;
            NativeInfo info;
            library._readerGetInfo(reader.Value, &info);
            Info = new ReaderInfo(info.Width, info.Height, info.QuarterTurns, info.FrameRate, info.Duration, info.Frames,
                Text(library._readerCodec(reader.Value)), Text(library._readerFormat(reader.Value)));
        }

        public ReaderInfo Info { get; }

        public bool Next(out ReaderFrame frame, CancellationToken cancellation)
        {
            ObjectDisposedException.ThrowIf(_reader.IsClosed, this);
            cancellation.ThrowIfCancellationRequested();
            using CancellationTokenRegistration stop = _library.StopOn(_reader, cancellation);
            fixed (ReaderFrame* target = &frame)
            {
                bool any = _library.Check(_library._readerNext(_reader.Value, target), cancellation) > 0;
                _bytes = any ? checked(frame.Width * frame.Height * 3) : 0;
                return any;
            }
        }

        public void Read(Span<byte> pixels)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, _bytes);
            fixed (byte* target = pixels)
                _library.Check(_library._readerRead(_reader.Value, target));
        }

        public void Dispose() => _reader.Dispose();
    }

    private sealed class Writer(VideoLibrary library, NativeObject writer, int bytes) : IVideoWriter
    {
        public void Write(ReadOnlySpan<byte> pixels, double time)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, bytes);
            fixed (byte* source = pixels)
                library.Check(library._writerWrite(writer.Value, source, time));
        }

        public void Finish() => library.Check(library._writerFinish(writer.Value));

        public void Dispose() => writer.Dispose();
    }
}

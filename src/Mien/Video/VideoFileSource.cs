using Mien.Imaging.Files;
using Mien.Interop;

namespace Mien.Video;

/// <summary>A video file, or one that comes through a pipe.</summary>
internal sealed class VideoFileSource : IFrameSource
{
    private const int SniffLength = 512;

    /// <summary>The last byte of a whole GIF file, which has no index that would tell otherwise.</summary>
    private const int GifTrailer = 0x3b;

    /// <summary>https://ffmpeg.org/ffmpeg-formats.html#Format-Options; the names are those of demuxers.</summary>
    private const string SelfContained =
        "protocol_whitelist=file:format_whitelist=mov,matroska,avi,gif,mpeg,mpegts,mpegvideo,flv,asf,ogg,mjpeg,h264,hevc,m4v,ivf,mxf";

    private readonly IVideoReader _reader;
    private readonly FrameSeries _series;
    private readonly EndOfVideo _end;
    private readonly bool _lacksTrailer;

    private VideoFileSource(string name, FrameSourceOptions options, IVideoReader reader, bool lacksTrailer)
    {
        Name = name;
        _lacksTrailer = lacksTrailer;
        _reader = reader;
        _series = new FrameSeries(name, options.Limits);
        _end = new EndOfVideo(name, reader.Info);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>A program that writes into a pipe waits for the reader: no frame is late.</summary>
    public bool IsLive => false;

    /// <inheritdoc/>
    public double? FrameRate => _reader.Info.FrameRate > 0 ? _reader.Info.FrameRate : null;

    /// <inheritdoc/>
    public TimeSpan? Duration => _reader.Info.Duration > 0 ? TimeSpan.FromSeconds(_reader.Info.Duration) : null;

    /// <inheritdoc/>
    public SourceEnd? Ending { get; private set; }

    /// <summary>Opens a file.</summary>
    public static VideoFileSource OpenFile(string path, FrameSourceOptions options, IVideo? video, CancellationToken cancellation)
    {
        (byte[] start, int last) = ReadEnds(path);
        if (start.Length == 0)
            throw new VideoException($"{path}: the file is empty.");
        PictureFormat? format = PictureFile.Identify(start);
        if (format is not null and not PictureFormat.Gif && Image.ReadableExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            throw new VideoException($"{path}: it is a picture, not a video. Name its folder to go through all pictures in it.");
        // FFmpeg would show a text as a film of a terminal.
        if (PictureFile.IsText(start) && !start.AsSpan().StartsWith("#EXTM3U"u8))
            throw new VideoException($"{path}: not a video, it looks like text.");
        video ??= VideoLibrary.Shared;
        try
        {
            // The full path cannot be taken for an address.
            var request = new ReaderRequest(Path.GetFullPath(path), null, options.SelfContained ? SelfContained : null, options.Limits.MaximumPixels, TimeSpan.Zero, Live: false);
            return new VideoFileSource(path, options, Open(video, request, path, options, cancellation),
                lacksTrailer: format == PictureFormat.Gif && last != GifTrailer);
        }
        catch (FfmpegException error)
        {
            throw NoVideo(path, start, error);
        }
    }

    /// <summary>Opens a pipe by FFmpeg's name for it.</summary>
    public static VideoFileSource OpenPipe(string pipe, string name, FrameSourceOptions options, IVideo video, CancellationToken cancellation)
    {
        FormattableString text = options.Raw is { } raw
            ? (FormattableString)$"framerate={raw.FrameRate}:video_size={raw.Width}x{raw.Height}:pixel_format={raw.Pixels}"
            : $"framerate={options.FrameRate}";
        var request = new ReaderRequest(pipe, options.Raw is null ? null : "rawvideo", FormattableString.Invariant(text),
            options.Limits.MaximumPixels, TimeSpan.Zero, Live: true);
        try
        {
            return new VideoFileSource(name, options, Open(video, request, name, options, cancellation), lacksTrailer: false);
        }
        catch (FfmpegException error)
        {
            throw new VideoException(
                $"{name}: no video could be read: {error.Message}. Pipe in JPEG files one after the other, a video that can be read from its start on (MKV, WebM, MPEG-TS), or raw frames with their format given.", error);
        }
    }

    /// <inheritdoc/>
    public VideoFrame? Read(CancellationToken cancellation = default)
    {
        if (Ending is not null)
            return null;
        string? failure = null;
        try
        {
            bool any = _reader.Next(out ReaderFrame frame, cancellation);
            if (any)
            {
                VideoFrame next = _series.Add(_reader, frame, frame.Time);
                _end.Note(frame.Damaged, next.Time);
                return next;
            }
            _end.Note(frame.Damaged, _series.Last);
            if (_lacksTrailer)
                failure = "the end mark of GIF is missing";
        }
        catch (FfmpegException error)
        {
            failure = error.Message;
        }
        Ending = _end.Judge(_series.Count, _series.Last, failure);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private static IVideoReader Open(IVideo video, ReaderRequest request, string name, FrameSourceOptions options, CancellationToken cancellation)
    {
        IVideoReader reader = video.OpenReader(request, cancellation);
        try
        {
            options.Limits.Check(reader.Info.Width, Math.Max(1, reader.Info.Height), name);
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private static (byte[] Start, int Last) ReadEnds(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var start = new byte[SniffLength];
            start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
            if (!stream.CanSeek || start.Length == 0)
                return (start, -1);
            stream.Seek(-1, SeekOrigin.End);
            return (start, stream.ReadByte());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new VideoException($"{path}: cannot be read: {Image.Reason(error, path)}.", error);
        }
    }

    private static VideoException NoVideo(string path, byte[] start, FfmpegException error)
    {
        string kind = PictureFile.LooksLike(start);
        return new VideoException(kind.Contains("video", StringComparison.Ordinal)
            ? $"{path}: the video cannot be opened, it is damaged or incomplete: {error.Message}."
            : $"{path}: not a video that FFmpeg can read, it looks like {kind}: {error.Message}.", error);
    }
}

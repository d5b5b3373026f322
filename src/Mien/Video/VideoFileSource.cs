using System.Globalization;
using Mien.Imaging.Files;
using Mien.Video.Ffmpeg;

namespace Mien.Video;

/// <summary>A video file, or one that comes through a pipe.</summary>
internal sealed class VideoFileSource : IFrameSource
{
    private const int SniffLength = 512;

    /// <summary>The last byte of a whole GIF file, which has no index that would tell otherwise.</summary>
    private const int GifTrailer = 0x3b;

    private static ReadOnlySpan<byte> JpegStart => [0xff, 0xd8, 0xff];

    private readonly IVideoDecoder _decoder;
    private readonly FrameSeries _series;
    private readonly EndOfVideo _end;
    private readonly bool _lacksTrailer;

    private VideoFileSource(string name, FrameSourceOptions options, IVideoDecoder decoder, bool lacksTrailer)
    {
        Name = name;
        _lacksTrailer = lacksTrailer;
        _decoder = decoder;
        _series = new FrameSeries(name, options.Limits);
        _end = new EndOfVideo(name, decoder.Info);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>A program that writes into a pipe waits for the reader: no frame is late.</summary>
    public bool IsLive => false;

    /// <inheritdoc/>
    public double? FrameRate => _decoder.Info.FrameRate > 0 ? _decoder.Info.FrameRate : null;

    /// <inheritdoc/>
    public TimeSpan? Duration => _decoder.Info.Duration > 0 ? TimeSpan.FromSeconds(_decoder.Info.Duration) : null;

    /// <inheritdoc/>
    public SourceEnd? Ending { get; private set; }

    /// <summary>Opens a file.</summary>
    public static VideoFileSource OpenFile(string path, FrameSourceOptions options, OpenDecoder open, CancellationToken cancellation)
    {
        (byte[] start, int last) = ReadEnds(path);
        if (start.Length == 0)
            throw new VideoException($"{path}: the file is empty.");
        PictureFormat? format = PictureFile.Identify(start);
        if (format is not null and not PictureFormat.Gif && Image.ReadableExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            throw new VideoException($"{path}: it is a picture, not a video. Name its folder to go through all pictures in it.");
        if (start.AsSpan().StartsWith("#EXTM3U"u8))
            throw new VideoException($"{path}: it is a playlist, which names other files. Name the video itself, or join its parts first: ffmpeg -i LIST -c copy WHOLE.mp4");
        // FFmpeg would show a text as a film of a terminal.
        if (PictureFile.IsText(start))
            throw new VideoException($"{path}: not a video, it looks like text.");
        try
        {
            IVideoDecoder decoder = open(VideoInput.OfFile(path) with { MaximumPixels = options.Limits.MaximumPixels }, cancellation);
            return new VideoFileSource(path, options, decoder, lacksTrailer: format == PictureFormat.Gif && last != GifTrailer);
        }
        catch (FfmpegException error)
        {
            throw NoVideo(path, start, error);
        }
    }

    /// <summary>Opens a video that comes through a pipe.</summary>
    public static VideoFileSource OpenPipe(Stream bytes, string name, FrameSourceOptions options, OpenDecoder open, CancellationToken cancellation)
    {
        VideoInput input = VideoInput.OfBytes(bytes, name) with { MaximumPixels = options.Limits.MaximumPixels };
        if (options.Raw is { } raw)
        {
            input = input with
            {
                Format = "rawvideo",
                Options = ["-framerate", Rate(raw.FrameRate), "-video_size", $"{raw.Width}x{raw.Height}", "-pixel_format", raw.Pixels],
            };
        }
        else
        {
            input = input with { Start = ReadStart(bytes, JpegStart.Length, cancellation) };
            if (JpegStart.SequenceEqual(input.Start))
                input = input with { Format = "mjpeg", Options = ["-framerate", Rate(options.FrameRate)] };
        }
        try
        {
            return new VideoFileSource(name, options, open(input, cancellation), lacksTrailer: false);
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
            if (_decoder.Next(cancellation) is { } frame)
            {
                VideoFrame next = _series.Add(frame, _decoder.Info, frame.Time);
                _end.Note(frame.Faults, next.Time);
                return next;
            }
            _end.Note(_decoder.LastFaults, _series.Last);
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
    public void Dispose() => _decoder.Dispose();

    /// <summary>Waits for the first bytes of a pipe. Its reading itself cannot be ended.</summary>
    private static byte[] ReadStart(Stream bytes, int count, CancellationToken cancellation)
    {
        var start = new byte[count];
        Task<int> reading = Task.Run(() => bytes.ReadAtLeast(start, count, throwOnEndOfStream: false), CancellationToken.None);
        Task.WaitAny([reading], cancellation);
        return start[..reading.GetAwaiter().GetResult()];
    }

    private static string Rate(double rate) => rate.ToString(CultureInfo.InvariantCulture);

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
        return new VideoException(
            error.Kind == FfmpegFailure.NoVideo ? $"{path}: {error.Message}."
            : kind.Contains("video", StringComparison.Ordinal) ? $"{path}: the video cannot be opened, it is damaged or incomplete: {error.Message}."
            : $"{path}: not a video that FFmpeg can read, it looks like {kind}: {error.Message}.", error);
    }
}

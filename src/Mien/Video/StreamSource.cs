using Mien.Video.Ffmpeg;

namespace Mien.Video;

/// <summary>A stream from the network. One that drops is reached again, with longer and longer pauses between the attempts.</summary>
internal sealed class StreamSource : IFrameSource
{
    /// <summary>A recording that gives nothing new after this many connections has nothing more to give.</summary>
    private const int MostFutileConnections = 3;

    private static readonly string[] Schemes = ["rtsp", "rtsps", "rtmp", "rtmps", "http", "https", "udp", "tcp", "rtp", "srt"];
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    private readonly FrameSourceOptions _options;
    private readonly OpenDecoder _open;
    private readonly TimeProvider _clock;
    private readonly VideoInput _input;
    private readonly FrameSeries _series;
    private readonly VideoInfo _info;
    private readonly EndOfVideo _end;
    private IVideoDecoder? _decoder;
    private int _attempt;
    private int _futile;
    private long _began;
    private double? _offset;

    public StreamSource(string address, FrameSourceOptions options, OpenDecoder open, TimeProvider clock, CancellationToken cancellation)
    {
        Name = WithoutPassword(address);
        _options = options;
        _open = open;
        _clock = clock;
        _input = new VideoInput(address, Name)
        {
            Options = address.StartsWith("rtsp", StringComparison.OrdinalIgnoreCase) ? ["-rtsp_transport", "tcp"] : [],
            MaximumPixels = options.Limits.MaximumPixels, Timeout = options.Timeout,
        };
        _series = new FrameSeries(Name, options.Limits);
        try
        {
            _decoder = open(_input, cancellation);
        }
        catch (FfmpegException error)
        {
            throw new VideoException(error.Kind switch
            {
                FfmpegFailure.Denied => $"{Name}: access is denied; give a name and password before the host, as NAME:PASSWORD@HOST.",
                FfmpegFailure.TimedOut => $"{Name}: no answer within {FrameSource.Seconds(options.Timeout)}.",
                _ => $"{Name}: the stream cannot be opened: {error.Message}.",
            }, error);
        }
        _info = _decoder.Info;
        _end = new EndOfVideo(Name, _info);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool IsLive => !IsRecording;

    /// <inheritdoc/>
    public double? FrameRate => _info.FrameRate > 0 ? _info.FrameRate : null;

    /// <inheritdoc/>
    public TimeSpan? Duration => IsRecording ? TimeSpan.FromSeconds(_info.Duration) : null;

    /// <inheritdoc/>
    public SourceEnd? Ending { get; private set; }

    /// <summary>Whether this is a file behind an address, with an end.</summary>
    private bool IsRecording => _info.Duration > 0;

    /// <summary>Whether a name is an address.</summary>
    /// <exception cref="VideoException">It is one of a kind that is no stream.</exception>
    public static bool IsStream(string source)
    {
        int colon = source.IndexOf("://", StringComparison.Ordinal);
        if (colon <= 0 || !source[..colon].All(char.IsAsciiLetterOrDigit) || File.Exists(source))
            return false;
        return Schemes.Contains(source[..colon], StringComparer.OrdinalIgnoreCase)
            ? true
            : throw new VideoException($"{WithoutPassword(source)}: streams begin with {string.Join(", ", Schemes.Select(scheme => scheme + "://"))}.");
    }

    /// <inheritdoc/>
    public VideoFrame? Read(CancellationToken cancellation = default)
    {
        while (Ending is null)
        {
            string reason;
            try
            {
                _decoder ??= _open(_input, cancellation);
                if (_decoder.Next(cancellation) is { } frame)
                {
                    double time = Arrange(frame.Time);
                    // A recording starts again from its beginning.
                    if (IsRecording && _series.Count > 0 && time <= _series.Last.TotalSeconds)
                    {
                        frame.GiveBack();
                        continue;
                    }
                    _attempt = _futile = 0;
                    VideoFrame next = _series.Add(frame, _decoder.Info, time);
                    _end.Note(frame.Faults, next.Time);
                    return next;
                }
                reason = "it ended";
                if (IsRecording && (!_end.IsEarly(_series.Count, _series.Last) || ++_futile >= MostFutileConnections))
                {
                    Ending = _end.Judge(_series.Count, _series.Last, failure: null);
                    return null;
                }
            }
            catch (FfmpegException error)
            {
                reason = error.Message;
            }
            Pause(reason, cancellation);
        }
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _decoder?.Dispose();

    /// <summary>The address without name and password.</summary>
    private static string WithoutPassword(string address)
    {
        int start = address.IndexOf("://", StringComparison.Ordinal) + 3;
        int path = address.AsSpan(start).IndexOfAny('/', '?');
        int length = path < 0 ? address.Length - start : path;
        int at = start + address.AsSpan(start, length).LastIndexOf('@');
        return at < start ? address : address.Remove(start, at + 1 - start);
    }

    /// <summary>The time of a frame since the first one, over all connections.</summary>
    private double Arrange(double time)
    {
        if (_series.Count == 0)
            _began = _clock.GetTimestamp();
        if (IsRecording)
            return time;
        // What comes over HTTP as single JPEG files has no times; FFmpeg would count.
        if (double.IsNaN(time) || _info.Format == "mpjpeg")
            return _clock.GetElapsedTime(_began).TotalSeconds;
        _offset ??= _clock.GetElapsedTime(_began).TotalSeconds - time;
        return time + _offset.Value;
    }

    private void Pause(string reason, CancellationToken cancellation)
    {
        _decoder?.Dispose();
        _decoder = null;
        _offset = null;
        TimeSpan delay = TimeSpan.FromSeconds(Math.Min(LongestDelay.TotalSeconds, Math.Pow(2, Math.Min(_attempt, 16))));
        _options.Interrupted?.Invoke(new StreamInterruption(Name, reason, _attempt, delay));
        _attempt++;
        Task.Delay(delay, _clock, cancellation).GetAwaiter().GetResult();
    }
}

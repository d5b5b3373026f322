namespace Mien.Benchmarks;

/// <summary>A video file that begins again at its end, for as long as is wanted: decoded anew each time, and its times go on.</summary>
/// <param name="path">The file.</param>
/// <param name="length">For how long, in the video's own time.</param>
/// <param name="frameRate">Shows its frames at this rate instead of their own times.</param>
internal sealed class RepeatedVideo(string path, TimeSpan length, double? frameRate = null) : IFrameSource
{
    private IFrameSource _source = FrameSource.Open(path);
    private TimeSpan _offset;
    private TimeSpan _last;
    private long _number;

    public string Name => path;

    public bool IsLive => false;

    public double? FrameRate => frameRate ?? _source.FrameRate;

    public TimeSpan? Duration => length;

    public SourceEnd? Ending => null;

    public VideoFrame? Read(CancellationToken cancellation = default)
    {
        var frame = _source.Read(cancellation);
        if (frame is null)
        {
            _source.Dispose();
            _source = FrameSource.Open(path, cancellation: cancellation);
            _offset = _last + TimeSpan.FromSeconds(1 / (_source.FrameRate ?? 25));
            frame = _source.Read(cancellation) ?? throw new VideoException($"{path}: there is no frame in it.");
        }
        _last = frameRate is { } rate ? TimeSpan.FromSeconds(_number / rate) : _offset + frame.Time;
        return _last < length ? new VideoFrame(frame.Image, _number++, _last, frame.Dispose) : null;
    }

    public void Dispose() => _source.Dispose();
}

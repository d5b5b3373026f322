namespace Mien;

/// <summary>Plays a source at its own pace, like a camera: each frame comes no sooner than at its time. It drops none itself.</summary>
/// <param name="source">What to play; it is disposed of with this one.</param>
/// <param name="clock">The time; null for the system's.</param>
public sealed class RealTimeSource(IFrameSource source, TimeProvider? clock = null) : IFrameSource
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private long? _began;

    /// <inheritdoc/>
    public string Name => source.Name;

    /// <inheritdoc/>
    public bool IsLive => true;

    /// <inheritdoc/>
    public double? FrameRate => source.FrameRate;

    /// <inheritdoc/>
    public TimeSpan? Duration => source.Duration;

    /// <inheritdoc/>
    public SourceEnd? Ending => source.Ending;

    /// <inheritdoc/>
    public VideoFrame? Read(CancellationToken cancellation = default)
    {
        if (source.Read(cancellation) is not { } frame)
            return null;
        _began ??= _clock.GetTimestamp();
        TimeSpan early = frame.Time - _clock.GetElapsedTime(_began.Value);
        if (early > TimeSpan.Zero)
            Task.Delay(early, _clock, cancellation).GetAwaiter().GetResult();
        return frame;
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}

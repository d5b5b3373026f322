namespace Mien.Cli.Output;

/// <summary>Shows on stderr how far a video is analyzed: a bar on a terminal, else a line now and then.</summary>
internal sealed class VideoProgress(IFrameSource source) : IReadingSink
{
    private long _ticks;

    public void Add(FrameReading reading, Image picture) => Volatile.Write(ref _ticks, reading.Time.Ticks);

    public void Alert(AlertEvent alert) { }

    public void Mark(TimeSpan time, string marker) { }

    public void Finish(IReadOnlyList<TrackEvent> events) { }

    public void Dispose() { }

    /// <summary>Runs a watch and shows it meanwhile.</summary>
    public async Task<SourceEnd?> ShowAsync(VideoWatch watch, Func<Task<SourceEnd?>> start) =>
        await Terminal.WithProgressAsync("Analyzing", source.Duration?.Ticks, () => Volatile.Read(ref _ticks), start);
}

using System.Collections.Concurrent;

namespace Mien;

/// <summary>Watches a source to its end: reads its frames, looks for alerts and hands everything to sinks.</summary>
/// <remarks>
/// A sink that fails is reported, disposed of and left out; the others go on. At the end, however it came, each sink is told so.
/// Sinks are disposed of by who made them.
/// </remarks>
public sealed class VideoWatch
{
    private readonly VideoAnalyzer _analyzer;
    private readonly AlertMonitor _monitor;
    private readonly List<IReadingSink> _sinks;
    private readonly Queue<Marker> _planned;
    private readonly ConcurrentQueue<string> _marked = [];
    private readonly FramePipeline<FrameReading> _pipeline;
    private TimeSpan _time;
    private long _latency;

    /// <summary>Puts a source, an analyzer and sinks together.</summary>
    /// <param name="source">What to watch; it is not disposed of.</param>
    /// <param name="analyzer">An analyzer that has seen nothing yet.</param>
    /// <param name="sinks">Where readings go.</param>
    /// <param name="rules">What raises alerts.</param>
    /// <param name="markers">Markers whose time is known beforehand.</param>
    public VideoWatch(IFrameSource source, VideoAnalyzer analyzer, IReadOnlyList<IReadingSink> sinks, IReadOnlyList<AlertRule>? rules = null, IReadOnlyList<Marker>? markers = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(analyzer);
        ArgumentNullException.ThrowIfNull(sinks);
        _analyzer = analyzer;
        analyzer.Expect(source.FrameRate, source.Duration);
        _sinks = [.. sinks];
        _monitor = new(rules ?? []);
        _planned = new((markers ?? []).OrderBy(marker => marker.Time));
        _pipeline = new(source, analyzer.Analyze, PutOut);
    }

    /// <summary>Told of each sink that failed, on the thread that runs them.</summary>
    public event Action<IReadingSink, Exception>? SinkFailed;

    /// <summary>Frames that were put out so far. May be read while it runs, like all counts here.</summary>
    public long Frames => _pipeline.Finished;

    /// <summary>Frames of a live source that were dropped so far.</summary>
    public long Dropped => _pipeline.Dropped;

    /// <summary>From capture to result, of the last frame.</summary>
    public TimeSpan Latency => TimeSpan.FromTicks(Volatile.Read(ref _latency));

    /// <summary>The longest latency so far.</summary>
    public TimeSpan MaximumLatency => _pipeline.MaximumLatency;

    /// <summary>Begins a segment with the next frame. Safe to call from any thread.</summary>
    /// <param name="marker">The segment's name.</param>
    public void Mark(string marker)
    {
        ArgumentNullException.ThrowIfNull(marker);
        _marked.Enqueue(marker);
    }

    /// <summary>Runs until the source ends, and tells how.</summary>
    /// <param name="cancellation">Ends it before; what was read until then has been put out.</param>
    /// <exception cref="OperationCanceledException">The token asked for it.</exception>
    /// <exception cref="VideoException">A camera failed.</exception>
    public async Task<SourceEnd?> RunAsync(CancellationToken cancellation = default)
    {
        try
        {
            return await _pipeline.RunAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            var leaving = _analyzer.Finish();
            ToEach(sink => sink.Finish(leaving));
        }
    }

    private void PutOut(ProcessedFrame<FrameReading> frame)
    {
        var reading = frame.Result;
        while (_planned.TryPeek(out var marker) && marker.Time <= reading.Time)
        {
            _planned.Dequeue();
            var time = marker.Time > _time ? marker.Time : _time;
            ToEach(sink => sink.Mark(time, marker.Name));
        }
        while (_marked.TryDequeue(out string? marker))
            ToEach(sink => sink.Mark(reading.Time, marker));
        ToEach(sink => sink.Add(reading, frame.Frame.Image));
        foreach (var alert in _monitor.Update(reading.Time, reading.Smoothed))
            ToEach(sink => sink.Alert(alert));
        _time = reading.Time;
        Volatile.Write(ref _latency, frame.Latency.Ticks);
    }

    private void ToEach(Action<IReadingSink> give)
    {
        foreach (var sink in (IReadingSink[])[.. _sinks])
        {
            try
            {
                give(sink);
            }
            catch (Exception error) when (error is MienException or IOException)
            {
                _sinks.Remove(sink);
                sink.Dispose();
                SinkFailed?.Invoke(sink, error);
            }
        }
    }
}

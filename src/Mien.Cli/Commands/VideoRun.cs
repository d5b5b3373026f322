using Mien.Cli.Output;

namespace Mien.Cli.Commands;

/// <summary>One video, camera or stream from its beginning to its end, with all that it is put out to.</summary>
internal sealed class VideoRun : IDisposable
{
    private readonly IFrameSource _source;
    private readonly VideoRequest _request;
    private readonly CancellationTokenSource _stop;

    /// <summary>What was asked for; when the last of it fails, nobody would get to see the rest.</summary>
    private readonly List<IReadingSink> _outputs = [];

    private readonly List<IReadingSink> _sinks = [];

    /// <summary>Prepares a run; the source is disposed of with it.</summary>
    public VideoRun(IFrameSource source, VideoRequest request, CancellationToken cancellation)
    {
        (_source, _request) = (source, request);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    }

    /// <summary>Whether nothing could be read, the camera failed, or something that was asked for could not be written.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Adds something for the sake of which the run is made.</summary>
    public void AddOutput(IReadingSink output)
    {
        _outputs.Add(output);
        _sinks.Add(output);
    }

    /// <summary>Adds what only shows how it goes.</summary>
    public void AddDisplay(IReadingSink display) => _sinks.Add(display);

    /// <summary>Ends the run before the source ends.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Runs to the end; reports what went wrong.</summary>
    /// <param name="analyzer">Detector and classifier.</param>
    /// <param name="show">Runs the watch and shows meanwhile how it goes.</param>
    public async Task RunAsync(EmotionAnalyzer analyzer, Func<VideoWatch, Func<Task<SourceEnd?>>, Task<SourceEnd?>> show)
    {
        if (_request.Rules.Count > 0)
            AddOutput(new AlertDelivery(_source.Name, _request.Webhook, _request.Command));
        var watch = new VideoWatch(_source, new VideoAnalyzer(analyzer), _sinks, _request.Rules, _request.Markers);
        watch.SinkFailed += Report;
        try
        {
            var end = await show(watch, () => watch.RunAsync(_stop.Token));
            if (end is { Reason: not SourceEndReason.Complete })
                Terminal.Fail(end.Message);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // A person has ended it, or a failure that was reported.
        }
        catch (VideoException error)
        {
            HasFailed = true;
            Terminal.Fail(error.Message);
        }
        HasFailed |= watch.Frames == 0 && !_stop.IsCancellationRequested;
        if (watch.Dropped > 0)
            Terminal.Note($"{_source.Name}: {watch.Dropped} of {watch.Frames + watch.Dropped} frames were dropped, because newer ones came before they could be read.");
    }

    public void Dispose()
    {
        foreach (var sink in _sinks)
            sink.Dispose();
        _source.Dispose();
        _stop.Dispose();
    }

    private void Report(IReadingSink sink, Exception error)
    {
        HasFailed = true;
        Terminal.Fail(error is MienException ? error.Message : $"the output cannot be written: {error.Message}");
        if (_outputs.Remove(sink) && _outputs.Count == 0)
            _stop.Cancel();
    }
}

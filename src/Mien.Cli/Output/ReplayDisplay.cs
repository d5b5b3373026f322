namespace Mien.Cli.Output;

/// <summary>Hands the replay of a session on to sinks and tells meanwhile how far it is; sinks that print at the end do so when nothing moves on the terminal any more.</summary>
internal sealed class ReplayDisplay(IReadOnlyList<IReadingSink> sinks) : IReadingSink
{
    /// <summary>How many frames go by between two tellings.</summary>
    private const int Step = 500;

    private IProgress<(long Done, long Total)>? _progress;
    private IReadOnlyList<TrackEvent> _left = [];
    private long _frames;
    private long _done;

    /// <summary>Replays a session to its end.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="session">Which.</param>
    /// <param name="doing">What the replay is for.</param>
    /// <param name="cancellation">Stops between frames.</param>
    public void Run(SessionStore store, StoredSession session, string doing, CancellationToken cancellation)
    {
        _frames = session.Frames;
        Terminal.WithProgress(doing, progress =>
        {
            _progress = progress;
            store.Replay(session.Name, this, cancellation);
            return true;
        });
        foreach (var sink in sinks)
            sink.Finish(_left);
    }

    public void Add(FrameReading reading, Image picture)
    {
        foreach (var sink in sinks)
            sink.Add(reading, picture);
        if (++_done % Step == 0)
            _progress!.Report((_done, _frames));
    }

    public void Alert(AlertEvent alert)
    {
        foreach (var sink in sinks)
            sink.Alert(alert);
    }

    public void Mark(TimeSpan time, string marker)
    {
        foreach (var sink in sinks)
            sink.Mark(time, marker);
    }

    public void Finish(IReadOnlyList<TrackEvent> events) => _left = events;

    public void Dispose()
    {
        foreach (var sink in sinks)
            sink.Dispose();
    }
}

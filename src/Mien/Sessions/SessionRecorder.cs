using Mien.Sessions;

namespace Mien;

/// <summary>Records what a video or camera reads as in a <see cref="SessionStore"/>, never pictures.</summary>
/// <remarks>
/// Readings are written once a second, in the background and each time wholly or not at all: a process that is killed
/// loses the last second at most. A session of the same name is continued: times go on where it ended, and faces get new ids.
/// </remarks>
public sealed class SessionRecorder : IReadingSink
{
    /// <summary>From this size on, in bytes, the caller waits for the store; that holds memory small, here and where the block is read.</summary>
    private const int LargestBlock = 1 << 16;

    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(1), ForgetEvery = TimeSpan.FromMinutes(10);

    private readonly SessionStore _store;
    private readonly RecordedPart _part;
    private readonly Timer _timer;
    private readonly Lock _gathering = new(), _writing = new();

    private ReadingBlock _block = new();
    private TimeSpan _end;
    private int _tracks;

    private long _number;
    private DateTime _forgot = DateTime.UtcNow;
    private MienException? _fault;
    private bool _disposed;

    private SessionRecorder(SessionStore store, SessionDescription session)
    {
        _store = store;
        _part = store.Begin(session);
        (_end, _tracks) = (_part.Start, _part.Tracks);
        _timer = new(_ => WriteInBackground(), null, WriteEvery, WriteEvery);
    }

    /// <summary>Whether a session of this name was there before and is continued.</summary>
    public bool Continues => _part.Number > 1;

    /// <summary>Begins a part of a session.</summary>
    /// <param name="session">What is recorded.</param>
    /// <param name="store">Where: as for <see cref="SessionStore.Open"/>.</param>
    /// <exception cref="MienException">The store cannot be opened, or the session holds readings of other labels.</exception>
    public static SessionRecorder Start(SessionDescription session, string? store = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        var opened = SessionStore.Open(store);
        try
        {
            return new(opened, session);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Of the picture only the size is taken.</remarks>
    public void Add(FrameReading reading, Image picture)
    {
        ArgumentNullException.ThrowIfNull(reading);
        ArgumentNullException.ThrowIfNull(picture);
        var placed = _part.Place(reading);
        Gather(new SessionFrame(placed, picture.Width, picture.Height), placed.Time, placed.Faces);
    }

    /// <inheritdoc/>
    public void Alert(AlertEvent alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        Gather(new SessionAlert(alert with { Time = _part.Start + alert.Time, Track = alert.Track + _part.Tracks }));
    }

    /// <inheritdoc/>
    public void Mark(TimeSpan time, string marker)
    {
        ArgumentNullException.ThrowIfNull(marker);
        Gather(new SessionMarker(_part.Start + time, marker), _part.Start + time);
    }

    /// <inheritdoc/>
    public void Finish(IReadOnlyList<TrackEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        Gather(new SessionPartEnd(_part.Place(events)));
        Write();
    }

    /// <summary>Writes what is left and closes the store.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _timer.Dispose();
        try
        {
            Write();
        }
        catch (MienException)
        {
            // Who finished was told; who did not has an error of its own.
        }
        lock (_writing)
            _store.Dispose();
    }

    private void Gather(SessionEntry entry, TimeSpan? time = null, IReadOnlyList<TrackedReading>? faces = null)
    {
        bool full;
        lock (_gathering)
        {
            _block.Add(entry);
            _end = time ?? _end;
            foreach (var face in faces ?? [])
                _tracks = Math.Max(_tracks, face.Track);
            full = _block.Length >= LargestBlock;
        }
        if (_fault is { } fault)
            throw fault;
        if (full)
            Write();
    }

    private void WriteInBackground()
    {
        // A store that takes longer than a second is not asked twice at once.
        if (!_writing.TryEnter())
            return;
        try
        {
            if (_fault is null && !_disposed)
                WriteGathered();
        }
        catch (MienException error)
        {
            _fault = error;
        }
        finally
        {
            _writing.Exit();
        }
    }

    private void Write()
    {
        lock (_writing)
        {
            if (_fault is { } fault)
                throw fault;
            try
            {
                WriteGathered();
            }
            catch (MienException error)
            {
                _fault = error;
                throw;
            }
        }
    }

    private void WriteGathered()
    {
        ReadingBlock block;
        TimeSpan end;
        int tracks;
        lock (_gathering)
        {
            (block, end, tracks) = (_block, _end, _tracks);
            if (block.Length == 0)
                return;
            _block = new();
        }
        _store.Write(_part, ++_number, block, end, tracks);
        if (DateTime.UtcNow - _forgot >= ForgetEvery)
        {
            _store.DeleteExpired();
            _forgot = DateTime.UtcNow;
        }
    }
}

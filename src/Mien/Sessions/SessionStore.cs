using System.Text.Json;
using Mien.Sessions;

namespace Mien;

/// <summary>Stored sessions: what faces read as over time, never pictures. In a SQLite file or a PostgreSQL database.</summary>
/// <remarks>
/// Readings that are older than their session's retention are deleted whenever a store is opened, and while a session is
/// recorded. What is deleted is overwritten (SQLite). For one thread.
/// </remarks>
public sealed class SessionStore : IDisposable
{
    /// <summary>How many blocks are held at a time while a session is read.</summary>
    private const int Page = 32;

    private readonly SessionDatabase _database;

    private SessionStore(SessionDatabase database) => _database = database;

    /// <summary>The user's own store: <c>$XDG_DATA_HOME/mien/sessions.db</c> or the platform's equivalent.</summary>
    public static string DefaultPath => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "mien", "sessions.db");

    /// <summary>What the store is called in messages: its file, or its address without a password.</summary>
    public string Name => _database.Name;

    /// <summary>Whether there is a store that can be opened without making it; of a server it cannot be told before.</summary>
    /// <param name="location">As for <see cref="Open"/>.</param>
    public static bool Exists(string? location = null) => (location ?? DefaultPath) is var place && (SessionDatabase.IsServer(place) || File.Exists(place));

    /// <summary>Opens a store and deletes what is kept no longer.</summary>
    /// <param name="location">A SQLite file, or <c>postgres://USER:PASSWORD@HOST:PORT/DATABASE</c>; null for <see cref="DefaultPath"/>.</param>
    /// <param name="create">Whether to make a file that does not exist.</param>
    /// <exception cref="MienException">It cannot be opened, is damaged, or was written by a newer Mien.</exception>
    public static SessionStore Open(string? location = null, bool create = true)
    {
        var store = new SessionStore(SessionDatabase.Open(location ?? DefaultPath, create));
        try
        {
            store.DeleteExpired();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>All sessions, by name.</summary>
    /// <exception cref="MienException">The store cannot be read.</exception>
    public IReadOnlyList<StoredSession> List() => _database.Try(() => Select(name: null));

    /// <summary>A session by its name.</summary>
    /// <exception cref="MienException">There is none of this name; the message names some that there are.</exception>
    public StoredSession Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Find(name) ?? throw Unknown(name);
    }

    /// <summary>A session by its name; null if there is none.</summary>
    /// <exception cref="MienException">The store cannot be read.</exception>
    public StoredSession? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _database.Try(() => Select(name)) is [var session] ? session : null;
    }

    /// <summary>Tells a sink what was recorded, as if it happened again; a long session takes no more memory than a short one.</summary>
    /// <remarks>
    /// Parts follow each other in time, and faces have ids of their own in each. Probabilities and detections are as they were to
    /// 1/255, boxes to a quarter of a pixel, times to a microsecond; there are no landmarks, and pictures are black.
    /// </remarks>
    /// <param name="name">The session.</param>
    /// <param name="sink">What is told; it is not disposed of.</param>
    /// <param name="cancellation">Stops between frames.</param>
    /// <exception cref="MienException">There is no such session, it cannot be read, or the sink fails.</exception>
    public void Replay(string name, IReadingSink sink, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(sink);
        foreach (int _ in ReplaySteps(name, sink))
            cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>The same with a pause wherever the caller wants one; nothing of the store is held meanwhile.</summary>
    /// <returns>For each entry that the sink was told, how many there were.</returns>
    internal IEnumerable<int> ReplaySteps(string name, IReadingSink sink)
    {
        var left = new List<TrackEvent>();
        var markers = new Queue<SessionMarker>();
        Image? picture = null;
        int told = 0;
        foreach (var entry in Read(name))
        {
            switch (entry)
            {
                case SessionFrame(var reading, var width, var height):
                    TellMarkers(reading.Time);
                    if (picture?.Width != width || picture.Height != height)
                        picture = Image.FromPixels(width, height, PixelFormat.Gray8, new byte[width * height]);
                    sink.Add(left.Count > 0 ? reading with { Events = [.. left, .. reading.Events] } : reading, picture);
                    left.Clear();
                    break;
                case SessionAlert(var alert):
                    sink.Alert(alert);
                    break;
                case SessionMarker marker:
                    // One that comes from elsewhere than the readings may be written before those that it follows.
                    markers.Enqueue(marker);
                    break;
                case SessionPartEnd(var events):
                    left.AddRange(events);
                    break;
            }
            yield return ++told;
        }
        TellMarkers(TimeSpan.MaxValue);
        sink.Finish(left);

        void TellMarkers(TimeSpan until)
        {
            while (markers.TryPeek(out var marker) && marker.Time <= until)
            {
                markers.Dequeue();
                sink.Mark(marker.Time, marker.Marker);
            }
        }
    }

    /// <summary>Deletes a session with all that was recorded of it.</summary>
    /// <exception cref="MienException">There is none of this name, or it cannot be deleted.</exception>
    public void Delete(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        long session = IdOf(name);
        _database.Transact(() => Delete(session));
        _database.Try(_database.Forget);
    }

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    /// <summary>Begins a part of a session, and the session itself if it is new.</summary>
    internal RecordedPart Begin(SessionDescription description)
    {
        var existing = Find(description.Name);
        if (existing is not null && !existing.Labels.SequenceEqual(description.Labels))
        {
            throw new MienException($"The session '{description.Name}' holds readings of other labels ({string.Join(", ", existing.Labels)}) than this model's "
                + $"({string.Join(", ", description.Labels)}): record with the same labels, or under another name.");
        }
        long now = Now;
        var part = new RecordedPart(0, 1, TimeSpan.Zero, 0);
        _database.Transact(() =>
        {
            if (existing is null)
            {
                part = part with { Session = Random.Shared.NextInt64() };
                _database.Execute("INSERT INTO mien_sessions (id, name, labels, started, updated, retention, duration, tracks, parts) VALUES (@id, @name, @labels, @now, @now, @retention, 0, 0, 1)",
                    ("id", part.Session), ("name", description.Name), ("labels", JsonSerializer.Serialize(description.Labels)), ("now", now), ("retention", Milliseconds(description.Retention)));
            }
            else
            {
                part = _database.Query("SELECT id, parts, duration, tracks FROM mien_sessions WHERE name = @name",
                    row => new RecordedPart(row.GetInt64(0), row.GetInt32(1) + 1, TimeSpan.FromMicroseconds(row.GetInt64(2)), row.GetInt32(3)), ("name", description.Name))[0];
                _database.Execute("UPDATE mien_sessions SET parts = @part, updated = @now, retention = COALESCE(CAST(@retention AS BIGINT), retention) WHERE id = @id",
                    ("part", (long)part.Number), ("now", now), ("retention", Milliseconds(description.Retention)), ("id", part.Session));
            }
            _database.Execute("INSERT INTO mien_parts (session, part, source, model, started, start) VALUES (@session, @part, @source, @model, @now, @start)",
                ("session", part.Session), ("part", (long)part.Number), ("source", description.Source), ("model", description.Model), ("now", now), ("start", Microseconds(part.Start)));
        });
        return part;
    }

    /// <summary>Stores a block of readings.</summary>
    /// <param name="part">The part that they belong to.</param>
    /// <param name="number">The block's number, from 1.</param>
    /// <param name="block">The readings.</param>
    /// <param name="end">The session's time up to which they go.</param>
    /// <param name="tracks">The highest id of a face so far.</param>
    internal void Write(RecordedPart part, long number, ReadingBlock block, TimeSpan end, int tracks) => _database.Transact(() =>
    {
        int found = _database.Execute("UPDATE mien_sessions SET updated = @now, duration = @end, tracks = @tracks WHERE id = @session AND parts = @part",
            ("now", Now), ("end", Microseconds(end)), ("tracks", (long)tracks), ("session", part.Session), ("part", (long)part.Number));
        if (found == 0)
            throw new SessionTakenException($"{Name}: the session was deleted, or is now recorded by another run of Mien; this run records no more of it.");
        _database.Execute("INSERT INTO mien_readings (session, part, block, written, frames, data) VALUES (@session, @part, @block, @now, @frames, @data)",
            ("session", part.Session), ("part", (long)part.Number), ("block", number), ("now", Now), ("frames", (long)block.Frames), ("data", block.ToBytes()));
    });

    /// <summary>Deletes readings that are older than their session is kept, and sessions of which nothing is left.</summary>
    internal void DeleteExpired()
    {
        int deleted = 0;
        _database.Transact(() =>
        {
            var limited = _database.Query("SELECT id, updated, retention FROM mien_sessions WHERE retention IS NOT NULL", row => (Id: row.GetInt64(0), Updated: row.GetInt64(1), Retention: row.GetInt64(2)));
            foreach (var (session, updated, retention) in limited)
            {
                long oldest = Now - retention;
                deleted += updated < oldest ? Delete(session)
                    : _database.Execute("DELETE FROM mien_readings WHERE session = @session AND written < @oldest", ("session", session), ("oldest", oldest));
            }
        });
        if (deleted > 0)
            _database.Try(_database.Forget);
    }

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private static long Microseconds(TimeSpan time) => (long)Math.Round(time.TotalMicroseconds);

    private static long? Milliseconds(TimeSpan? time) => (long?)time?.TotalMilliseconds;

    private static DateTimeOffset Moment(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private IEnumerable<SessionEntry> Read(string name)
    {
        var labels = Get(name).Labels;
        long session = IdOf(name), part = 0, block = 0;
        while (true)
        {
            var page = _database.Try(() => _database.Query(
                $"SELECT part, block, data FROM mien_readings WHERE session = @session AND (part > @part OR part = @part AND block > @block) ORDER BY part, block LIMIT {Page}",
                row => (Part: row.GetInt64(0), Block: row.GetInt64(1), Data: row.GetFieldValue<byte[]>(2)),
                ("session", session), ("part", part), ("block", block)));
            foreach (var row in page)
            {
                foreach (var entry in ReadBlock(row.Data, labels))
                    yield return entry;
            }
            if (page.Count < Page)
                yield break;
            (part, block) = (page[^1].Part, page[^1].Block);
        }
    }

    private List<SessionEntry> ReadBlock(byte[] data, IReadOnlyList<string> labels)
    {
        try
        {
            return [.. ReadingBlock.Read(data, labels)];
        }
        catch (Exception error) when (error is InvalidDataException or InvalidOperationException)
        {
            throw new MienException($"{Name}: a block of readings is damaged; `mien sessions delete` removes the session.", error);
        }
    }

    private int Delete(long session) =>
        _database.Execute("DELETE FROM mien_readings WHERE session = @session", ("session", session))
        + _database.Execute("DELETE FROM mien_parts WHERE session = @session", ("session", session))
        + _database.Execute("DELETE FROM mien_sessions WHERE id = @session", ("session", session));

    private long IdOf(string name) =>
        _database.Try(() => _database.Query("SELECT id FROM mien_sessions WHERE name = @name", row => row.GetInt64(0), ("name", name))) is [var id] ? id : throw Unknown(name);

    private List<StoredSession> Select(string? name)
    {
        string where = name is null ? "" : "WHERE s.name = @name";
        (string, object?)[] values = name is null ? [] : [("name", name)];
        var parts = _database.Query($"SELECT p.session, p.source, p.model, p.started, p.start FROM mien_parts p JOIN mien_sessions s ON s.id = p.session {where} ORDER BY p.part",
            row => (Session: row.GetInt64(0), Part: new SessionPart(row.GetString(1), row.GetString(2), Moment(row.GetInt64(3)), TimeSpan.FromMicroseconds(row.GetInt64(4)))), values)
            .ToLookup(row => row.Session, row => row.Part);
        return _database.Query($"""
            SELECT s.id, s.name, s.labels, s.started, s.updated, s.duration, s.retention, COALESCE(r.frames, 0), COALESCE(r.size, 0), s.tracks
            FROM mien_sessions s LEFT JOIN (SELECT session, SUM(frames) AS frames, SUM(LENGTH(data)) AS size FROM mien_readings GROUP BY session) r ON r.session = s.id
            {where} ORDER BY s.name
            """,
            row => new StoredSession(
                row.GetString(1), JsonSerializer.Deserialize<string[]>(row.GetString(2))!, Moment(row.GetInt64(3)), Moment(row.GetInt64(4)), TimeSpan.FromMicroseconds(row.GetInt64(5)),
                row.IsDBNull(6) ? null : TimeSpan.FromMilliseconds(row.GetInt64(6)), row.GetInt64(7), row.GetInt64(8), row.GetInt32(9), [.. parts[row.GetInt64(0)]]), values);
    }

    private MienException Unknown(string name)
    {
        const int Named = 5;
        string[] others = [.. List().Select(session => session.Name)];
        string there = others.Length == 0 ? "it holds none" : $"it holds {string.Join(", ", others.Take(Named))}{(others.Length > Named ? $" and {others.Length - Named} more" : "")}";
        return new($"{Name}: there is no session '{name}'; {there}.");
    }
}

using Microsoft.Extensions.Logging;
using Mien.Server.Problems;
using Mien.Sessions;

namespace Mien.Server.Sessions;

/// <summary>The store of sessions as requests use it: opened for each of them, so that a slow one is in nobody's way.</summary>
internal sealed partial class SessionArchive(ServerOptions options, ILogger<SessionArchive> logger)
{
    /// <summary>How many sessions can be recorded by programs at a time; of more, the one that has been silent longest must be begun again.</summary>
    private const int MostOpen = 256;

    private readonly Dictionary<string, OpenSession> _open = [];

    /// <summary>Two that begin the same new session at once would be in each other's way.</summary>
    private readonly Lock _beginning = new();

    /// <summary>Does something with the store, and makes it if there is none.</summary>
    /// <exception cref="ProblemException">The store cannot be used.</exception>
    public T Write<T>(Func<SessionStore, T> work) => Try(() =>
    {
        using var store = SessionStore.Open(options.Store);
        return work(store);
    });

    /// <summary>Does something with the store; where there is none there is nothing in it, and nothing is made.</summary>
    /// <exception cref="ProblemException">The store cannot be used.</exception>
    public T Read<T>(Func<SessionStore, T> work, T otherwise) => SessionStore.Exists(options.Store)
        ? Try(() =>
        {
            using var store = SessionStore.Open(options.Store, create: false);
            return work(store);
        })
        : otherwise;

    /// <summary>The store with a session in it; for whoever reads it bit by bit.</summary>
    /// <exception cref="ProblemException">There is no such session, or the store cannot be used.</exception>
    public (SessionStore Store, StoredSession Session) Open(string name)
    {
        if (!SessionStore.Exists(options.Store))
            throw Unknown();
        var store = Try(() => SessionStore.Open(options.Store, create: false));
        try
        {
            return (store, Try(() => Find(store, name)));
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Records what a video or stream reads as.</summary>
    /// <exception cref="ProblemException">The store cannot be used, or the session holds readings of other labels.</exception>
    public SessionRecorder Record(SessionDescription session) => Try(() =>
    {
        using var _ = _beginning.EnterScope();
        Write(store => CheckLabels(store, session));
        Forget(session.Name);
        return SessionRecorder.Start(session, options.Store);
    });

    /// <summary>Begins a part of a session, and the session itself if it is new.</summary>
    /// <exception cref="ProblemException">The store cannot be used, or the session holds readings of other labels.</exception>
    public StoredSession Begin(SessionDescription session) => Write(store =>
    {
        using var _ = _beginning.EnterScope();
        CheckLabels(store, session);
        var open = new OpenSession(store.Begin(session), session.Labels);
        lock (_open)
        {
            if (_open.Count >= MostOpen && !_open.ContainsKey(session.Name))
                _open.Remove(_open.MinBy(other => other.Value.Used).Key);
            _open[session.Name] = open;
        }
        return store.Get(session.Name);
    });

    /// <summary>Adds to a session that a program records.</summary>
    /// <param name="name">The session.</param>
    /// <param name="work">Adds to it.</param>
    /// <exception cref="ProblemException">There is no such session, nobody has begun to record it, or the store cannot be used.</exception>
    public void Add(string name, Action<OpenSession, SessionStore> work)
    {
        OpenSession? open;
        lock (_open)
            _open.TryGetValue(name, out open);
        using var store = Open(name).Store;
        if (open is null)
            throw NotOpen();
        Try(() =>
        {
            try
            {
                work(open, store);
                return true;
            }
            catch (SessionTakenException)
            {
                Forget(name);
                throw NotOpen();
            }
        });
    }

    /// <summary>Deletes a session.</summary>
    /// <exception cref="ProblemException">There is no such session, or the store cannot be used.</exception>
    public void Delete(string name)
    {
        using var store = Open(name).Store;
        Forget(name);
        Try(() =>
        {
            store.Delete(name);
            return true;
        });
    }

    /// <summary>Turns the faults of a store into a problem.</summary>
    /// <exception cref="ProblemException">There is a fault.</exception>
    public T Try<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (MienException error)
        {
            throw Failure(error);
        }
    }

    /// <summary>The problem of a store's fault, whose message is for the operator.</summary>
    public ProblemException Failure(MienException error)
    {
        LogFailure(logger, error.Message);
        return Problem.StoreFailed.Exception("Sessions cannot be read or written now; the server's log says why.");
    }

    private static ProblemException NotOpen() => Problem.SessionNotOpen.Exception(
        "Nobody has begun to record this session since the server started, or something else records it now. Begin a further part of it with POST /v1/sessions.");

    private static ProblemException Unknown() => Problem.UnknownSession.Exception("There is no session of this name; GET /v1/sessions lists those there are.");

    private static StoredSession Find(SessionStore store, string name) =>
        // No name that can be stored holds these, and PostgreSQL takes no NUL.
        (name.Any(char.IsControl) ? null : store.Find(name)) ?? throw Unknown();

    private static bool CheckLabels(SessionStore store, SessionDescription session) =>
        store.Find(session.Name) is not { } existing || existing.Labels.SequenceEqual(session.Labels) ? true
        : throw Problem.OtherLabels.Exception($"The session holds readings of {string.Join(", ", existing.Labels)}: record with the same labels, or under another name.");

    private void Forget(string name)
    {
        lock (_open)
            _open.Remove(name);
    }

    [LoggerMessage(LogLevel.Error, "{Failure}")]
    private static partial void LogFailure(ILogger logger, string failure);
}

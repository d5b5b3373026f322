namespace Mien.Sessions;

/// <summary>A session was deleted or is recorded by another run, so that this one can store no more of it.</summary>
internal sealed class SessionTakenException(string message) : MienException(message);

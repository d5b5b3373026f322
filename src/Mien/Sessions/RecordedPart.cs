namespace Mien.Sessions;

/// <summary>A part of a session that is being recorded.</summary>
/// <param name="Session">The session's key.</param>
/// <param name="Number">The part's number, from 1.</param>
/// <param name="Start">The session's time at which it begins.</param>
/// <param name="Tracks">The highest id of a face before it.</param>
internal sealed record RecordedPart(long Session, int Number, TimeSpan Start, int Tracks);

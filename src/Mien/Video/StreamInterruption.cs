namespace Mien;

/// <summary>A stream that dropped, or that could not be reached again.</summary>
/// <param name="Source">The stream's name.</param>
/// <param name="Reason">Why, as FFmpeg says it.</param>
/// <param name="Attempt">How many times reaching it was tried since it dropped; 0 when it has just dropped.</param>
/// <param name="Delay">After which time the next attempt follows.</param>
public sealed record StreamInterruption(string Source, string Reason, int Attempt, TimeSpan Delay);

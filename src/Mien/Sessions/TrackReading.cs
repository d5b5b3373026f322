namespace Mien;

/// <summary>What one face of a frame reads as.</summary>
/// <param name="Track">The face's id.</param>
/// <param name="Scores">Its scores; the smoothed ones where noise of single frames must not count.</param>
public sealed record TrackReading(int Track, EmotionScores Scores);

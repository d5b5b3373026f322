namespace Mien;

/// <summary>One face of a picture and what its expression reads as: a prediction, not the person's inner state.</summary>
/// <param name="Box">Where the face is, in pixels of the picture.</param>
/// <param name="Detection">How sure the detector is that this is a face, 0 to 1.</param>
/// <param name="Landmarks">Eyes, nose and mouth corners, where the detector gives them.</param>
/// <param name="Scores">A probability for each label.</param>
public sealed record FaceReading(Box Box, float Detection, FaceLandmarks? Landmarks, EmotionScores Scores);

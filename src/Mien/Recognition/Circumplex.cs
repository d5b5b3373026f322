namespace Mien;

/// <summary>
/// A place in Russell's circumplex of affect (1980, doi 10.1037/h0077714). It is derived from the class probabilities by a table,
/// not measured: it can say no more than they do.
/// </summary>
/// <remarks>
/// The expectation, over the probabilities, of where people placed the words happy, surprised, sad, angry, disgusted and fearful
/// in pleasure and arousal (Russell and Mehrabian 1977, doi 10.1016/0092-6566(77)90037-X). Neutral is the origin. Contempt is
/// put halfway between anger and disgust, of which Plutchik (1980) composes it.
/// </remarks>
/// <param name="Valence">Unpleasant to pleasant, -1 to 1.</param>
/// <param name="Arousal">Calm to excited, -1 to 1.</param>
public readonly record struct Circumplex(float Valence, float Arousal)
{
    /// <summary>The place that scores read as; null if a label is none of the eight emotions.</summary>
    public static Circumplex? Of(EmotionScores scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        float valence = 0, arousal = 0;
        for (int i = 0; i < scores.Labels.Count; i++)
        {
            if (Of(scores.Labels[i]) is not { } place)
                return null;
            valence += scores.Values[i] * place.Valence;
            arousal += scores.Values[i] * place.Arousal;
        }
        return new(valence, arousal);
    }

    /// <summary>The place of a label, in any usual spelling; null for one that is none of the eight emotions.</summary>
    public static Circumplex? Of(string label) => Emotion.FromSpelling(label) switch
    {
        Emotion.Neutral => new(0, 0),
        Emotion.Happiness => new(0.81f, 0.51f),
        Emotion.Surprise => new(0.40f, 0.67f),
        Emotion.Sadness => new(-0.63f, -0.27f),
        Emotion.Anger => new(-0.51f, 0.59f),
        Emotion.Disgust => new(-0.60f, 0.35f),
        Emotion.Fear => new(-0.64f, 0.60f),
        Emotion.Contempt => new(-0.555f, 0.47f),
        _ => null,
    };
}

using System.Collections.Frozen;

namespace Mien;

/// <summary>The names of the eight emotions, in the order of FER+, and the other spellings that data sets use.</summary>
/// <remarks>Labels are plain strings, because a model may be trained on a user's own classes.</remarks>
public static class Emotion
{
    /// <summary>No marked expression.</summary>
    public const string Neutral = "neutral";

    /// <summary>Happiness.</summary>
    public const string Happiness = "happiness";

    /// <summary>Surprise.</summary>
    public const string Surprise = "surprise";

    /// <summary>Sadness.</summary>
    public const string Sadness = "sadness";

    /// <summary>Anger.</summary>
    public const string Anger = "anger";

    /// <summary>Disgust.</summary>
    public const string Disgust = "disgust";

    /// <summary>Fear.</summary>
    public const string Fear = "fear";

    /// <summary>Contempt; known to FER+ and CK+, not to FER-2013.</summary>
    public const string Contempt = "contempt";

    private static readonly FrozenDictionary<string, string> Spellings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [Neutral] = Neutral, ["neutrality"] = Neutral,
        [Happiness] = Happiness, ["happy"] = Happiness, ["joy"] = Happiness,
        [Surprise] = Surprise, ["surprised"] = Surprise,
        [Sadness] = Sadness, ["sad"] = Sadness,
        [Anger] = Anger, ["angry"] = Anger,
        [Disgust] = Disgust, ["disgusted"] = Disgust,
        [Fear] = Fear, ["fearful"] = Fear, ["afraid"] = Fear, ["scared"] = Fear,
        [Contempt] = Contempt, ["contemptuous"] = Contempt,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>All eight, in the order of FER+.</summary>
    public static IReadOnlyList<string> All { get; } = [Neutral, Happiness, Surprise, Sadness, Anger, Disgust, Fear, Contempt];

    /// <summary>The name of an emotion from any of its usual spellings (<c>angry</c>, <c>Happy</c>, ...), or null if it is none.</summary>
    public static string? FromSpelling(string spelling) => Spellings.GetValueOrDefault(spelling.Trim());
}

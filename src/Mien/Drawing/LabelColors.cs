namespace Mien.Drawing;

/// <summary>The colours of labels, 0xRRGGBB.</summary>
internal static class LabelColors
{
    public const int Black = 0x000000, White = 0xffffff;

    /// <summary>The colours of labels that are no known emotion, in turn.</summary>
    private static readonly int[] Others = [0x1f77b4, 0x8c564b, 0x17a589, 0xe377c2, 0xbcbd22];

    /// <summary>The colour of the most probable label.</summary>
    public static int Of(EmotionScores scores) => Of(scores, scores.Top);

    /// <summary>The colour of a label.</summary>
    public static int Of(EmotionScores scores, string label) => label switch
    {
        Emotion.Neutral => 0xa9bccf,
        Emotion.Happiness => 0xffc107,
        Emotion.Surprise => 0xff7f0e,
        Emotion.Sadness => 0x2f6fd0,
        Emotion.Anger => 0xd62728,
        Emotion.Disgust => 0x2e8b2e,
        Emotion.Fear => 0x7b3fb5,
        Emotion.Contempt => 0x9c5a1f,
        _ => Others[Math.Max(0, scores.Labels.ToList().IndexOf(label)) % Others.Length],
    };

    /// <summary>The colour of text that can be read on another: black or white.</summary>
    public static int TextOn(int color) => Image.Luma((byte)(color >> 16), (byte)(color >> 8), (byte)color) > 140 ? Black : White;
}

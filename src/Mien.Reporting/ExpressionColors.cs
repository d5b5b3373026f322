namespace Mien.Reporting;

/// <summary>The colour of each expression and its place in a stack: pleasant ones stand on the ground, unpleasant ones hang from the top.</summary>
internal static class ExpressionColors
{
    private const string Dark = "#16181c", White = "#ffffff";

    private static readonly (string Label, string Color, string Ink)[] Known =
    [
        (Emotion.Happiness, "#e9b93a", Dark),
        (Emotion.Surprise, "#5fb8b0", Dark),
        (Emotion.Neutral, "#aab0b8", Dark),
        (Emotion.Contempt, "#a07a5a", White),
        (Emotion.Disgust, "#5d9b57", White),
        (Emotion.Fear, "#8d72cf", White),
        (Emotion.Sadness, "#4079c4", White),
        (Emotion.Anger, "#d0504a", White),
    ];

    private static readonly string[] Others = ["#c2528b", "#b59a2b", "#3b7dd8", "#e0793c", "#2ea36f", "#8a6fd1"];

    /// <summary>The labels from the bottom of the stack to its top; a user's own labels come last.</summary>
    public static IReadOnlyList<string> Order(IReadOnlyList<string> labels) => [.. labels.OrderBy(label => Place(label) is var place and >= 0 ? place : Known.Length)];

    /// <summary>The colour of text on a label's colour.</summary>
    public static string Ink(string label) => Place(label) is var place and >= 0 ? Known[place].Ink : White;

    /// <summary>The colour of a label.</summary>
    /// <param name="label">The label.</param>
    /// <param name="all">All labels that are shown beside it, in their order.</param>
    public static string Of(string label, IReadOnlyList<string> all) =>
        Place(label) is var place and >= 0 ? Known[place].Color : Others[all.Where(other => Place(other) < 0).Index().First(own => own.Item == label).Index % Others.Length];

    private static int Place(string label) => Emotion.FromSpelling(label) is { } emotion ? Array.FindIndex(Known, known => known.Label == emotion) : -1;
}

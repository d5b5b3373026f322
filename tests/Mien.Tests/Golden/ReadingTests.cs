namespace Mien.Tests.Golden;

/// <summary>What photos read as, from the file to the scores.</summary>
public sealed class ReadingTests
{
    [Fact]
    public void Photos_have_the_faces_and_scores_that_they_had()
    {
        string media = SharedData.Require("data", "media");
        using var analyzer = EmotionAnalyzer.Create();
        string[] photos =
        [
            Path.Combine(SharedData.Checkout, "samples", "average-faces.png"),
            .. Directory.GetFiles(media).Where(file => Path.GetExtension(file) is ".jpg" or ".png").Order(StringComparer.Ordinal),
        ];
        GoldenFile.Check("readings.txt", photos.SelectMany(photo => Describe(Path.GetFileName(photo), analyzer.Analyze(photo))), Tolerance);
    }

    /// <summary>The faces from left to right: two that the detector is as sure of may come in either order.</summary>
    private static IEnumerable<string> Describe(string name, IReadOnlyList<FaceReading> faces) =>
        faces.OrderBy(face => face.Box.X).ThenBy(face => face.Box.Y).SelectMany((face, i) => (string[])
        [
            $"{name} face {i} box: {Numbers([face.Box.X, face.Box.Y, face.Box.Width, face.Box.Height], 1)}",
            $"{name} face {i} detection: {Numbers([face.Detection], 4)}",
            $"{name} face {i} label: {face.Scores.Top}",
            $"{name} face {i} scores: {Numbers([.. face.Scores.Values], 4)}",
        ]).Prepend($"{name} faces: {faces.Count}");

    private static string Numbers(IEnumerable<float> values, int digits) => string.Join(' ', values.Select(value => GoldenFile.Number(value, digits)));

    /// <summary>JPEG's two levels move boxes by a pixel and scores by a hundredth.</summary>
    private static double Tolerance(string line) => line.Split(' ')[^1] switch { "box" => 1, "detection" or "scores" => 0.01, _ => 0 };
}

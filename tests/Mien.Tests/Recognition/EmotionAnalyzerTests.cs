
namespace Mien.Tests.Recognition;

public sealed class EmotionAnalyzerTests
{
    private static readonly string Sample = Path.Combine(SharedData.Checkout, "samples", "average-faces.png");

    [Fact]
    public void A_picture_gives_a_reading_for_each_face()
    {
        using var analyzer = EmotionAnalyzer.Create();
        var faces = analyzer.Analyze(Sample);
        Assert.Equal(7, faces.Count);
        foreach (var face in faces)
        {
            Assert.InRange(face.Detection, 0, 1);
            Assert.Equal(1, face.Scores.Values.ToArray().Sum(), tolerance: 1e-4);
        }
    }

    [Fact]
    public void A_picture_without_a_face_gives_an_empty_result()
    {
        using var analyzer = EmotionAnalyzer.Create();
        Assert.Empty(analyzer.Analyze(Image.FromPixels(1, 1, PixelFormat.Rgb24, [1, 2, 3])));
        Assert.Empty(analyzer.Analyze(Image.FromPixels(320, 240, PixelFormat.Gray8, new byte[320 * 240])));
    }

    [Fact]
    public void Threads_share_one_analyzer_and_get_the_same_readings()
    {
        using var analyzer = EmotionAnalyzer.Create();
        var image = Image.Load(Sample);
        string expected = Describe(analyzer.Analyze(image));
        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ => Assert.Equal(expected, Describe(analyzer.Analyze(image))));
    }

    private static string Describe(IReadOnlyList<FaceReading> faces) => string.Join("; ", faces.Select(face => $"{face.Box} {face.Scores}"));
}

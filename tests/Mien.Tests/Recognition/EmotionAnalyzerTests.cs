using Mien.Tests.Imaging;

namespace Mien.Tests.Recognition;

public sealed class EmotionAnalyzerTests
{
    private static readonly string Sample = Path.Combine(SharedData.Checkout, "samples", "average-faces.png");

    [Fact]
    public void A_picture_gives_a_reading_for_each_face()
    {
        VisionRequired.Vision();
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
        VisionRequired.Vision();
        using var analyzer = EmotionAnalyzer.Create();
        Assert.Empty(analyzer.Analyze(Image.FromPixels(1, 1, PixelFormat.Rgb24, [1, 2, 3])));
        Assert.Empty(analyzer.Analyze(Image.FromPixels(320, 240, PixelFormat.Gray8, new byte[320 * 240])));
    }

    [Fact]
    public void Threads_share_one_analyzer_and_get_the_same_readings()
    {
        VisionRequired.Vision();
        using var analyzer = EmotionAnalyzer.Create();
        var image = Image.Load(Sample);
        string expected = Describe(analyzer.Analyze(image));
        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ => Assert.Equal(expected, Describe(analyzer.Analyze(image))));
    }

    [Fact]
    public void Ten_thousand_analyses_do_not_grow_the_memory()
    {
        VisionRequired.Vision();
        using var analyzer = EmotionAnalyzer.Create(new() { Haar = new() { MinimumSize = 64 } });
        var image = OneFace(analyzer);
        Assert.Single(analyzer.Analyze(image));
        for (int i = 0; i < 1000; i++)
            analyzer.Analyze(image);
        long before = Resident();
        for (int i = 0; i < 9000; i++)
            analyzer.Analyze(image);
        Assert.InRange(Resident() - before, long.MinValue, 16 << 20);
    }

    /// <summary>One face of the sample with a little surrounding, small enough to be found ten thousand times in seconds.</summary>
    private static Image OneFace(EmotionAnalyzer analyzer)
    {
        var sample = Image.Load(Sample);
        var box = analyzer.Analyze(sample)[0].Box;
        return FaceCrop.Cut(sample, new CropRegion(box.X + (box.Width / 2), box.Y + (box.Height / 2), box.Width * 1.3f), 96, PixelFormat.Gray8);
    }

    private static string Describe(IReadOnlyList<FaceReading> faces) => string.Join("; ", faces.Select(face => $"{face.Box} {face.Scores}"));

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Environment.WorkingSet;
    }
}

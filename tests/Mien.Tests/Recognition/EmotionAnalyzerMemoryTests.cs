using Mien.OpenCv;

namespace Mien.Tests.Recognition;

/// <summary>Runs alone, because it watches the memory of the whole process.</summary>
[CollectionDefinition(nameof(EmotionAnalyzerMemoryTests), DisableParallelization = true)]
[Collection(nameof(EmotionAnalyzerMemoryTests))]
public sealed class EmotionAnalyzerMemoryTests
{
    [Fact]
    public void Ten_thousand_analyses_do_not_grow_the_memory()
    {
        using var analyzer = EmotionAnalyzer.Create(new AnalyzerOptions().WithHaar(new() { MinimumSize = 64, ScaleFactor = 1.2 }));
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
        var sample = Image.Load(Path.Combine(SharedData.Checkout, "samples", "average-faces.png"));
        var box = analyzer.Analyze(sample)[0].Box;
        return FaceCrop.Cut(sample, new CropRegion(box.X + (box.Width / 2), box.Y + (box.Height / 2), box.Width * 1.3f), 96, PixelFormat.Gray8);
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Environment.WorkingSet;
    }
}

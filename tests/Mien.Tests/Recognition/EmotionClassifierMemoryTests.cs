using System.Diagnostics;
using Mien.Tests.Inference;

namespace Mien.Tests.Recognition;

/// <summary>Runs alone, because it watches the memory of the whole process.</summary>
[CollectionDefinition(nameof(EmotionClassifierMemoryTests), DisableParallelization = true)]
[Collection(nameof(EmotionClassifierMemoryTests))]
public sealed class EmotionClassifierMemoryTests
{
    private const int Allowed = 4 << 20;

    [Fact]
    public void Ten_thousand_runs_leave_memory_flat()
    {
        var metadata = new ModelMetadata { Name = "test", Labels = ["one", "two", "three"], InputSize = 48, Color = ColorOrder.Rgb };
        var model = new TinyOnnx { Input = [-1, 3, 48, 48], Matrix = new float[9] };
        using var classifier = EmotionClassifier.Load(model.With(metadata).ToBytes(), "tiny");
        Image[][] batches = [.. Enumerable.Range(1, 4).Select(count => Enumerable.Repeat(Image.FromPixels(48, 48, PixelFormat.Rgb24, new byte[48 * 48 * 3]), count).ToArray())];
        Run(1000);
        long before = Resident();
        Run(10_000);
        Assert.InRange(Resident() - before, long.MinValue, Allowed);

        void Run(int times)
        {
            for (int i = 0; i < times; i++)
                classifier.Classify(batches[i % batches.Length]);
        }
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}

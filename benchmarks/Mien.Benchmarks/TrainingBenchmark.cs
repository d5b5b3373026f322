using System.Diagnostics;
using System.Globalization;
using Mien.Training;

namespace Mien.Benchmarks;

/// <summary>
/// A training by a recipe in the box on made images: batches, variations, forward, loss, backward, optimizer and averaging, as
/// <c>mien train</c> runs them. The first of two epochs warms up.
/// </summary>
internal static class TrainingBenchmark
{
    public static void Run(string name, int threads, int images)
    {
        var recipe = Recipe.Load(name) with { Epochs = 2, Pretrained = null, Distillation = null };
        string folder = Directory.CreateTempSubdirectory("mien training ").FullName;
        try
        {
            using var trainer = Trainer.Start(recipe, Faces(recipe, images), Faces(recipe, recipe.BatchSize), folder, new TrainingOptions { Threads = threads, Overwrite = true });
            var processor = TimeSpan.Zero;
            trainer.Run(new Observer(progress =>
            {
                if (progress.Epoch == 1 && progress.Finished is not null)
                    processor = Process.GetCurrentProcess().TotalProcessorTime;
            }));
            processor = Process.GetCurrentProcess().TotalProcessorTime - processor;
            var result = trainer.Folder.ReadHistory()[^1];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name}, {threads} threads: {result.ImagesPerSecond:F1} images/s, {processor.TotalMilliseconds / images:F2} ms of processor time an image"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static FaceDataset Faces(Recipe recipe, int count)
    {
        var random = new Random(1);
        var pixels = new byte[count * recipe.Input.Size * recipe.Input.Size * recipe.Input.Channels];
        random.NextBytes(pixels);
        int[] targets = [.. Enumerable.Range(0, count).Select(_ => random.Next(7))];
        return new FaceDataset("made", [.. Emotion.All.Take(7)], recipe.Input.Size, (PixelFormat)recipe.Input.Channels, pixels, targets)
        {
            Votes = recipe.Data.Labels != LabelSet.OriginalAndFerPlus ? null : [.. targets.SelectMany(target => Emotion.All.Select((_, i) => i == target ? 1f : 0))],
        };
    }

    private sealed class Observer(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}

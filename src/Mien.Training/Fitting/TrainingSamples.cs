using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Training images as a network sees them: varied as the recipe says, before they are normalised.</summary>
public static class TrainingSamples
{
    /// <summary>Draws varied images of each class as a <see cref="SampleSheet"/>: those of the training's first epoch.</summary>
    /// <param name="recipe">How images are varied.</param>
    /// <param name="train">The split to train on, read with <see cref="Recipe.ToDataOptions"/>.</param>
    /// <param name="perClass">Images of a class at most.</param>
    /// <exception cref="NativeLibraryException">OpenCV or the binding to it is missing.</exception>
    public static Image Render(Recipe recipe, FaceDataset train, int perClass = 12)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(train);
        int[] order = new RandomStream(RandomPurpose.Order, recipe.Seed, 0).Permutation(train.Count);
        int[] chosen = [.. order.GroupBy(i => train.Targets[i]).SelectMany(images => images.Take(perClass))];
        return SampleSheet.Render(new FaceDatasets(train.Name, DataKind.Folders, train.Labels, [Vary(recipe, train.Subset(chosen))], [], []), perClass);
    }

    private static FaceDataset Vary(Recipe recipe, FaceDataset images)
    {
        TorchRuntime.Load();
        using DisposeScope scope = NewDisposeScope();
        using var data = new DeviceDataset(images, recipe.Input, CPU);
        using var augmenter = new Augmenter(recipe.Augmentation, recipe.Input.Mean, CPU);
        Tensor varied = augmenter.Apply(data.Batch([.. Enumerable.Range(0, images.Count)]).Images, recipe.Seed, epoch: 0, batch: 0);
        byte[] pixels = varied.to(ScalarType.Byte).permute(0, 2, 3, 1).contiguous().bytes.ToArray();
        return new FaceDataset(images.Name, images.Labels, (int)varied.shape[3], images.Format, pixels, images.Targets);
    }
}

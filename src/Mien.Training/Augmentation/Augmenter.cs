using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>Varies whole batches of training images at random, as tensor operations on the batch's device.</summary>
/// <remarks>
/// The random choices are drawn outside libtorch from the seed, the epoch and the batch alone, so they are the same on every
/// device and after a resume. Rotation, shift, zoom and mirroring are one resampling; what comes in at the border repeats it.
/// </remarks>
public sealed class Augmenter : IDisposable
{
    private readonly AugmentationRecipe _recipe;
    private readonly Tensor _mean;
    private readonly bool _moves;
    private readonly bool _sharpens;
    private readonly bool _lowers;
    private readonly bool _relights;
    private readonly bool _erases;

    /// <summary>Prepares the variations of a recipe.</summary>
    /// <param name="recipe">How far images are varied.</param>
    /// <param name="mean">The mean of each channel, 0 to 255: contrast is around it, and rectangles are painted with it.</param>
    /// <param name="device">Where the batches are.</param>
    public Augmenter(AugmentationRecipe recipe, IReadOnlyList<float> mean, Device device)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(mean);
        _recipe = recipe;
        _mean = Tensor.From(mean.ToArray(), [1, mean.Count, 1, 1], device).Unscoped();
        _moves = recipe.Rotation > 0 || recipe.Shift > 0 || recipe.Zoom > 0 || recipe.Flip > 0 || recipe.Crop > 0;
        _sharpens = recipe.Sharpness > 0;
        _lowers = recipe.LowResolution > 0;
        _relights = recipe.Brightness > 0 || recipe.Contrast > 0;
        _erases = recipe.Erasing > 0;
    }

    /// <summary>Varies a batch.</summary>
    /// <param name="images">Square images, (N, C, size, size), 0 to 255.</param>
    /// <param name="seed">The training's seed.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="batch">The batch in it.</param>
    /// <returns>Images of the same shape, or as small as the recipe's crop, in the same range; the same tensor if the recipe varies nothing.</returns>
    public Tensor Apply(Tensor images, long seed, int epoch, int batch)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (!_moves && !_sharpens && !_lowers && !_relights && !_erases)
            return images;
        long[] shape = images.Shape;
        int count = (int)shape[0], size = (int)shape[3];
        if (_recipe.Crop > 0)
            shape[2] = shape[3] = _recipe.Crop;
        Variations drawn = Variations.Draw(_recipe, count, size, new RandomStream(RandomPurpose.Augmentation, seed, epoch, batch));
        return Apply(images, drawn, shape);
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose() => _mean.Dispose();

    private Tensor Apply(Tensor images, Variations drawn, long[] shape)
    {
        using var scope = new TensorScope();
        long count = shape[0], size = shape[3];
        Device device = images.Device;
        Tensor result = images;
        if (_moves)
        {
            Tensor grid = Tensor.AffineGrid(Tensor.From(drawn.Theta, [count, 2, 3], device), shape);
            result = result.GridSample(grid, Interpolation.Bilinear, GridPadding.Border);
        }
        if (_sharpens)
        {
            Tensor sharpness = Tensor.From(drawn.Sharpness, [count, 1, 1, 1], device);
            Tensor blurred = result.AvgPool2d(3, stride: 1, padding: 1, countIncludePad: false);
            result = ((result - blurred) * sharpness).AddInPlace(blurred).ClampInPlace(0, 255);
        }
        if (_lowers)
        {
            Tensor low = Tensor.From(drawn.IsLow, [count, 1, 1, 1], device);
            int seen = (int)result.Shape[3];
            result += (result.AdaptiveAvgPool2d(drawn.Resolution, drawn.Resolution).Interpolate(seen, seen) - result) * low;
        }
        if (_relights)
        {
            Tensor contrast = Tensor.From(drawn.Contrast, [count, 1, 1, 1], device);
            Tensor brightness = Tensor.From(drawn.Brightness, [count, 1, 1, 1], device);
            result = ((result - _mean) * contrast).AddInPlace(_mean + brightness).ClampInPlace(0, 255);
        }
        if (_erases)
        {
            Tensor rows = Tensor.From(drawn.ErasedRows, [count, 1, size, 1], device);
            Tensor columns = Tensor.From(drawn.ErasedColumns, [count, 1, 1, size], device);
            result += (_mean - result) * (rows * columns);
        }
        return scope.Keep(result);
    }
}

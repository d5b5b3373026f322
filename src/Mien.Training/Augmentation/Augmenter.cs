using TorchSharp;
using static TorchSharp.torch;

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
        TorchRuntime.Load();
        _recipe = recipe;
        _mean = tensor(mean.ToArray(), [1, mean.Count, 1, 1], device: device).DetachFromDisposeScope();
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
        long[] shape = images.shape;
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
        using DisposeScope scope = NewDisposeScope();
        long count = shape[0], size = shape[3];
        Device device = images.device;
        Tensor result = images;
        if (_moves)
        {
            Tensor grid = nn.functional.affine_grid(tensor(drawn.Theta, [count, 2, 3], device: device), shape);
            result = nn.functional.grid_sample(result, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Border, align_corners: false);
        }
        if (_sharpens)
        {
            Tensor sharpness = tensor(drawn.Sharpness, [count, 1, 1, 1], device: device);
            Tensor blurred = nn.functional.avg_pool2d(result, 3, stride: 1, padding: 1, count_include_pad: false);
            result = ((result - blurred) * sharpness).add_(blurred).clamp_(0, 255);
        }
        if (_lowers)
        {
            Tensor low = tensor(drawn.IsLow, [count, 1, 1, 1], device: device);
            long seen = result.shape[3];
            Tensor few = nn.functional.adaptive_avg_pool2d(result, drawn.Resolution);
            result += (nn.functional.interpolate(few, [seen, seen], mode: InterpolationMode.Bilinear, align_corners: false) - result) * low;
        }
        if (_relights)
        {
            Tensor contrast = tensor(drawn.Contrast, [count, 1, 1, 1], device: device);
            Tensor brightness = tensor(drawn.Brightness, [count, 1, 1, 1], device: device);
            result = ((result - _mean) * contrast).add_(_mean + brightness).clamp_(0, 255);
        }
        if (_erases)
        {
            Tensor rows = tensor(drawn.ErasedRows, [count, 1, size, 1], device: device);
            Tensor columns = tensor(drawn.ErasedColumns, [count, 1, 1, size], device: device);
            result += (_mean - result) * (rows * columns);
        }
        return scope.MoveToOuter(result);
    }
}

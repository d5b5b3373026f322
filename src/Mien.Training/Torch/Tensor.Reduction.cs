using Mien.Training.Interop;

namespace Mien.Training.Torch;

public sealed partial class Tensor
{
    /// <summary>The sum of all elements.</summary>
    public Tensor Sum() => NativeTorch.mt_sum(this);

    /// <summary>The mean over dimensions.</summary>
    public Tensor Mean(ReadOnlySpan<long> dimensions, bool keepDimensions = false) =>
        NativeTorch.mt_mean_dims(this, dimensions, dimensions.Length, keepDimensions);

    /// <summary>The index of the greatest element along a dimension.</summary>
    public Tensor ArgMax(int dimension, bool keepDimension = false) => NativeTorch.mt_argmax(this, dimension, keepDimension);
}

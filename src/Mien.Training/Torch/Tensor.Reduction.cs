using Mien.Training.Interop;

namespace Mien.Training.Torch;

public sealed partial class Tensor
{
    /// <summary>The sum of all elements.</summary>
    public Tensor Sum() => NativeTorch.mt_sum(this);

    /// <summary>The sum over dimensions.</summary>
    public Tensor Sum(ReadOnlySpan<long> dimensions, bool keepDimensions = false) =>
        NativeTorch.mt_sum_dims(this, dimensions, dimensions.Length, keepDimensions);

    /// <summary>The mean of all elements.</summary>
    public Tensor Mean() => NativeTorch.mt_mean(this);

    /// <summary>The mean over dimensions.</summary>
    public Tensor Mean(ReadOnlySpan<long> dimensions, bool keepDimensions = false) =>
        NativeTorch.mt_mean_dims(this, dimensions, dimensions.Length, keepDimensions);

    /// <summary>The variance over dimensions, over n - 1 if unbiased.</summary>
    public Tensor Var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepDimensions = false) =>
        NativeTorch.mt_var_dims(this, dimensions, dimensions.Length, unbiased, keepDimensions);

    /// <summary>The standard deviation over dimensions, over n - 1 if unbiased.</summary>
    public Tensor Std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepDimensions = false)
    {
        using Tensor variance = Var(dimensions, unbiased, keepDimensions);
        return variance.Sqrt();
    }

    /// <summary>The greatest element.</summary>
    public Tensor Max() => NativeTorch.mt_max(this);

    /// <summary>The greatest element over dimensions.</summary>
    public Tensor Max(ReadOnlySpan<long> dimensions, bool keepDimensions = false) =>
        NativeTorch.mt_amax(this, dimensions, dimensions.Length, keepDimensions);

    /// <summary>The least element.</summary>
    public Tensor Min() => NativeTorch.mt_min(this);

    /// <summary>The least element over dimensions.</summary>
    public Tensor Min(ReadOnlySpan<long> dimensions, bool keepDimensions = false) =>
        NativeTorch.mt_amin(this, dimensions, dimensions.Length, keepDimensions);

    /// <summary>The index of the greatest element along a dimension.</summary>
    public Tensor ArgMax(int dimension, bool keepDimension = false) => NativeTorch.mt_argmax(this, dimension, keepDimension);

    /// <summary>The k greatest elements along a dimension, greatest first, and their indices.</summary>
    public (Tensor Values, Tensor Indices) TopK(int k, int dimension = -1)
    {
        NativeTorch.mt_topk(this, k, dimension, out Tensor values, out Tensor indices);
        return (values, indices);
    }

    /// <summary>The square root of the sum of all squares.</summary>
    public Tensor Norm() => NativeTorch.mt_norm(this);

    /// <summary>The sum of all elements so far along a dimension.</summary>
    public Tensor CumSum(int dimension) => NativeTorch.mt_cumsum(this, dimension);

    /// <summary>For non-negative whole numbers: how often each of 0 to <paramref name="length"/> - 1 occurs.</summary>
    public Tensor BinCount(int length) => NativeTorch.mt_bincount(this, length);
}

using Mien.Training.Interop;

namespace Mien.Training.Torch;

public sealed partial class Tensor
{
    /// <summary>The same elements in another shape; one length may be -1, for whatever remains.</summary>
    public Tensor Reshape(params ReadOnlySpan<long> shape) => NativeTorch.mt_reshape(this, shape, shape.Length);

    /// <summary>The dimensions in another order.</summary>
    public Tensor Permute(params ReadOnlySpan<long> order) => NativeTorch.mt_permute(this, order, order.Length);

    /// <summary>Two dimensions swapped.</summary>
    public Tensor Transpose(int a, int b) => NativeTorch.mt_transpose(this, a, b);

    /// <summary>The dimensions from <paramref name="first"/> to <paramref name="last"/> as one.</summary>
    public Tensor Flatten(int first = 0, int last = -1) => NativeTorch.mt_flatten(this, first, last);

    /// <summary>Without a dimension of length 1.</summary>
    public Tensor Squeeze(int dimension) => NativeTorch.mt_squeeze(this, dimension);

    /// <summary>With a new dimension of length 1.</summary>
    public Tensor Unsqueeze(int dimension) => NativeTorch.mt_unsqueeze(this, dimension);

    /// <summary>Dimensions of length 1 seen as longer ones, without a copy; -1 leaves one as it is.</summary>
    public Tensor Expand(params ReadOnlySpan<long> shape) => NativeTorch.mt_expand(this, shape, shape.Length);

    /// <summary>The tensor repeated along each dimension.</summary>
    public Tensor Repeat(params ReadOnlySpan<long> times) => NativeTorch.mt_repeat(this, times, times.Length);

    /// <summary>A view of the elements from <paramref name="start"/> up to, not including, <paramref name="end"/> along a dimension.</summary>
    public Tensor Slice(int dimension, long start, long end = long.MaxValue, long step = 1) =>
        NativeTorch.mt_slice(this, dimension, start, end, step);

    /// <summary>A view of <paramref name="length"/> elements from <paramref name="start"/> along a dimension.</summary>
    public Tensor Narrow(int dimension, long start, long length) => Slice(dimension, start, start + length);

    /// <summary>A view of one index along a dimension, which is gone.</summary>
    public Tensor Select(int dimension, long index) => NativeTorch.mt_select(this, dimension, index);

    /// <summary>The elements at the indices along a dimension, in their order.</summary>
    public Tensor IndexSelect(int dimension, Tensor index) => NativeTorch.mt_index_select(this, dimension, index);

    /// <summary>For each element of <paramref name="index"/>, the element at that index along a dimension.</summary>
    public Tensor Gather(int dimension, Tensor index) => NativeTorch.mt_gather(this, dimension, index);

    /// <summary>A copy with the elements of <paramref name="source"/> put at the indices along a dimension.</summary>
    public Tensor Scatter(int dimension, Tensor index, Tensor source) => NativeTorch.mt_scatter(this, dimension, index, source);

    /// <summary>Reversed along dimensions.</summary>
    public Tensor Flip(params ReadOnlySpan<long> dimensions) => NativeTorch.mt_flip(this, dimensions, dimensions.Length);

    /// <summary>Shifted along a dimension; what leaves at one end enters at the other.</summary>
    public Tensor Roll(long shift, int dimension) => NativeTorch.mt_roll(this, shift, dimension);

    /// <summary>With a number around: before and after the last dimension, then the one before it, and so on.</summary>
    public Tensor Pad(ReadOnlySpan<long> padding, Scalar value) => NativeTorch.mt_pad(this, padding, padding.Length, value);

    /// <summary>Images with zeros, or other numbers, around them.</summary>
    public Tensor Pad(ReadOnlySpan<long> padding) => Pad(padding, 0);

    /// <summary>Images mirrored at their borders by as many pixels.</summary>
    public Tensor ReflectionPad2d(long left, long right, long top, long bottom) => NativeTorch.mt_reflection_pad2d(this, [left, right, top, bottom]);

    /// <summary>Tensors one after another along a dimension.</summary>
    public static Tensor Cat(IReadOnlyList<Tensor> tensors, int dimension = 0) =>
        WithHandles(tensors, dimension, NativeTorch.mt_cat);

    /// <summary>Tensors of one shape one after another along a new dimension.</summary>
    public static Tensor Stack(IReadOnlyList<Tensor> tensors, int dimension = 0) =>
        WithHandles(tensors, dimension, NativeTorch.mt_stack);

    private static Tensor WithHandles(IReadOnlyList<Tensor> tensors, int dimension, Func<ReadOnlySpan<IntPtr>, long, long, Tensor> join)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var handles = new IntPtr[tensors.Count];
        int held = 0;
        try
        {
            for (; held < handles.Length; held++)
            {
                bool added = false;
                tensors[held].Handle.DangerousAddRef(ref added);
                handles[held] = tensors[held].Handle.DangerousGetHandle();
            }
            return join(handles, handles.Length, dimension);
        }
        finally
        {
            while (held > 0)
                tensors[--held].Handle.DangerousRelease();
        }
    }
}

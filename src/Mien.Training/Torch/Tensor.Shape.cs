using Mien.Training.Interop;

namespace Mien.Training.Torch;

public sealed partial class Tensor
{
    /// <summary>The same elements in another shape; one length may be -1, for whatever remains.</summary>
    public Tensor Reshape(params ReadOnlySpan<long> shape) => NativeTorch.mt_reshape(this, shape, shape.Length);

    /// <summary>The dimensions in another order.</summary>
    public Tensor Permute(params ReadOnlySpan<long> order) => NativeTorch.mt_permute(this, order, order.Length);

    /// <summary>The dimensions from <paramref name="first"/> to <paramref name="last"/> as one.</summary>
    public Tensor Flatten(int first = 0, int last = -1) => NativeTorch.mt_flatten(this, first, last);

    /// <summary>A view of <paramref name="length"/> elements from <paramref name="start"/> along a dimension.</summary>
    public Tensor Narrow(int dimension, long start, long length) => NativeTorch.mt_slice(this, dimension, start, start + length);

    /// <summary>The elements at the indices along a dimension, in their order.</summary>
    public Tensor IndexSelect(int dimension, Tensor index) => NativeTorch.mt_index_select(this, dimension, index);

    /// <summary>For each element of <paramref name="index"/>, the element at that index along a dimension.</summary>
    public Tensor Gather(int dimension, Tensor index) => NativeTorch.mt_gather(this, dimension, index);

    /// <summary>Reversed along dimensions.</summary>
    public Tensor Flip(params ReadOnlySpan<long> dimensions) => NativeTorch.mt_flip(this, dimensions, dimensions.Length);

    /// <summary>Tensors one after another along a dimension.</summary>
    public static Tensor Cat(IReadOnlyList<Tensor> tensors, int dimension = 0)
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
            return NativeTorch.mt_cat(handles, handles.Length, dimension);
        }
        finally
        {
            while (held > 0)
                tensors[--held].Handle.DangerousRelease();
        }
    }
}

using System.Runtime.InteropServices.Marshalling;
using Mien.Training.Interop;

namespace Mien.Training.Torch;

/// <summary>An array of numbers in libtorch's memory, on the CPU or a GPU, with the operators that networks are written in.</summary>
/// <remarks>
/// Operators return new tensors; those named <c>...InPlace</c> change and return this one. Each belongs to the <see cref="TensorScope"/>
/// that is open when it is made. Names and meanings are PyTorch's.
/// </remarks>
[NativeMarshalling(typeof(TensorMarshaller))]
public sealed partial class Tensor : IDisposable
{
    internal Tensor(TensorHandle handle)
    {
        Handle = handle;
        Scope = TensorScope.Register(this);
    }

    internal TensorHandle Handle { get; }

    internal TensorScope? Scope { get; set; }

    /// <summary>The length of each dimension.</summary>
    public long[] Shape
    {
        get
        {
            var shape = new long[Rank];
            NativeTorch.mt_sizes(this, shape, shape.Length);
            return shape;
        }
    }

    /// <summary>How many dimensions it has.</summary>
    public int Rank
    {
        get
        {
            NativeTorch.mt_dim(this, out long rank);
            return (int)rank;
        }
    }

    /// <summary>How many elements it has.</summary>
    public long Count
    {
        get
        {
            NativeTorch.mt_numel(this, out long count);
            return count;
        }
    }

    /// <summary>The type of its elements.</summary>
    public ScalarType Type
    {
        get
        {
            NativeTorch.mt_dtype(this, out ScalarType type);
            return type;
        }
    }

    /// <summary>Where it lives.</summary>
    public Device Device
    {
        get
        {
            NativeTorch.mt_device(this, out int type, out int index);
            return new((DeviceType)type, index);
        }
    }

    /// <summary>Whether it was freed.</summary>
    public bool IsDisposed => Handle.IsClosed;

    /// <summary>Takes this tensor out of every scope: it lives until it is disposed.</summary>
    /// <returns>This tensor.</returns>
    public Tensor Unscoped()
    {
        Scope = null;
        return this;
    }

    /// <summary>Frees this tensor; its memory goes when no view and no recorded operation needs it.</summary>
    public void Dispose() => Handle.Dispose();

    /// <inheritdoc/>
    public override string ToString() =>
        IsDisposed ? "Tensor (disposed)" : FormattableString.Invariant($"Tensor {Type} [{string.Join(", ", Shape)}] on {Device}");
}

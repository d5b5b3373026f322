using System.Runtime.InteropServices;
using Mien.Training.Interop;

namespace Mien.Training.Torch;

public sealed partial class Tensor
{
    /// <summary>The elements, row after row, as an array.</summary>
    /// <exception cref="InvalidOperationException">The elements have another type.</exception>
    public T[] ToArray<T>() where T : unmanaged
    {
        var array = new T[checked((int)Count)];
        CopyTo<T>(array);
        return array;
    }

    /// <summary>Copies the elements, row after row, into memory of exactly their number.</summary>
    /// <exception cref="InvalidOperationException">The elements have another type.</exception>
    public void CopyTo<T>(Span<T> destination) where T : unmanaged
    {
        ScalarType wanted = ScalarTypes.Of<T>();
        if (Type != wanted)
            throw new InvalidOperationException($"The tensor holds {Type}, not {wanted}; convert it with To(ScalarType.{wanted}).");
        Span<byte> bytes = MemoryMarshal.AsBytes(destination);
        NativeTorch.mt_copy_out(this, bytes, bytes.Length);
    }

    /// <summary>The value of a tensor with one element.</summary>
    public double Item()
    {
        NativeTorch.mt_item(this, out Scalar value);
        return value.ToDouble();
    }

    /// <summary>The memory of a contiguous tensor on the CPU. Valid as long as the tensor lives.</summary>
    internal (IntPtr Address, long Bytes) Memory()
    {
        NativeTorch.mt_data(this, out IntPtr address, out long bytes);
        return (address, bytes);
    }
}

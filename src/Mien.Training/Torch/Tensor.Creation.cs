using System.Runtime.InteropServices;
using Mien.Training.Interop;

namespace Mien.Training.Torch;

public sealed partial class Tensor
{
    /// <summary>A tensor with a copy of the data, row after row; by default one-dimensional.</summary>
    /// <exception cref="ArgumentException">The shape does not have as many elements as the data.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> data, ReadOnlySpan<long> shape, Device device = default) where T : unmanaged
    {
        long count = 1;
        foreach (long length in shape)
            count *= length;
        if (count != data.Length)
            throw new ArgumentException($"A tensor of shape [{string.Join(", ", shape.ToArray())}] needs {count} elements, got {data.Length}.", nameof(data));
        return NativeTorch.mt_from_data(MemoryMarshal.AsBytes(data), shape, shape.Length, ScalarTypes.Of<T>(), (int)device.Type, device.Index);
    }

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T}, ReadOnlySpan{long}, Device)"/>
    public static Tensor From<T>(T[] data, ReadOnlySpan<long> shape, Device device = default) where T : unmanaged =>
        From((ReadOnlySpan<T>)data, shape, device);

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T}, ReadOnlySpan{long}, Device)"/>
    public static Tensor From<T>(T[] data, Device device = default) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        return From((ReadOnlySpan<T>)data, [data.Length], device);
    }

    /// <summary>A tensor with a copy of the data of a type that is known at run time only.</summary>
    internal static Tensor FromBytes(ReadOnlySpan<byte> data, ReadOnlySpan<long> shape, ScalarType type) =>
        NativeTorch.mt_from_data(data, shape, shape.Length, type, (int)DeviceType.Cpu, 0);

    /// <summary>A tensor whose elements are whatever was in memory.</summary>
    public static Tensor Empty(ReadOnlySpan<long> shape, ScalarType type = ScalarType.Float32, Device device = default) =>
        NativeTorch.mt_empty(shape, shape.Length, type, (int)device.Type, device.Index);

    /// <summary>A tensor of zeros.</summary>
    public static Tensor Zeros(ReadOnlySpan<long> shape, ScalarType type = ScalarType.Float32, Device device = default) => Full(shape, 0, type, device);

    /// <summary>A tensor of ones.</summary>
    public static Tensor Ones(ReadOnlySpan<long> shape, ScalarType type = ScalarType.Float32, Device device = default) => Full(shape, 1, type, device);

    /// <summary>A tensor of one number everywhere.</summary>
    public static Tensor Full(ReadOnlySpan<long> shape, Scalar value, ScalarType type = ScalarType.Float32, Device device = default) =>
        NativeTorch.mt_full(shape, shape.Length, value, type, (int)device.Type, device.Index);

    /// <summary>Random numbers, evenly distributed from 0 up to 1.</summary>
    public static Tensor Rand(ReadOnlySpan<long> shape, ScalarType type = ScalarType.Float32, Device device = default) =>
        NativeTorch.mt_rand(shape, shape.Length, type, (int)device.Type, device.Index);

    /// <summary>Random numbers, normally distributed with mean 0 and deviation 1.</summary>
    public static Tensor Randn(ReadOnlySpan<long> shape, ScalarType type = ScalarType.Float32, Device device = default) =>
        NativeTorch.mt_randn(shape, shape.Length, type, (int)device.Type, device.Index);

    /// <summary>Random whole numbers from <paramref name="low"/> up to, not including, <paramref name="high"/>.</summary>
    public static Tensor RandInt(long low, long high, ReadOnlySpan<long> shape, ScalarType type = ScalarType.Int64, Device device = default) =>
        NativeTorch.mt_randint(low, high, shape, shape.Length, type, (int)device.Type, device.Index);

    /// <summary>The numbers from <paramref name="start"/> up to, not including, <paramref name="end"/>.</summary>
    public static Tensor Arange(Scalar start, Scalar end, Scalar step, ScalarType type = ScalarType.Int64, Device device = default) =>
        NativeTorch.mt_arange(start, end, step, type, (int)device.Type, device.Index);

    /// <summary>The numbers 0 to <paramref name="end"/> - 1.</summary>
    public static Tensor Arange(long end, ScalarType type = ScalarType.Int64, Device device = default) => Arange(0, end, 1, type, device);

    /// <summary>Zeros with this tensor's shape, type and device.</summary>
    public Tensor ZerosLike() => NativeTorch.mt_full_like(this, 0);

    /// <summary>For class indices: one more dimension, with a 1 at the index and 0 elsewhere.</summary>
    public Tensor OneHot(int classes) => NativeTorch.mt_one_hot(this, classes);

    /// <summary>A copy in memory of its own, through which gradients flow.</summary>
    public Tensor Clone() => NativeTorch.mt_clone(this);

    /// <summary>The elements as another type; a second handle of the same memory if it has that type.</summary>
    public Tensor To(ScalarType type) => NativeTorch.mt_to_type(this, type);

    /// <summary>The tensor on another device; a second handle of the same memory if it is there.</summary>
    public Tensor To(Device device) => NativeTorch.mt_to_device(this, (int)device.Type, device.Index);

    /// <summary>The elements without gaps in the order of a format; a second handle of the same memory if they lie so.</summary>
    public Tensor Contiguous(MemoryFormat format = MemoryFormat.Contiguous) => NativeTorch.mt_contiguous(this, format);
}

namespace Mien.Training.Torch;

#pragma warning disable CA1720 // The types are named by what they hold.
/// <summary>The type of a tensor's elements; the numbers are libtorch's.</summary>
public enum ScalarType
{
    /// <summary>Unsigned, 8 bits.</summary>
    UInt8 = 0,

    /// <summary>Signed, 8 bits.</summary>
    Int8 = 1,

    /// <summary>Signed, 16 bits.</summary>
    Int16 = 2,

    /// <summary>Signed, 32 bits.</summary>
    Int32 = 3,

    /// <summary>Signed, 64 bits: the type of class and row indices.</summary>
    Int64 = 4,

    /// <summary>Floating point, 16 bits.</summary>
    Float16 = 5,

    /// <summary>Floating point, 32 bits: the type of weights and activations.</summary>
    Float32 = 6,

    /// <summary>Floating point, 64 bits.</summary>
    Float64 = 7,

    /// <summary>True or false, one byte each.</summary>
    Bool = 11,

    /// <summary>Floating point, 16 bits with the exponent of 32.</summary>
    BFloat16 = 15,
}
#pragma warning restore CA1720

/// <summary>What is known of the element types.</summary>
internal static class ScalarTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this ScalarType type) => type switch
    {
        ScalarType.UInt8 or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown element type"),
    };

    /// <summary>The element type that a .NET type is stored as.</summary>
    public static ScalarType Of<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? ScalarType.Float32
        : typeof(T) == typeof(double) ? ScalarType.Float64
        : typeof(T) == typeof(Half) ? ScalarType.Float16
        : typeof(T) == typeof(byte) ? ScalarType.UInt8
        : typeof(T) == typeof(sbyte) ? ScalarType.Int8
        : typeof(T) == typeof(short) ? ScalarType.Int16
        : typeof(T) == typeof(int) ? ScalarType.Int32
        : typeof(T) == typeof(long) ? ScalarType.Int64
        : typeof(T) == typeof(bool) ? ScalarType.Bool
        : throw new NotSupportedException($"A tensor cannot hold {typeof(T).Name}.");
}

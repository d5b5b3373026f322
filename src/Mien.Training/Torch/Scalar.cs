using System.Globalization;
using System.Runtime.InteropServices;

namespace Mien.Training.Torch;

/// <summary>
/// A number beside a tensor. Whole numbers and fractions stay apart, as in PyTorch: an integer tensor plus 1 stays an integer tensor,
/// plus 1.0 it becomes a floating point one.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Scalar
{
    private readonly double _fraction;
    private readonly long _integer;
    private readonly int _isInteger;

    private Scalar(double fraction, long integer, bool isInteger)
    {
        _fraction = fraction;
        _integer = integer;
        _isInteger = isInteger ? 1 : 0;
    }

    /// <summary>Whether it is a whole number.</summary>
    public bool IsInteger => _isInteger != 0;

    /// <summary>A whole number.</summary>
    public static Scalar FromInt64(long value) => new(0, value, true);

    /// <summary>A fraction.</summary>
    public static Scalar FromDouble(double value) => new(value, 0, false);

    /// <summary>A whole number.</summary>
    public static implicit operator Scalar(long value) => FromInt64(value);

    /// <summary>A fraction.</summary>
    public static implicit operator Scalar(double value) => FromDouble(value);

    /// <summary>The value as a floating point number.</summary>
    public double ToDouble() => IsInteger ? _integer : _fraction;

    /// <inheritdoc/>
    public override string ToString() =>
        IsInteger ? _integer.ToString(CultureInfo.InvariantCulture) : _fraction.ToString(CultureInfo.InvariantCulture);
}

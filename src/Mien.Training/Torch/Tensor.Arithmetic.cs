using Mien.Training.Interop;

namespace Mien.Training.Torch;

public sealed partial class Tensor
{
#pragma warning disable CA2225 // The methods that stand for operators are named as in PyTorch.
    /// <summary>Element by element, shapes broadcast.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => NativeTorch.mt_add(a, b);

    /// <summary>Element by element, shapes broadcast.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => NativeTorch.mt_sub(a, b);

    /// <summary>Subtracts a number from each element.</summary>
    public static Tensor operator -(Tensor a, Scalar b) => NativeTorch.mt_sub_scalar(a, b);

    /// <summary>Element by element, shapes broadcast.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => NativeTorch.mt_mul(a, b);

    /// <summary>Multiplies each element by a number.</summary>
    public static Tensor operator *(Tensor a, Scalar b) => NativeTorch.mt_mul_scalar(a, b);

    /// <summary>Divides each element by a number; never rounds.</summary>
    public static Tensor operator /(Tensor a, Scalar b) => NativeTorch.mt_div_scalar(a, b);
#pragma warning restore CA2225

    /// <summary>The square root of each element.</summary>
    public Tensor Sqrt() => NativeTorch.mt_sqrt(this);

    /// <summary>The matrix product, over leading dimensions as a batch.</summary>
    public Tensor MatMul(Tensor other) => NativeTorch.mt_matmul(this, other);

    /// <summary>Where the elements are equal.</summary>
    public Tensor Eq(Tensor other) => NativeTorch.mt_eq(this, other);

    /// <summary>Where the elements equal a number.</summary>
    public Tensor Eq(Scalar other) => NativeTorch.mt_eq_scalar(this, other);
}

using Mien.Training.Interop;

namespace Mien.Training.Torch;

public sealed partial class Tensor
{
#pragma warning disable CA2225 // The methods that stand for operators are named as in PyTorch.
    /// <summary>Element by element, shapes broadcast.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => NativeTorch.mt_add(a, b);

    /// <summary>Adds a number to each element.</summary>
    public static Tensor operator +(Tensor a, Scalar b) => NativeTorch.mt_add_scalar(a, b);

    /// <summary>Adds a number to each element.</summary>
    public static Tensor operator +(Scalar a, Tensor b) => NativeTorch.mt_add_scalar(b, a);

    /// <summary>Element by element, shapes broadcast.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => NativeTorch.mt_sub(a, b);

    /// <summary>Subtracts a number from each element.</summary>
    public static Tensor operator -(Tensor a, Scalar b) => NativeTorch.mt_sub_scalar(a, b);

    /// <summary>Subtracts each element from a number.</summary>
    public static Tensor operator -(Scalar a, Tensor b) => NativeTorch.mt_rsub_scalar(b, a);

    /// <summary>The negative of each element.</summary>
    public static Tensor operator -(Tensor a) => NativeTorch.mt_neg(a);

    /// <summary>Element by element, shapes broadcast.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => NativeTorch.mt_mul(a, b);

    /// <summary>Multiplies each element by a number.</summary>
    public static Tensor operator *(Tensor a, Scalar b) => NativeTorch.mt_mul_scalar(a, b);

    /// <summary>Multiplies each element by a number.</summary>
    public static Tensor operator *(Scalar a, Tensor b) => NativeTorch.mt_mul_scalar(b, a);

    /// <summary>Element by element, shapes broadcast; never rounds.</summary>
    public static Tensor operator /(Tensor a, Tensor b) => NativeTorch.mt_div(a, b);

    /// <summary>Divides each element by a number; never rounds.</summary>
    public static Tensor operator /(Tensor a, Scalar b) => NativeTorch.mt_div_scalar(a, b);
#pragma warning restore CA2225

    /// <summary>Each element raised to a power.</summary>
    public Tensor Pow(Scalar exponent) => NativeTorch.mt_pow(this, exponent);

    /// <summary>The absolute value of each element.</summary>
    public Tensor Abs() => NativeTorch.mt_abs(this);

    /// <summary>e to the power of each element.</summary>
    public Tensor Exp() => NativeTorch.mt_exp(this);

    /// <summary>The natural logarithm of each element.</summary>
    public Tensor Log() => NativeTorch.mt_log(this);

    /// <summary>The square root of each element.</summary>
    public Tensor Sqrt() => NativeTorch.mt_sqrt(this);

    /// <summary>One over the square root of each element.</summary>
    public Tensor Rsqrt() => NativeTorch.mt_rsqrt(this);

    /// <summary>The sine of each element.</summary>
    public Tensor Sin() => NativeTorch.mt_sin(this);

    /// <summary>The cosine of each element.</summary>
    public Tensor Cos() => NativeTorch.mt_cos(this);

    /// <summary>The next whole number below each element.</summary>
    public Tensor Floor() => NativeTorch.mt_floor(this);

    /// <summary>The nearest whole number, halves to the even one.</summary>
    public Tensor Round() => NativeTorch.mt_round(this);

    /// <summary>Each element, but within limits.</summary>
    public Tensor Clamp(Scalar low, Scalar high) => NativeTorch.mt_clamp(this, low, high);

    /// <summary>Each element, but at least a limit.</summary>
    public Tensor ClampMin(Scalar low) => NativeTorch.mt_clamp_min(this, low);

    /// <summary>Each element, but at most a limit.</summary>
    public Tensor ClampMax(Scalar high) => NativeTorch.mt_clamp_max(this, high);

    /// <summary>The smaller of two elements.</summary>
    public Tensor Minimum(Tensor other) => NativeTorch.mt_minimum(this, other);

    /// <summary>The greater of two elements.</summary>
    public Tensor Maximum(Tensor other) => NativeTorch.mt_maximum(this, other);

    /// <summary>This + weight * (end - this).</summary>
    public Tensor Lerp(Tensor end, Scalar weight) => NativeTorch.mt_lerp(this, end, weight);

    /// <summary>The matrix product, over leading dimensions as a batch.</summary>
    public Tensor MatMul(Tensor other) => NativeTorch.mt_matmul(this, other);

    /// <summary>Where the elements are equal.</summary>
    public Tensor Eq(Tensor other) => NativeTorch.mt_eq(this, other);

    /// <summary>Where the elements equal a number.</summary>
    public Tensor Eq(Scalar other) => NativeTorch.mt_eq_scalar(this, other);

    /// <summary>Where the elements differ.</summary>
    public Tensor Ne(Tensor other) => NativeTorch.mt_ne(this, other);

    /// <summary>Where the elements differ from a number.</summary>
    public Tensor Ne(Scalar other) => NativeTorch.mt_ne_scalar(this, other);

    /// <summary>Where the elements are less.</summary>
    public Tensor Lt(Tensor other) => NativeTorch.mt_lt(this, other);

    /// <summary>Where the elements are less than a number.</summary>
    public Tensor Lt(Scalar other) => NativeTorch.mt_lt_scalar(this, other);

    /// <summary>Where the elements are less or equal.</summary>
    public Tensor Le(Tensor other) => NativeTorch.mt_le(this, other);

    /// <summary>Where the elements are at most a number.</summary>
    public Tensor Le(Scalar other) => NativeTorch.mt_le_scalar(this, other);

    /// <summary>Where the elements are greater.</summary>
    public Tensor Gt(Tensor other) => NativeTorch.mt_gt(this, other);

    /// <summary>Where the elements are greater than a number.</summary>
    public Tensor Gt(Scalar other) => NativeTorch.mt_gt_scalar(this, other);

    /// <summary>Where the elements are greater or equal.</summary>
    public Tensor Ge(Tensor other) => NativeTorch.mt_ge(this, other);

    /// <summary>Where the elements are at least a number.</summary>
    public Tensor Ge(Scalar other) => NativeTorch.mt_ge_scalar(this, other);

    /// <summary>Where both are true.</summary>
    public Tensor LogicalAnd(Tensor other) => NativeTorch.mt_logical_and(this, other);

    /// <summary>Where at least one is true.</summary>
    public Tensor LogicalOr(Tensor other) => NativeTorch.mt_logical_or(this, other);

    /// <summary>Where it is false.</summary>
    public Tensor LogicalNot() => NativeTorch.mt_logical_not(this);

    /// <summary>Where the elements are neither infinite nor NaN.</summary>
    public Tensor IsFinite() => NativeTorch.mt_isfinite(this);

    /// <summary>From <paramref name="yes"/> where the condition holds, elsewhere from <paramref name="no"/>.</summary>
    public static Tensor Where(Tensor condition, Tensor yes, Tensor no) => NativeTorch.mt_where(condition, yes, no);

    /// <summary>A copy with a number where the mask is true.</summary>
    public Tensor MaskedFill(Tensor mask, Scalar value) => NativeTorch.mt_masked_fill(this, mask, value);
}

using Mien.Training.Interop;

namespace Mien.Training.Torch;

public sealed partial class Tensor
{
    /// <summary>Adds <paramref name="alpha"/> times another tensor.</summary>
    public Tensor AddInPlace(Tensor other, Scalar alpha)
    {
        NativeTorch.mt_add_(this, other, alpha);
        return this;
    }

    /// <summary>Adds another tensor.</summary>
    public Tensor AddInPlace(Tensor other) => AddInPlace(other, 1);

    /// <summary>Adds a number.</summary>
    public Tensor AddInPlace(Scalar value)
    {
        NativeTorch.mt_add_scalar_(this, value);
        return this;
    }

    /// <summary>Multiplies by a number.</summary>
    public Tensor MulInPlace(Scalar value)
    {
        NativeTorch.mt_mul_scalar_(this, value);
        return this;
    }

    /// <summary>Divides by another tensor.</summary>
    public Tensor DivInPlace(Tensor other)
    {
        NativeTorch.mt_div_(this, other);
        return this;
    }

    /// <summary>Adds <paramref name="value"/> times the product of two tensors.</summary>
    public Tensor AddCMulInPlace(Tensor a, Tensor b, Scalar value)
    {
        NativeTorch.mt_addcmul_(this, a, b, value);
        return this;
    }

    /// <summary>Adds <paramref name="value"/> times the quotient of two tensors.</summary>
    public Tensor AddCDivInPlace(Tensor a, Tensor b, Scalar value)
    {
        NativeTorch.mt_addcdiv_(this, a, b, value);
        return this;
    }

    /// <summary>Goes a share of the way to another tensor.</summary>
    public Tensor LerpInPlace(Tensor end, Scalar weight)
    {
        NativeTorch.mt_lerp_(this, end, weight);
        return this;
    }

    /// <summary>Forces the elements within limits.</summary>
    public Tensor ClampInPlace(Scalar low, Scalar high)
    {
        NativeTorch.mt_clamp_(this, low, high);
        return this;
    }

    /// <summary>Sets negative elements to 0.</summary>
    public Tensor ReluInPlace()
    {
        NativeTorch.mt_relu_(this);
        return this;
    }

    /// <summary>Takes the values of another tensor, of any type and device; shapes broadcast.</summary>
    public Tensor CopyInPlace(Tensor source)
    {
        NativeTorch.mt_copy_(this, source);
        return this;
    }

    /// <summary>Sets all elements to random numbers, evenly distributed.</summary>
    public Tensor UniformInPlace(double low = 0, double high = 1)
    {
        NativeTorch.mt_uniform_(this, low, high);
        return this;
    }
}

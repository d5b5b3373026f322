using Mien.Training.Interop;

namespace Mien.Training.Torch;

public sealed partial class Tensor
{
    /// <summary>Whether gradients are collected for this tensor.</summary>
    public bool RequiresGrad
    {
        get
        {
            NativeTorch.mt_requires_grad(this, out bool yes);
            return yes;
        }
        set => NativeTorch.mt_set_requires_grad(this, value);
    }

    /// <summary>The gradient that backward passes summed up, or null. Each reading makes a new handle of the same memory.</summary>
    public Tensor? Grad
    {
        get
        {
            NativeTorch.mt_has_grad(this, out bool yes);
            return yes ? NativeTorch.mt_grad(this) : null;
        }
        set => NativeTorch.mt_set_grad(this, value);
    }

    /// <summary>Collects gradients for this tensor from here on.</summary>
    /// <returns>This tensor.</returns>
    public Tensor WithGrad()
    {
        RequiresGrad = true;
        return this;
    }

    /// <summary>Computes the gradient of this tensor, which has one element, with regard to all that it was computed from, and adds it to theirs.</summary>
    public void Backward(bool retainGraph = false) => NativeTorch.mt_backward(this, retainGraph);

    /// <summary>The same memory, out of which no gradient flows back.</summary>
    public Tensor Detach() => NativeTorch.mt_detach(this);
}

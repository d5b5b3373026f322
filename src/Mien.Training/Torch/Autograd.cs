using Mien.Training.Interop;

namespace Mien.Training.Torch;

/// <summary>Switches the recording of operations for gradients.</summary>
public static class Autograd
{
    /// <summary>Whether this thread records what gradients need.</summary>
    public static bool IsEnabled => NativeTorch.mt_grad_enabled();

    /// <summary>Records nothing on this thread until the result is disposed: for evaluation and for updates of parameters.</summary>
    public static Mode NoGrad() => new(enabled: false);

    /// <summary>Records on this thread until the result is disposed, also inside <see cref="NoGrad"/>.</summary>
    public static Mode EnableGrad() => new(enabled: true);

    /// <summary>Scales the gradients of all parameters by one factor, so that their joint norm is at most <paramref name="maximum"/>.</summary>
    /// <returns>The norm before.</returns>
    public static double ClipGradNorm(IEnumerable<Tensor> parameters, double maximum)
    {
        using var scope = new TensorScope();
        using Mode _ = NoGrad();
        Tensor[] gradients = [.. parameters.Select(parameter => parameter.Grad).OfType<Tensor>()];
        if (gradients.Length == 0)
            return 0;
        double norm = Tensor.Stack([.. gradients.Select(gradient => gradient.Norm())]).Norm().Item();
        double factor = maximum / (norm + 1e-6);
        if (factor < 1)
        {
            foreach (Tensor gradient in gradients)
                gradient.MulInPlace(factor);
        }
        return norm;
    }

    /// <summary>Restores the thread's former mode when disposed. No <c>await</c> inside.</summary>
    public sealed class Mode : IDisposable
    {
        private readonly bool _former;
        private bool _disposed;

        internal Mode(bool enabled)
        {
            _former = NativeTorch.mt_grad_enabled();
            NativeTorch.mt_set_grad_enabled(enabled);
        }

        /// <summary>Restores the former mode.</summary>
        public void Dispose()
        {
            if (_disposed)
                return;
            _disposed = true;
            NativeTorch.mt_set_grad_enabled(_former);
        }
    }
}

using Mien.Training.Interop;

namespace Mien.Training.Torch;

/// <summary>Switches the recording of operations for gradients.</summary>
public static class Autograd
{
    /// <summary>Records nothing on this thread until the result is disposed: for evaluation and for updates of parameters.</summary>
    public static Mode NoGrad() => new();

    /// <summary>Restores the thread's former mode when disposed. No <c>await</c> inside.</summary>
    public sealed class Mode : IDisposable
    {
        private readonly bool _former;
        private bool _disposed;

        internal Mode()
        {
            _former = NativeTorch.mt_grad_enabled();
            NativeTorch.mt_set_grad_enabled(false);
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

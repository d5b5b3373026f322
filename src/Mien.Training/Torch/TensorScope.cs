namespace Mien.Training.Torch;

/// <summary>
/// Frees the tensors that this thread makes while it is open, save those moved out with <see cref="Keep"/> or <see cref="Tensor.Unscoped"/>.
/// Scopes nest. One is used by the thread that opened it: no <c>await</c> inside.
/// </summary>
/// <remarks>
/// Without one, a temporary waits for the garbage collector, which does not know how much memory stands behind it.
/// Open one per training step.
/// </remarks>
public sealed class TensorScope : IDisposable
{
    [ThreadStatic]
    private static TensorScope? s_current;

    private readonly TensorScope? _outer;
    private readonly List<Tensor> _tensors = [];
    private bool _disposed;

    /// <summary>Opens a scope inside the thread's current one.</summary>
    public TensorScope()
    {
        _outer = s_current;
        s_current = this;
    }

    /// <summary>Moves a tensor to the scope around this one, or out of all if there is none.</summary>
    /// <returns>The same tensor.</returns>
    public Tensor Keep(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Scope == this)
        {
            tensor.Scope = _outer;
            _outer?._tensors.Add(tensor);
        }
        return tensor;
    }

    /// <summary>Frees the scope's tensors.</summary>
    /// <exception cref="InvalidOperationException">A scope inside this one is still open, or another thread opened it.</exception>
    public void Dispose()
    {
        if (_disposed)
            return;
        if (s_current != this)
            throw new InvalidOperationException("Scopes close in the reverse order of opening, on the thread that opened them.");
        _disposed = true;
        s_current = _outer;
        foreach (Tensor tensor in _tensors)
        {
            if (tensor.Scope == this)
                tensor.Dispose();
        }
        _tensors.Clear();
    }

    /// <summary>Puts a new tensor into the thread's current scope, if there is one.</summary>
    internal static TensorScope? Register(Tensor tensor)
    {
        s_current?._tensors.Add(tensor);
        return s_current;
    }
}

using System.Runtime.InteropServices;
using Mien.Training.Interop;

namespace Mien.Training.Torch;

/// <summary>An error of libtorch, with its own message.</summary>
public sealed class TorchException : MienException
{
    /// <inheritdoc cref="MienException(string)"/>
    public TorchException(string message) : base(message) { }

    /// <inheritdoc cref="MienException(string, Exception)"/>
    public TorchException(string message, Exception inner) : base(message, inner) { }

    /// <summary>The error of this thread's last native call.</summary>
    internal static TorchException Last() => new(Marshal.PtrToStringUTF8(NativeTorch.mt_last_error()) ?? "libtorch failed without a message.");
}

using System.Runtime.InteropServices.Marshalling;
using Mien.Training.Torch;

namespace Mien.Training.Interop;

/// <summary>What a native function without a tensor for its result returns. Crossing the border turns a failure into an exception.</summary>
[NativeMarshalling(typeof(StatusMarshaller))]
internal readonly struct Status;

/// <summary>Native status to <see cref="Status"/>: the place where the errors of such functions are checked.</summary>
[CustomMarshaller(typeof(Status), MarshalMode.ManagedToUnmanagedOut, typeof(StatusMarshaller))]
internal static class StatusMarshaller
{
    public static Status ConvertToManaged(int unmanaged) => unmanaged == 0 ? default : throw TorchException.Last();
}

/// <summary>Lends a tensor's handle for one call, and takes ownership of the tensor that a call returns.</summary>
[CustomMarshaller(typeof(Tensor), MarshalMode.ManagedToUnmanagedIn, typeof(In))]
[CustomMarshaller(typeof(Tensor), MarshalMode.ManagedToUnmanagedOut, typeof(Out))]
internal static class TensorMarshaller
{
    /// <summary>Keeps the native tensor alive during a call.</summary>
    public ref struct In
    {
        private TensorHandle? _handle;
        private bool _added;

        public void FromManaged(Tensor? tensor)
        {
            _handle = tensor?.Handle;
            _handle?.DangerousAddRef(ref _added);
        }

        public readonly IntPtr ToUnmanaged() => _handle?.DangerousGetHandle() ?? IntPtr.Zero;

        public readonly void Free()
        {
            if (_added)
                _handle!.DangerousRelease();
        }
    }

    /// <summary>Null means failure: the place where the errors of tensor functions are checked.</summary>
    public static class Out
    {
        public static Tensor ConvertToManaged(IntPtr unmanaged) =>
            unmanaged == IntPtr.Zero ? throw TorchException.Last() : new Tensor(new TensorHandle(unmanaged));
    }
}

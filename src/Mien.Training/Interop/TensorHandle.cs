using System.Runtime.InteropServices;

namespace Mien.Training.Interop;

/// <summary>Owns one native tensor.</summary>
internal sealed class TensorHandle : SafeHandle
{
    public TensorHandle(IntPtr handle) : base(IntPtr.Zero, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == IntPtr.Zero;

    protected override bool ReleaseHandle()
    {
        NativeTorch.mt_free(handle);
        return true;
    }
}

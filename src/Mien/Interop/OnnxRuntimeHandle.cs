using System.Runtime.InteropServices;

namespace Mien.Interop;

/// <summary>An object of ONNX Runtime, released exactly once and never while a run uses it.</summary>
internal sealed unsafe class OnnxRuntimeHandle : SafeHandle
{
    private readonly delegate* unmanaged<IntPtr, void> _release;

    public OnnxRuntimeHandle(IntPtr value, delegate* unmanaged<IntPtr, void> release) : base(IntPtr.Zero, ownsHandle: true)
    {
        _release = release;
        SetHandle(value);
    }

    public override bool IsInvalid => handle == IntPtr.Zero;

    protected override bool ReleaseHandle()
    {
        _release(handle);
        return true;
    }
}

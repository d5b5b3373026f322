using Microsoft.Win32.SafeHandles;

namespace Mien.Interop;

/// <summary>An object of a native library of ours and the call that frees it.</summary>
internal sealed unsafe class NativeObject : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly IntPtr _free;

    public NativeObject(IntPtr value, IntPtr free) : base(ownsHandle: true)
    {
        SetHandle(value);
        _free = free;
    }

    /// <summary>The pointer, valid until this is disposed.</summary>
    public IntPtr Value => handle;

    protected override bool ReleaseHandle()
    {
        ((delegate* unmanaged[Cdecl]<IntPtr, void>)_free)(handle);
        return true;
    }
}

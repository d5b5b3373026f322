using System.Reflection;
using System.Runtime.InteropServices;
using Mien.Interop;

namespace Mien.Training.Interop;

/// <summary>Finds <c>libmien_torch</c>; its functions, in the order of <c>mien_torch.h</c>, are in the other part.</summary>
internal static partial class NativeTorch
{
    private const string Library = "mien_torch";
    private const string Variable = "MIEN_TORCH_LIBRARY";

    /// <summary><c>MT_ABI_VERSION</c> of the header that this file mirrors.</summary>
    private const int AbiVersion = 2;

    private static readonly Lock Gate = new();
    private static IntPtr s_library;

    static NativeTorch() => NativeLibrary.SetDllImportResolver(typeof(NativeTorch).Assembly, Resolve);

    /// <summary>A path that the caller named; if set before the first use, nothing else is tried.</summary>
    public static string? ExplicitPath { get; set; }

    /// <summary>Loads the library, if it is not yet.</summary>
    /// <exception cref="NativeLibraryException">It could not be found or is of another version.</exception>
    public static void EnsureLoaded()
    {
        lock (Gate)
        {
            if (s_library == IntPtr.Zero)
                s_library = Find(ExplicitPath);
        }
    }

    /// <summary>Loads the library from a path, or if that is null from where it is searched for.</summary>
    /// <exception cref="NativeLibraryException">It could not be found or is of another version.</exception>
    internal static IntPtr Find(string? explicitPath)
    {
        string fileName = NativeLibraryLocator.FileName(Library);
        return NativeLibraryLocator.Load("The libtorch binding", fileName, explicitPath, Variable,
            [Path.Combine("artifacts", "native", fileName)],
            $"Training needs libtorch: ./mien setup train installs Debian's libtorch-dev and builds the binding; or point {Variable} at it.",
            Fault);
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Library)
            return IntPtr.Zero;
        EnsureLoaded();
        return s_library;
    }

    private static unsafe string? Fault(IntPtr library)
    {
        if (!NativeLibrary.TryGetExport(library, "mt_abi_version", out IntPtr export))
            return "is not Mien's libtorch binding";
        int version = ((delegate* unmanaged<int>)export)();
        return version == AbiVersion ? null : $"has interface version {version}, this Mien needs {AbiVersion}; build it again";
    }
}

using System.Runtime.InteropServices;
using Mien.Training.Interop;

namespace Mien.Training.Torch;

/// <summary>The native library as a whole: whether it is there, its version, threads, devices and random numbers.</summary>
public static class TorchRuntime
{
    /// <summary>A path to <c>libmien_torch</c>; if set before the first use, no other place is searched.</summary>
    public static string? LibraryPath
    {
        get => NativeTorch.ExplicitPath;
        set => NativeTorch.ExplicitPath = value;
    }

    /// <summary>Whether the binding and libtorch can be loaded.</summary>
    public static bool IsAvailable
    {
        get
        {
            try
            {
                Load();
                return true;
            }
            catch (NativeLibraryException)
            {
                return false;
            }
        }
    }

    /// <summary>The version of libtorch that the binding was built with.</summary>
    public static string Version => Marshal.PtrToStringUTF8(NativeTorch.mt_torch_version()) ?? "";

    /// <summary>Threads that one operation may use on the CPU.</summary>
    public static int Threads
    {
        get => NativeTorch.mt_get_num_threads();
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            NativeTorch.mt_set_num_threads(value);
        }
    }

    /// <summary>How many CUDA devices can be used; 0 with a build for the CPU.</summary>
    public static int CudaDeviceCount => NativeTorch.mt_cuda_device_count();

    /// <summary>Whether <see cref="Device.Cuda"/> can be used.</summary>
    public static bool IsCudaAvailable => CudaDeviceCount > 0;

    /// <summary>Native tensors that are alive: for tests of leaks.</summary>
    internal static long LiveTensors => NativeTorch.mt_live_tensors();

    /// <summary>Loads the binding and libtorch now rather than at the first use.</summary>
    /// <exception cref="NativeLibraryException">They are not there; the message names the remedy and each file tried.</exception>
    public static void Load() => NativeTorch.EnsureLoaded();

    /// <summary>Starts the random numbers of all devices from a seed.</summary>
    public static void ManualSeed(ulong seed) => NativeTorch.mt_manual_seed(seed);

    /// <summary>On CUDA, whether convolutions use only algorithms that give the same bits each time; the others are faster. The CPU's always do.</summary>
    public static void SetDeterministic(bool on) => NativeTorch.mt_set_deterministic(on);
}

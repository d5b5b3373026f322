using System.Diagnostics;

namespace Mien.Benchmarks;

/// <summary>What this process holds of memory, once what is no longer used is given back.</summary>
internal static class ProcessMemory
{
    private const double MiB = 1 << 20;

    public static double Megabytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / MiB;
    }
}

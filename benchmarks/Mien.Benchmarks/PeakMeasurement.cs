using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;

namespace Mien.Benchmarks;

/// <summary>How many single-precision operations one core does at most: multiply-adds on independent registers, as wide as the processor has them.</summary>
internal static class PeakMeasurement
{
    private const int Steps = 50_000_000;

    /// <summary>A fused multiply-add is two operations.</summary>
    private const int Operations = 2;

    private const int Registers = 8;

    public static void Run()
    {
        double best = 0;
        for (int round = 0; round < 5; round++)
            best = Math.Max(best, Vector512.IsHardwareAccelerated ? Measure512() : Measure256());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one core, single precision: {best:F0} GFLOP/s"));
    }

    private static double Measure512()
    {
        Vector512<float> x = Vector512.Create(0.999f), y = Vector512.Create(0.001f);
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x;
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < Steps; i++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
        }
        return Speed(clock, Vector512<float>.Count, Vector512.Sum(a + b + c + d + e + f + g + h));
    }

    private static double Measure256()
    {
        Vector256<float> x = Vector256.Create(0.999f), y = Vector256.Create(0.001f);
        Vector256<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x;
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < Steps; i++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y);
            b = Vector256.FusedMultiplyAdd(b, x, y);
            c = Vector256.FusedMultiplyAdd(c, x, y);
            d = Vector256.FusedMultiplyAdd(d, x, y);
            e = Vector256.FusedMultiplyAdd(e, x, y);
            f = Vector256.FusedMultiplyAdd(f, x, y);
            g = Vector256.FusedMultiplyAdd(g, x, y);
            h = Vector256.FusedMultiplyAdd(h, x, y);
        }
        return Speed(clock, Vector256<float>.Count, Vector256.Sum(a + b + c + d + e + f + g + h));
    }

    /// <summary>The result takes part, so that nothing of its computation is left out.</summary>
    private static double Speed(Stopwatch clock, int width, float result) =>
        float.IsFinite(result) ? (double)Steps * Registers * Operations * width / clock.Elapsed.TotalSeconds / 1e9 : 0;
}

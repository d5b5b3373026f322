using Mien.OpenCv;

namespace Mien.Benchmarks;

/// <summary>Options for a detector as the command line names it.</summary>
internal static class DetectorOptions
{
    public static AnalyzerOptions Named(string detector) =>
        detector == HaarDetection.Name ? new AnalyzerOptions().WithHaar() : new() { Detector = detector };
}

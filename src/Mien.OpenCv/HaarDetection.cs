namespace Mien.OpenCv;

/// <summary>Puts the Haar detector into an analyzer.</summary>
public static class HaarDetection
{
    /// <summary>The detector's name.</summary>
    public const string Name = "haar";

    /// <summary>Returns the options of an analyzer that finds faces with a Haar cascade.</summary>
    /// <param name="options">The other options.</param>
    /// <param name="haar">How to search; null for the defaults.</param>
    public static AnalyzerOptions WithHaar(this AnalyzerOptions options, HaarOptions? haar = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with { Detector = Name, CreateDetector = () => new HaarFaceDetector(haar) };
    }
}

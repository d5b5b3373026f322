namespace Mien;

/// <summary>Makes a face detector from its name or file.</summary>
internal static class FaceDetectors
{
    /// <summary>Mien's own, in the box.</summary>
    public const string Own = "face-detector";

    /// <exception cref="ModelException">The detector's file is missing, not pulled yet, or not usable.</exception>
    public static IFaceDetector Create(AnalyzerOptions options) =>
        options.CreateDetector is { } create ? create()
        : options.Detector == "haar" ? throw new ModelException("Haar cascades are in the package Mien.OpenCv: make the options with new AnalyzerOptions().WithHaar().")
        : OnnxFaceDetector.Load(FileOf(options.Detector), options.Onnx, options.Runtime);

    /// <summary>The file of a detector: the path itself, or that of a model in the box or a pulled one by its name.</summary>
    /// <exception cref="ModelException">There is no such file or name, or the model is known but not pulled yet.</exception>
    public static string FileOf(string detector) =>
        KnownModels.All.All(model => model.Name != detector) ? File.Exists(detector) || Path.HasExtension(detector) ? detector : ModelBox.Find(detector)
        : KnownModels.Find(detector) ?? throw new ModelException($"The detector '{detector}' is not on this machine yet. Fetch it with `mien models pull {detector}`, or name the path of its file.");
}

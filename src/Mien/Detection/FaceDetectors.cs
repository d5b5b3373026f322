namespace Mien;

/// <summary>Makes a face detector from its name or file.</summary>
internal static class FaceDetectors
{
    public const string Haar = "haar";

    /// <exception cref="ModelException">The detector's name is unknown, not pulled yet, or its file is not usable.</exception>
    public static IFaceDetector Create(AnalyzerOptions options) =>
        options.Detector == Haar
            ? new HaarFaceDetector(options.Haar)
            : OnnxFaceDetector.Load(KnownModels.Find(options.Detector) ?? options.Detector, options.Onnx, options.Runtime);
}

namespace Mien;

/// <summary>What an <see cref="EmotionAnalyzer"/> is made of; each default is what most users want.</summary>
public sealed record AnalyzerOptions
{
    /// <summary>An ONNX file to classify with; the model in the box if null.</summary>
    public string? Model { get; init; }

    /// <summary>Which of the model's alternative sets of labels to tell apart, such as <c>ferplus</c>; its own if null.</summary>
    public string? Labels { get; init; }

    /// <summary>How faces are found: Mien's own <c>face-detector</c>, the name of a pulled model such as <c>yunet</c>, or the path of an ONNX file of Mien's, YuNet or Ultra-Light.</summary>
    public string Detector { get; init; } = FaceDetectors.Own;

    /// <summary>Makes a detector that is no ONNX file, as <c>Mien.OpenCv</c> does for Haar cascades; <see cref="Detector"/> is then only its name. Null for an ONNX file.</summary>
    public Func<IFaceDetector>? CreateDetector { get; init; }

    /// <summary>Settings of a detector that is an ONNX file.</summary>
    public OnnxDetectorOptions Onnx { get; init; } = new();

    /// <summary>Settings of ONNX Runtime.</summary>
    public OnnxOptions Runtime { get; init; } = new();
}

using Mien.Inference;

namespace Mien.Detection;

/// <summary>What one family of face detection networks wants as input and means by its outputs.</summary>
internal abstract class OnnxFaceDecoder
{
    /// <summary>The order of the input's three channels.</summary>
    public abstract ColorOrder Color { get; }

    /// <summary>The network sees (x - mean) / deviation of each byte.</summary>
    public abstract float Mean { get; }

    /// <inheritdoc cref="Mean"/>
    public abstract float Deviation { get; }

    /// <inheritdoc cref="OnnxFaceDetector.UsualConfidence"/>
    public abstract float UsualConfidence { get; }

    /// <inheritdoc cref="IFaceDetector.BoxToCrop"/>
    public abstract BoxToCrop BoxToCrop { get; }

    /// <summary>Reads the faces of one run, in pixels of the input, overlapping ones included.</summary>
    public abstract void Decode(IOnnxCall call, int width, int height, float minimumConfidence, List<DetectedFace> faces);

    /// <summary>The places of outputs by name, or null if one is missing.</summary>
    protected static int[]? Find(IReadOnlyList<OnnxTensor> outputs, params IEnumerable<string> names)
    {
        int[] places = [.. names.Select(name => outputs.Select(output => output.Name).ToList().IndexOf(name))];
        return places.Contains(-1) ? null : places;
    }
}

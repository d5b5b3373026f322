using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>The input within 0 and 6; the input is computed on and must not be needed elsewhere.</summary>
public sealed class Relu6 : Module
{
    private const int Ceiling = 6;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor rectified = input.ReluInPlace();
        // Not a clamp: libtorch 1.13 goes through its derivative number by number, which took two fifths of MobileNetV2's training.
        using Tensor above = (rectified - Ceiling).ReluInPlace();
        return rectified - above;
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds) => input;

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Add("Clip", [input, graph.Constant([0f]), graph.Constant([(float)Ceiling])]);
    }
}

using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>The input within 0 and 6, computed in place: the input must not be needed elsewhere.</summary>
public sealed class Relu6 : Module
{
    private const int Ceiling = 6;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.ClampInPlace(0, Ceiling);
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

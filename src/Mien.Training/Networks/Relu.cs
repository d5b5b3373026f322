using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>The larger of the input and 0, computed in place: the input must not be needed elsewhere.</summary>
public sealed class Relu : Module
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.ReluInPlace();
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds) => input;

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Add("Relu", [input]);
    }
}

using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>The larger of the input and 0, computed in place: the input must not be needed elsewhere.</summary>
public sealed class Relu : Layer
{
    /// <summary>Creates the layer.</summary>
    public Relu() : base(nameof(Relu))
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.relu_();
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

using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>The input within 0 and 6, computed in place: the input must not be needed elsewhere.</summary>
public sealed class Relu6 : Layer
{
    private const float Ceiling = 6;

    /// <summary>Creates the layer.</summary>
    public Relu6() : base(nameof(Relu6))
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.relu6_();
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds) => input;

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Add("Clip", [input, graph.Constant([0f]), graph.Constant([Ceiling])]);
    }
}

using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>The mean of each channel, as a flat vector.</summary>
public sealed class GlobalAveragePool : Module
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Mean([2, 3]);
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds) => new(input.Channels);

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Add("Flatten", [graph.Add("GlobalAveragePool", [input])]);
    }
}

using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>The mean of each channel, as a flat vector.</summary>
public sealed class GlobalAveragePool : Layer
{
    /// <summary>Creates the layer.</summary>
    public GlobalAveragePool() : base(nameof(GlobalAveragePool))
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.mean([2, 3]);
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

using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>Each sample as a flat vector: channel by channel, row by row.</summary>
public sealed class Flatten : Module
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Flatten(1);
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds) => new(input.Count);

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Add("Flatten", [input]);
    }
}

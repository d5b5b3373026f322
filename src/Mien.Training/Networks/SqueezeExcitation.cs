using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>Weighs each channel by what all channels hold on average: squeeze-and-excitation (Hu et al. 2018, arXiv 1709.01507).</summary>
public sealed class SqueezeExcitation : Module
{
    private readonly int _channels;
    private readonly GlobalAveragePool _pool = new();
    private readonly Linear _squeeze;
    private readonly Linear _excite;

    /// <summary>Creates the layer with random weights.</summary>
    /// <param name="channels">Channels of the input.</param>
    /// <param name="reduction">By what the channels are divided in between.</param>
    public SqueezeExcitation(int channels, int reduction)
    {
        _channels = channels;
        int inner = Math.Max(1, channels / reduction);
        _squeeze = Child("squeeze", new Linear(channels, inner));
        _excite = Child("excite", new Linear(inner, channels));
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using Tensor mean = _pool.Forward(input);
        using Tensor squeezed = _squeeze.Forward(mean).ReluInPlace();
        using Tensor excited = _excite.Forward(squeezed);
        using Tensor weights = excited.Sigmoid();
        using Tensor planes = weights.Reshape([-1, _channels, 1, 1]);
        return input * planes;
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds)
    {
        _excite.Describe(_squeeze.Describe(_pool.Describe(input, ref multiplyAdds), ref multiplyAdds), ref multiplyAdds);
        return input;
    }

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string squeezed = graph.Add("Relu", [_squeeze.Export(graph, _pool.Export(graph, input))]);
        string weights = graph.Add("Sigmoid", [_excite.Export(graph, squeezed)]);
        return graph.Add("Mul", [input, graph.Add("Reshape", [weights, graph.Constant([-1, _channels, 1, 1], 4)])]);
    }
}

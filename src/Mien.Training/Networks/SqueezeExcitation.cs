using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Weighs each channel by what all channels hold on average: squeeze-and-excitation (Hu et al. 2018, arXiv 1709.01507).</summary>
public sealed class SqueezeExcitation : Layer
{
    private readonly int _channels;

    [ComponentName(Name = "pool")]
    private readonly GlobalAveragePool _pool = new();

    [ComponentName(Name = "squeeze")]
    private readonly Linear _squeeze;

    [ComponentName(Name = "excite")]
    private readonly Linear _excite;

    /// <summary>Creates the layer with random weights.</summary>
    /// <param name="channels">Channels of the input.</param>
    /// <param name="reduction">By what the channels are divided in between.</param>
    public SqueezeExcitation(int channels, int reduction) : base(nameof(SqueezeExcitation))
    {
        _channels = channels;
        int inner = Math.Max(1, channels / reduction);
        _squeeze = new Linear(channels, inner);
        _excite = new Linear(inner, channels);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using Tensor mean = _pool.call(input);
        using Tensor squeezed = _squeeze.call(mean).relu_();
        using Tensor excited = _excite.call(squeezed);
        using Tensor weights = excited.sigmoid();
        using Tensor planes = weights.reshape(-1, _channels, 1, 1);
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

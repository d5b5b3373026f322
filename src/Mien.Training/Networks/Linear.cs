using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>A fully connected layer over flat vectors; PyTorch's initialisation.</summary>
public sealed class Linear : Layer
{
    private readonly int _inputs;
    private readonly int _outputs;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    /// <summary>Creates the layer with random weights.</summary>
    public Linear(int inputs, int outputs) : base(nameof(Linear))
    {
        (_inputs, _outputs) = (inputs, outputs);
        _weight = Owned(Initialization.Uniform(inputs, outputs, inputs));
        _bias = Owned(Initialization.Uniform(inputs, outputs));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        // Weights are kept wide and computed in the type of the input.
        using Tensor weight = _weight.to(input.dtype);
        using Tensor bias = _bias.to(input.dtype);
        return nn.functional.linear(input, weight, bias);
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds)
    {
        if (input != new FeatureShape(_inputs))
            throw new MienException($"A linear layer over {_inputs} values cannot take {input}.");
        multiplyAdds += (long)_inputs * _outputs;
        return new FeatureShape(_outputs);
    }

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Add("Gemm",
            [input, graph.Constant(_weight.data<float>().ToArray(), _outputs, _inputs), graph.Constant(_bias.data<float>().ToArray(), _outputs)],
            new OnnxArgument("transB", 1));
    }
}

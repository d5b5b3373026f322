using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>A fully connected layer over flat vectors; PyTorch's initialisation.</summary>
public sealed class Linear : Module
{
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly ModuleTensor _weight;
    private readonly ModuleTensor _bias;

    /// <summary>Creates the layer with random weights.</summary>
    public Linear(int inputs, int outputs)
    {
        (_inputs, _outputs) = (inputs, outputs);
        _weight = Parameter("weight", Initialization.Uniform(inputs, outputs, inputs));
        _bias = Parameter("bias", Initialization.Uniform(inputs, outputs));
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        // Weights are kept wide and computed in the type of the input.
        using Tensor weight = _weight.Value.To(input.Type);
        using Tensor bias = _bias.Value.To(input.Type);
        return input.Linear(weight, bias);
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
            [input, graph.Constant(_weight.Value.ToArray<float>(), _outputs, _inputs), graph.Constant(_bias.Value.ToArray<float>(), _outputs)],
            new OnnxArgument("transB", 1));
    }
}

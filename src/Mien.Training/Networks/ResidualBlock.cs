using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>Two 3x3 convolutions whose result is added to the input, as in He et al. 2015, arXiv 1512.03385.</summary>
public sealed class ResidualBlock : Module
{
    private readonly ConvNorm _first;
    private readonly ConvNorm _second;
    private readonly ConvNorm? _shortcut;

    /// <summary>Creates the block; where the shape changes, a 1x1 convolution brings the input to the new one.</summary>
    public ResidualBlock(int inputs, int outputs, int stride)
    {
        _first = Child("conv1", new ConvNorm(inputs, outputs, 3, stride));
        _second = Child("conv2", new ConvNorm(outputs, outputs, 3));
        _shortcut = inputs == outputs && stride == 1 ? null : Child("shortcut", new ConvNorm(inputs, outputs, 1, stride));
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        Tensor inner = _first.Forward(input);
        inner.ReluInPlace();
        Tensor output = _second.Forward(inner);
        inner.Dispose();
        Tensor shortcut = _shortcut?.Forward(input) ?? input;
        output.AddInPlace(shortcut);
        output.ReluInPlace();
        if (!ReferenceEquals(shortcut, input))
            shortcut.Dispose();
        return output;
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds)
    {
        _shortcut?.Describe(input, ref multiplyAdds);
        return _second.Describe(_first.Describe(input, ref multiplyAdds), ref multiplyAdds);
    }

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string inner = graph.Add("Relu", [_first.Export(graph, input)]);
        string output = _second.Export(graph, inner);
        string shortcut = _shortcut?.Export(graph, input) ?? input;
        return graph.Add("Relu", [graph.Add("Add", [output, shortcut])]);
    }
}

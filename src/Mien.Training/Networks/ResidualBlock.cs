using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>Two 3x3 convolutions whose result is added to the input, as in He et al. 2015, arXiv 1512.03385.</summary>
public sealed class ResidualBlock : Module
{
    private readonly ConvNorm _first;
    private readonly ConvNorm _second;
    private readonly SqueezeExcitation? _attention;
    private readonly ConvNorm? _shortcut;

    /// <summary>Creates the block; where the shape changes, a 1x1 convolution brings the input to the new one.</summary>
    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="stride">Step of the first convolution.</param>
    /// <param name="squeezeExcitation">The reduction of the squeeze-and-excitation before the addition; 0: none.</param>
    public ResidualBlock(int inputs, int outputs, int stride, int squeezeExcitation = 0)
    {
        _first = Child("conv1", new ConvNorm(inputs, outputs, 3, stride));
        _second = Child("conv2", new ConvNorm(outputs, outputs, 3));
        _attention = squeezeExcitation > 0 ? Child("attention", new SqueezeExcitation(outputs, squeezeExcitation)) : null;
        _shortcut = inputs == outputs && stride == 1 ? null : Child("shortcut", new ConvNorm(inputs, outputs, 1, stride));
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        Tensor inner = _first.Forward(input);
        inner.ReluInPlace();
        Tensor output = _second.Forward(inner);
        inner.Dispose();
        if (_attention is not null)
        {
            using Tensor unweighted = output;
            output = _attention.Forward(unweighted);
        }
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
        FeatureShape output = _second.Describe(_first.Describe(input, ref multiplyAdds), ref multiplyAdds);
        return _attention?.Describe(output, ref multiplyAdds) ?? output;
    }

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string inner = graph.Add("Relu", [_first.Export(graph, input)]);
        string output = _second.Export(graph, inner);
        output = _attention?.Export(graph, output) ?? output;
        string shortcut = _shortcut?.Export(graph, input) ?? input;
        return graph.Add("Relu", [graph.Add("Add", [output, shortcut])]);
    }
}

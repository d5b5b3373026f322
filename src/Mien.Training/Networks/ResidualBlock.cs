using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Two 3x3 convolutions whose result is added to the input, as in He et al. 2015, arXiv 1512.03385.</summary>
public sealed class ResidualBlock : Layer
{
    [ComponentName(Name = "conv1")]
    private readonly ConvNorm _first;

    [ComponentName(Name = "conv2")]
    private readonly ConvNorm _second;

    [ComponentName(Name = "attention")]
    private readonly SqueezeExcitation? _attention;

    [ComponentName(Name = "shortcut")]
    private readonly ConvNorm? _shortcut;

    /// <summary>Creates the block; where the shape changes, a 1x1 convolution brings the input to the new one.</summary>
    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="stride">Step of the first convolution.</param>
    /// <param name="squeezeExcitation">The reduction of the squeeze-and-excitation before the addition; 0: none.</param>
    public ResidualBlock(int inputs, int outputs, int stride, int squeezeExcitation = 0) : base(nameof(ResidualBlock))
    {
        _first = new ConvNorm(inputs, outputs, 3, stride);
        _second = new ConvNorm(outputs, outputs, 3);
        _attention = squeezeExcitation > 0 ? new SqueezeExcitation(outputs, squeezeExcitation) : null;
        _shortcut = inputs == outputs && stride == 1 ? null : new ConvNorm(inputs, outputs, 1, stride);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        Tensor inner = _first.call(input);
        inner.relu_();
        Tensor output = _second.call(inner);
        inner.Dispose();
        if (_attention is not null)
        {
            using Tensor unweighted = output;
            output = _attention.call(unweighted);
        }
        Tensor shortcut = _shortcut?.call(input) ?? input;
        output.add_(shortcut);
        output.relu_();
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

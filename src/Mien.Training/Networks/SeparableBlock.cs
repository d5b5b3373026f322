using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>
/// A depthwise convolution that looks around and a 1x1 convolution that mixes channels (Howard et al. 2017, arXiv 1704.04861), each with
/// batch norm and ReLU; where the shape stays, the input is added before the last ReLU.
/// </summary>
public sealed class SeparableBlock : Layer
{
    [ComponentName(Name = "around")]
    private readonly ConvNorm _around;

    [ComponentName(Name = "mixing")]
    private readonly ConvNorm _mixing;

    private readonly bool _adds;

    /// <summary>Creates the block.</summary>
    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="kernel">Side of the depthwise kernel, odd.</param>
    /// <param name="stride">Step of the depthwise convolution.</param>
    public SeparableBlock(int inputs, int outputs, int kernel = 3, int stride = 1) : base(nameof(SeparableBlock))
    {
        _around = new ConvNorm(inputs, inputs, kernel, stride, groups: inputs);
        _mixing = new ConvNorm(inputs, outputs, 1);
        _adds = inputs == outputs && stride == 1;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using Tensor around = _around.call(input).relu_();
        Tensor output = _mixing.call(around);
        if (_adds)
            output.add_(input);
        return output.relu_();
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds) =>
        _mixing.Describe(_around.Describe(input, ref multiplyAdds), ref multiplyAdds);

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string output = _mixing.Export(graph, graph.Add("Relu", [_around.Export(graph, input)]));
        return graph.Add("Relu", [_adds ? graph.Add("Add", [output, input]) : output]);
    }
}

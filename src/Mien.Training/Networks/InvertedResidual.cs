using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>
/// MobileNetV2's block (Sandler et al. 2018, arXiv 1801.04381): a 1x1 convolution widens, a depthwise 3x3 one looks around, a linear
/// 1x1 one narrows; where the shape stays, the input is added.
/// </summary>
public sealed class InvertedResidual : Layer
{
    [ComponentName(Name = "conv")]
    private readonly Sequential _conv;

    private readonly bool _adds;

    /// <summary>Creates the block; its tensors are named as in torchvision.</summary>
    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="stride">Step of the depthwise convolution.</param>
    /// <param name="expansion">By what the input's channels are multiplied inside; 1 leaves the first convolution out.</param>
    public InvertedResidual(int inputs, int outputs, int stride, int expansion) : base(nameof(InvertedResidual))
    {
        int hidden = inputs * expansion;
        _adds = stride == 1 && inputs == outputs;
        var layers = new List<(string Name, Layer Layer)>();
        if (expansion != 1)
            layers.Add(("0", Activated(new ConvNorm(inputs, hidden, 1, convName: "0", normName: "1"))));
        layers.Add(($"{layers.Count}", Activated(new ConvNorm(hidden, hidden, 3, stride, groups: hidden, convName: "0", normName: "1"))));
        layers.Add(("", new ConvNorm(hidden, outputs, 1, convName: $"{layers.Count}", normName: $"{layers.Count + 1}")));
        _conv = new Sequential(layers);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        Tensor output = _conv.call(input);
        return _adds ? output.add_(input) : output;
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds) => _conv.Describe(input, ref multiplyAdds);

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string output = _conv.Export(graph, input);
        return _adds ? graph.Add("Add", [output, input]) : output;
    }

    /// <summary>A convolution with batch norm and ReLU6 after it, named as in torchvision.</summary>
    internal static Sequential Activated(ConvNorm convolution) => new(("", convolution), ("2", new Relu6()));
}

using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>A convolution without bias and batch norm after it; one convolution when exported.</summary>
public sealed class ConvNorm : Layer
{
    private readonly Conv2d _conv;
    private readonly BatchNorm2d _norm;

    /// <summary>Creates both layers; the padding keeps the size at stride 1.</summary>
    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="kernel">Side of the kernel, odd.</param>
    /// <param name="stride">Step between outputs.</param>
    /// <param name="groups">Groups of channels, as in <see cref="Conv2d"/>.</param>
    /// <param name="convName">What the convolution's tensors are called.</param>
    /// <param name="normName">What batch norm's tensors are called.</param>
    public ConvNorm(int inputs, int outputs, int kernel, int stride = 1, int groups = 1, string convName = "conv", string normName = "norm")
        : base(nameof(ConvNorm))
    {
        _conv = new Conv2d(inputs, outputs, kernel, stride, kernel / 2, bias: false, groups);
        _norm = new BatchNorm2d(outputs) { Convolution = _conv };
        register_module(convName, _conv);
        register_module(normName, _norm);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using Tensor convolved = _conv.call(input);
        return _norm.call(convolved);
    }

    /// <summary>Does nothing: both layers are registered under the names that the constructor was given, not under those of fields.</summary>
    protected override void RegisterComponents()
    {
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds) => _norm.Describe(_conv.Describe(input, ref multiplyAdds), ref multiplyAdds);

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input) => _conv.Export(graph, input, _norm.ToAffine());
}

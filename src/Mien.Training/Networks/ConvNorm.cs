using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>A convolution without bias and batch norm after it; one convolution when exported.</summary>
public sealed class ConvNorm : Module
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
    {
        (ConvName, NormName) = (convName, normName);
        _conv = Child(convName, new Conv2d(inputs, outputs, kernel, stride, kernel / 2, bias: false, groups));
        _norm = Child(normName, new BatchNorm2d(outputs));
    }

    internal string ConvName { get; }

    internal string NormName { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        Tensor convolved = _conv.Forward(input);
        Tensor output = _norm.Forward(convolved);
        convolved.Dispose();
        return output;
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds) => _norm.Describe(_conv.Describe(input, ref multiplyAdds), ref multiplyAdds);

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input) => _conv.Export(graph, input, _norm.ToAffine());

    /// <inheritdoc cref="BatchNorm2d.UnfoldAtNextBatch"/>
    internal void UnfoldAtNextBatch(Tensor bias) => _norm.UnfoldAtNextBatch(bias);
}

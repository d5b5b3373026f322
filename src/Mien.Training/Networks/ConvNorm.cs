using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>A convolution without bias and batch norm after it; one convolution when exported.</summary>
public sealed class ConvNorm : Module
{
    private readonly Conv2d _conv;
    private readonly BatchNorm2d _norm;

    /// <summary>Creates both layers; the padding keeps the size at stride 1.</summary>
    public ConvNorm(int inputs, int outputs, int kernel, int stride = 1)
    {
        _conv = Child("conv", new Conv2d(inputs, outputs, kernel, stride, kernel / 2, bias: false));
        _norm = Child("norm", new BatchNorm2d(outputs));
    }

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
}

using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>A two-dimensional convolution with a square kernel; PyTorch's initialisation.</summary>
public sealed class Conv2d : Layer
{
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly int _kernel;
    private readonly int _stride;
    private readonly int _padding;
    private readonly int _groups;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;

    /// <summary>Creates the layer with random weights.</summary>
    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="kernel">Side of the kernel.</param>
    /// <param name="stride">Step between outputs.</param>
    /// <param name="padding">Zeros added at each border.</param>
    /// <param name="bias">Whether it adds a bias; batch norm after it makes that useless.</param>
    /// <param name="groups">In how many groups of channels each output sees its own group only; as many as there are inputs is a depthwise convolution.</param>
    public Conv2d(int inputs, int outputs, int kernel, int stride = 1, int padding = 0, bool bias = true, int groups = 1)
        : base(nameof(Conv2d))
    {
        (_inputs, _outputs, _kernel, _stride, _padding, _groups) = (inputs, outputs, kernel, stride, padding, groups);
        int fanIn = inputs / groups * kernel * kernel;
        _weight = Owned(Initialization.Uniform(fanIn, outputs, inputs / groups, kernel, kernel));
        _bias = bias ? Owned(Initialization.Uniform(fanIn, outputs)) : null;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        // Weights are kept wide and computed in the type of the images.
        using Tensor weight = _weight.to(input.dtype);
        using Tensor? bias = _bias?.to(input.dtype);
        return nn.functional.conv2d(input, weight, bias, [_stride, _stride], [_padding, _padding], groups: _groups);
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds)
    {
        if (input.Channels != _inputs)
            throw new MienException($"A convolution over {_inputs} channels cannot take {input}.");
        var output = new FeatureShape(_outputs, Size(input.Height), Size(input.Width));
        if (output.Height < 1 || output.Width < 1)
            throw new MienException($"A convolution with a {_kernel}x{_kernel} kernel cannot take {input}: it is too small.");
        multiplyAdds += (long)output.Count * (_inputs / _groups) * _kernel * _kernel;
        return output;
    }

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input) => Export(graph, input, null);

    /// <summary>Appends this convolution, with what follows it in each output channel as part of its weights.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">The name of the input in it.</param>
    /// <param name="after">A factor and an offset for each output channel.</param>
    internal string Export(OnnxGraph graph, string input, ChannelAffine? after)
    {
        ArgumentNullException.ThrowIfNull(graph);
        float[] weight = _weight.data<float>().ToArray();
        float[] bias = _bias?.data<float>().ToArray() ?? new float[_outputs];
        after?.Fold(weight, bias);
        return graph.Add("Conv",
            [input, graph.Constant(weight, _outputs, _inputs / _groups, _kernel, _kernel), graph.Constant(bias, _outputs)],
            new OnnxArgument("kernel_shape", [_kernel, _kernel]),
            new OnnxArgument("group", _groups),
            new OnnxArgument("strides", [_stride, _stride]),
            new OnnxArgument("pads", [_padding, _padding, _padding, _padding]));
    }

    private int Size(int input) => ((input + (2 * _padding) - _kernel) / _stride) + 1;
}

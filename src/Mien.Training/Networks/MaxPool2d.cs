using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>The maximum of each square; a remainder at the right and lower border is left out.</summary>
public sealed class MaxPool2d : Layer
{
    private readonly int _side;

    /// <summary>Creates the layer.</summary>
    /// <param name="side">Side of the squares.</param>
    public MaxPool2d(int side) : base(nameof(MaxPool2d)) => _side = side;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return nn.functional.max_pool2d(input, _side);
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds) => input.Height >= _side && input.Width >= _side
        ? input with { Height = input.Height / _side, Width = input.Width / _side }
        : throw new MienException($"Pooling over {_side}x{_side} cannot take {input}: it is too small.");

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Add("MaxPool", [input], new OnnxArgument("kernel_shape", [_side, _side]), new OnnxArgument("strides", [_side, _side]));
    }
}

using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Images brought to another size, bilinearly, and gray ones to three equal channels: what a network trained on large colour pictures takes.</summary>
public sealed class Resize : Layer
{
    private const int Colours = 3;

    private readonly FeatureShape _input;
    private readonly int _size;

    /// <summary>Creates the layer.</summary>
    /// <param name="input">The shape of one image: square, one or three channels.</param>
    /// <param name="size">Side of the square result in pixels.</param>
    public Resize(FeatureShape input, int size) : base(nameof(Resize))
    {
        if (input.Channels is not (1 or Colours) || input.Height != input.Width)
            throw new MienException($"Three colours in a square cannot be made of {input}.");
        (_input, _size) = (input, size);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = NewDisposeScope();
        Tensor resized = _input.Width == _size ? input : nn.functional.interpolate(input, [_size, _size], mode: InterpolationMode.Bilinear, align_corners: false);
        return scope.MoveToOuter(_input.Channels == Colours ? resized : cat([resized, resized, resized], 1));
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds) => input == _input
        ? new FeatureShape(Colours, _size, _size)
        : throw new MienException($"Resizing from {_input} cannot take {input}.");

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        // The operator rounds size times scale down, so a scale that is a breath too large gives the right size.
        float scale = MathF.BitIncrement((float)_size / _input.Width);
        string resized = _input.Width == _size ? input
            : graph.Add("Resize", [input, "", graph.Constant([1f, 1f, scale, scale], 4)], new OnnxArgument("mode", "linear"));
        return _input.Channels == Colours ? resized : graph.Add("Concat", [resized, resized, resized], new OnnxArgument("axis", 1));
    }
}

using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>A whole network: normalised square images in, a logit for each class out.</summary>
public sealed class Network : Module
{
    private readonly Module _body;

    internal Network(NetworkSpec spec, FeatureShape input, int classes, int emotions, Module body)
    {
        (Spec, Input, Classes, Emotions) = (spec, input, classes, emotions);
        long multiplyAdds = 0;
        body.Describe(input, ref multiplyAdds);
        MultiplyAdds = multiplyAdds;
        _body = Child("", body);
        UseChannelsLast();
    }

    /// <summary>What it was built from.</summary>
    public NetworkSpec Spec { get; }

    /// <summary>The shape of one image.</summary>
    public FeatureShape Input { get; }

    /// <summary>How many classes it tells apart.</summary>
    public int Classes { get; }

    /// <summary>How many FER+ emotions it also tells apart, with logits after those of the classes: eight or none.</summary>
    public int Emotions { get; }

    /// <summary>Multiply-adds of convolutions and linear layers for one image.</summary>
    public long MultiplyAdds { get; }

    /// <summary>The logits of a batch: (N, classes + emotions) from (N, channels, size, size), normalised as the model's metadata will say.</summary>
    /// <remarks>It computes in the type of its input. In training the images may be smaller than what it was built for, see <see cref="CheckSize"/>.</remarks>
    /// <exception cref="MienException">The batch has another shape or type.</exception>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        long[] shape = input.Shape;
        if (input.Type is not (ScalarType.Float32 or ScalarType.BFloat16) || shape is not [>= 1, var channels, var height, var width]
            || channels != Input.Channels || (!IsTraining && (height != Input.Height || width != Input.Width)))
        {
            throw new MienException($"The network \"{Spec.Name}\" takes batches of {Input} Float32 or BFloat16 numbers, got [{string.Join(", ", shape)}] {input.Type}.");
        }
        using Tensor batch = input.Contiguous(MemoryFormat.ChannelsLast);
        return _body.Forward(batch);
    }

    /// <summary>Makes sure that the network can also be trained on images of another size.</summary>
    /// <param name="size">The side of the square images in pixels.</param>
    /// <exception cref="MienException">It cannot: it is not convolutional up to a global pooling.</exception>
    public void CheckSize(int size)
    {
        long multiplyAdds = 0;
        _body.Describe(new FeatureShape(Input.Channels, size, size), ref multiplyAdds);
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds) => input == Input
        ? _body.Describe(input, ref multiplyAdds)
        : throw new MienException($"The network \"{Spec.Name}\" was built for {Input}, not for {input}.");

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input) => _body.Export(graph, input);
}

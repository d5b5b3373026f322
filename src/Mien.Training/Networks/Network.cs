using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>A whole network: normalised square images in, a logit for each class out.</summary>
public sealed class Network : Module
{
    /// <param name="spec">What it is built from.</param>
    /// <param name="input">The shape of one image.</param>
    /// <param name="classes">How many classes it tells apart.</param>
    /// <param name="features">From images to what tells them apart.</param>
    /// <param name="classifier">From the features to logits.</param>
    internal Network(NetworkSpec spec, FeatureShape input, int classes, Module features, Module classifier)
    {
        (Spec, Input, Classes) = (spec, input, classes);
        (Features, Classifier) = (Child("", features), Child("", classifier));
        long multiplyAdds = 0;
        Describe(input, ref multiplyAdds);
        MultiplyAdds = multiplyAdds;
        UseChannelsLast();
    }

    /// <summary>What it was built from.</summary>
    public NetworkSpec Spec { get; }

    /// <summary>The shape of one image.</summary>
    public FeatureShape Input { get; }

    /// <summary>How many classes it tells apart.</summary>
    public int Classes { get; }

    /// <summary>Multiply-adds of convolutions and linear layers for one image.</summary>
    public long MultiplyAdds { get; }

    /// <summary>From images to what tells them apart: the part that pretrained weights bring.</summary>
    internal Module Features { get; }

    /// <summary>From the features to logits: the part that every task learns anew.</summary>
    internal Module Classifier { get; }

    /// <summary>The logits of a batch: (N, classes) from (N, channels, size, size), normalised as the model's metadata will say.</summary>
    /// <exception cref="MienException">The batch has another shape or type.</exception>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        long[] shape = input.Shape;
        if (input.Type != ScalarType.Float32 || shape is not [>= 1, var channels, var height, var width]
            || channels != Input.Channels || height != Input.Height || width != Input.Width)
        {
            throw new MienException($"The network \"{Spec.Name}\" takes batches of {Input} Float32 numbers, got [{string.Join(", ", shape)}] {input.Type}.");
        }
        using Tensor batch = input.Contiguous(MemoryFormat.ChannelsLast);
        using Tensor features = Features.Forward(batch);
        return Classifier.Forward(features);
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds) => input == Input
        ? Classifier.Describe(Features.Describe(input, ref multiplyAdds), ref multiplyAdds)
        : throw new MienException($"The network \"{Spec.Name}\" was built for {Input}, not for {input}.");

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input) => Classifier.Export(graph, Features.Export(graph, input));

    /// <summary>Holds the features as they are while the classifier learns, batch norm's running statistics included; or lets them learn again.</summary>
    /// <remarks><see cref="Module.Train"/> and <see cref="Module.Evaluate"/> reach the features too, so call this after them.</remarks>
    internal void FreezeFeatures(bool frozen)
    {
        if (frozen)
            Features.Evaluate();
        foreach ((_, Tensor parameter) in Features.NamedParameters())
            parameter.RequiresGrad = !frozen;
    }
}

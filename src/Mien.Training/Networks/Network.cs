using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>A whole network: normalised square images in, a logit for each class out.</summary>
public sealed class Network : Layer
{
    /// <param name="spec">What it is built from.</param>
    /// <param name="input">The shape of one image.</param>
    /// <param name="classes">How many classes it tells apart.</param>
    /// <param name="emotions">How many FER+ emotions it also tells apart.</param>
    /// <param name="features">From images to what tells them apart.</param>
    /// <param name="classifier">From the features to logits.</param>
    internal Network(NetworkSpec spec, FeatureShape input, int classes, int emotions, Layer features, Layer classifier)
        : base(nameof(Network))
    {
        (Spec, Input, Classes, Emotions) = (spec, input, classes, emotions);
        (Features, Classifier) = (features, classifier);
        Merge(features);
        Merge(classifier);
        long multiplyAdds = 0;
        Describe(input, ref multiplyAdds);
        MultiplyAdds = multiplyAdds;
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

    /// <summary>Whether images may have another size than what it was built for outside training too: a teacher sees the crops of its student, a detector photos.</summary>
    internal bool TakesAnySize { get; set; }

    /// <summary>From images to what tells them apart: the part that pretrained weights bring.</summary>
    internal Layer Features { get; }

    /// <summary>From the features to logits: the part that every task learns anew.</summary>
    internal Layer Classifier { get; }

    /// <summary>The logits of a batch: (N, classes + emotions) from (N, channels, size, size), normalised as the model's metadata will say.</summary>
    /// <remarks>It computes in the type of its input. In training the images may be smaller than what it was built for, see <see cref="CheckSize"/>.</remarks>
    /// <exception cref="MienException">The batch has another shape or type.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        long[] shape = input.shape;
        if (input.dtype is not (ScalarType.Float32 or ScalarType.BFloat16) || shape is not [>= 1, var channels, var height, var width]
            || channels != Input.Channels || (!training && !TakesAnySize && (height != Input.Height || width != Input.Width)))
        {
            throw new MienException($"The network \"{Spec.Name}\" takes batches of {Input} Float32 or BFloat16 numbers, got [{string.Join(", ", shape)}] {input.dtype}.");
        }
        Tensor features = Features.call(input);
        Tensor logits = Classifier.call(features);
        if (!ReferenceEquals(logits, features))
            features.Dispose();
        return logits;
    }

    /// <summary>Makes sure that the network can also be trained on images of another size.</summary>
    /// <param name="size">The side of the square images in pixels.</param>
    /// <exception cref="MienException">It cannot: it is not convolutional up to a global pooling.</exception>
    public void CheckSize(int size)
    {
        long multiplyAdds = 0;
        try
        {
            Classifier.Describe(Features.Describe(new FeatureShape(Input.Channels, size, size), ref multiplyAdds), ref multiplyAdds);
        }
        catch (MienException error)
        {
            throw new MienException($"The network \"{Spec.Name}\" cannot be trained on crops of {size} pixels and see {Input.Width} in use: {error.Message} Leave out augmentation.crop.", error);
        }
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds) => input == Input
        ? Classifier.Describe(Features.Describe(input, ref multiplyAdds), ref multiplyAdds)
        : throw new MienException($"The network \"{Spec.Name}\" was built for {Input}, not for {input}.");

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input) => Classifier.Export(graph, Features.Export(graph, input));

    /// <summary>Holds the features as they are while the classifier learns, batch norm's running statistics included; or lets them learn again.</summary>
    /// <remarks><c>train</c> and <c>eval</c> reach the features too, so call this after them.</remarks>
    internal void FreezeFeatures(bool frozen)
    {
        if (frozen)
            Features.eval();
        foreach (TorchSharp.Modules.Parameter parameter in Features.parameters())
            parameter.requires_grad = !frozen;
    }

    /// <summary>Does nothing: the parts of features and classifier are registered under their own names.</summary>
    protected override void RegisterComponents()
    {
    }
}

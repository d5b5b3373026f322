using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Normalises each channel, by the batch's statistics in training and by running ones outside it.</summary>
public sealed class BatchNorm2d : Layer
{
    private const double Epsilon = 1e-5;
    private const double Momentum = 0.1;

    private readonly int _channels;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    [ComponentName(Name = "running_mean")]
    private readonly Tensor _mean;

    [ComponentName(Name = "running_var")]
    private readonly Tensor _variance;

    private bool _unfolds;

    /// <summary>Creates the layer as the identity.</summary>
    public BatchNorm2d(int channels) : base(nameof(BatchNorm2d))
    {
        _channels = channels;
        _weight = Owned(ones(channels));
        _bias = Owned(zeros(channels));
        _mean = zeros(channels).DetachFromDisposeScope();
        _variance = ones(channels).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>Gets the convolution that this layer normalises, into which other programs may have folded it.</summary>
    internal Conv2d? Convolution { get; init; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_unfolds)
            Unfold(input);
        return nn.functional.batch_norm(input, _mean, _variance, _weight, _bias, training, Momentum, Epsilon);
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds) => input.Channels == _channels
        ? input
        : throw new MienException($"Batch norm over {_channels} channels cannot take {input}.");

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ChannelAffine affine = ToAffine();
        string scaled = graph.Add("Mul", [input, graph.Constant(Round(affine.Factors), 1, _channels, 1, 1)]);
        return graph.Add("Add", [scaled, graph.Constant(Round(affine.Offsets), 1, _channels, 1, 1)]);

        static float[] Round(double[] values) => Array.ConvertAll(values, value => (float)value);
    }

    /// <summary>
    /// Puts batch norm back behind a convolution that it was folded into. From the next batch on the layer adds the folded bias
    /// and nothing else, outside training: that batch's statistics become the running ones, and weight and bias undo them.
    /// </summary>
    /// <param name="bias">The bias that folding gave the convolution.</param>
    internal void UnfoldAtNextBatch(Tensor bias)
    {
        if (bias.numel() != _channels)
            throw new MienException($"A folded bias of {bias.numel()} values does not fit batch norm over {_channels} channels.");
        _bias.copy_(bias);
        _unfolds = true;
    }

    /// <summary>What the layer does outside training.</summary>
    internal ChannelAffine ToAffine()
    {
        float[] weight = _weight.data<float>().ToArray();
        float[] bias = _bias.data<float>().ToArray();
        float[] mean = _mean.data<float>().ToArray();
        float[] variance = _variance.data<float>().ToArray();
        double[] factors = [.. weight.Select((w, i) => w / Math.Sqrt(variance[i] + Epsilon))];
        double[] offsets = [.. bias.Select((b, i) => b - (mean[i] * factors[i]))];
        return new ChannelAffine(factors, offsets);
    }

    private void Unfold(Tensor batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor mean = batch.mean([0, 2, 3], keepdim: true);
        Tensor centred = batch - mean;
        Tensor variance = (centred * centred).mean([0, 2, 3]);
        _mean.copy_(mean.flatten());
        _variance.copy_(variance);
        _weight.copy_(variance.add_(Epsilon).sqrt());
        _bias.add_(_mean);
        _unfolds = false;
    }
}

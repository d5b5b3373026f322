using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>Normalises each channel, by the batch's statistics in training and by running ones outside it.</summary>
public sealed class BatchNorm2d : Module
{
    private const double Epsilon = 1e-5;
    private const double Momentum = 0.1;

    private readonly int _channels;
    private readonly ModuleTensor _weight;
    private readonly ModuleTensor _bias;
    private readonly ModuleTensor _mean;
    private readonly ModuleTensor _variance;
    private bool _unfolds;

    /// <summary>Creates the layer as the identity.</summary>
    public BatchNorm2d(int channels)
    {
        _channels = channels;
        _weight = Parameter("weight", Tensor.Ones([channels]));
        _bias = Parameter("bias", Tensor.Zeros([channels]));
        _mean = Buffer("running_mean", Tensor.Zeros([channels]));
        _variance = Buffer("running_var", Tensor.Ones([channels]));
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_unfolds)
            Unfold(input);
        return input.BatchNorm(_weight.Value, _bias.Value, _mean.Value, _variance.Value, IsTraining, Momentum, Epsilon);
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
        if (bias.Count != _channels)
            throw new MienException($"A folded bias of {bias.Count} values does not fit batch norm over {_channels} channels.");
        _bias.Value.CopyInPlace(bias);
        _unfolds = true;
    }

    /// <summary>What the layer does outside training.</summary>
    internal ChannelAffine ToAffine()
    {
        float[] weight = _weight.Value.ToArray<float>();
        float[] bias = _bias.Value.ToArray<float>();
        float[] mean = _mean.Value.ToArray<float>();
        float[] variance = _variance.Value.ToArray<float>();
        double[] factors = [.. weight.Select((w, i) => w / Math.Sqrt(variance[i] + Epsilon))];
        double[] offsets = [.. bias.Select((b, i) => b - (mean[i] * factors[i]))];
        return new ChannelAffine(factors, offsets);
    }

    private void Unfold(Tensor batch)
    {
        using var scope = new TensorScope();
        Tensor mean = batch.Mean([0, 2, 3], keepDimensions: true);
        Tensor centred = batch - mean;
        Tensor variance = (centred * centred).Mean([0, 2, 3]);
        _mean.Value.CopyInPlace(mean.Flatten());
        _variance.Value.CopyInPlace(variance);
        _weight.Value.CopyInPlace(variance.AddInPlace(Epsilon).Sqrt());
        _bias.Value.AddInPlace(_mean.Value);
        _unfolds = false;
    }
}

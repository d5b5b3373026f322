using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>In training, sets random values to 0 and scales up the others; outside it, nothing.</summary>
public sealed class Dropout : Layer
{
    private readonly double _probability;

    /// <summary>Creates the layer.</summary>
    /// <param name="probability">The share of values dropped, 0 up to but not 1.</param>
    public Dropout(double probability) : base(nameof(Dropout))
    {
        if (!(probability is >= 0 and < 1))
            throw new MienException(FormattableString.Invariant($"Dropout must be at least 0 and less than 1, is {probability}."));
        _probability = probability;
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return training && _probability > 0 ? nn.functional.dropout(input, _probability, training: true) : input;
    }

    /// <inheritdoc/>
    public override FeatureShape Describe(FeatureShape input, ref long multiplyAdds) => input;

    /// <inheritdoc/>
    public override string Export(OnnxGraph graph, string input) => input;
}

namespace Mien;

/// <summary>What a face expresses: a probability for each label of the model, together 1.</summary>
public sealed class EmotionScores
{
    private readonly float[] _values;
    private readonly int _top;

    /// <summary>Wraps the probabilities of a model's labels, in the same order. The array is not copied.</summary>
    public EmotionScores(IReadOnlyList<string> labels, float[] values)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(values);
        if (labels.Count != values.Length || values.Length == 0)
            throw new ArgumentException($"{labels.Count} labels need as many scores, got {values.Length}.", nameof(values));
        Labels = labels;
        _values = values;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[_top])
                _top = i;
        }
    }

    /// <summary>The model's labels, in its own order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The probabilities, in the order of <see cref="Labels"/>.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>The label with the highest probability.</summary>
    public string Top => Labels[_top];

    /// <summary>The probability of <see cref="Top"/>, 0 to 1.</summary>
    public float Confidence => _values[_top];

    /// <summary>The probability of a label, 0 to 1; 0 for a label that the model does not know.</summary>
    public float this[string label]
    {
        get
        {
            for (int i = 0; i < _values.Length; i++)
            {
                if (Labels[i] == label)
                    return _values[i];
            }
            return 0;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Top} {Confidence:P0}");
}

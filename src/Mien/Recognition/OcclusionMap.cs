namespace Mien;

/// <summary>Which parts of a face crop carried a label: a square grid of equal cells over the crop, row by row from the top left.</summary>
/// <remarks>
/// The value of a cell is by how much the label's probability falls, on average, when a patch of the crop's mean colour covers
/// the cell: -1 to 1. More than 0: the cell carries the label. Less than 0: it speaks against it. Covering a face partly makes
/// a picture that no model was trained on, so a map says what this model looks at, not what an expression is made of.
/// </remarks>
public sealed class OcclusionMap
{
    private readonly float[] _values;

    internal OcclusionMap(string label, EmotionScores scores, float lowest, int cells, float[] values) =>
        (Label, Scores, Lowest, Cells, _values) = (label, scores, lowest, cells, values);

    /// <summary>The label that was explained.</summary>
    public string Label { get; }

    /// <summary>What the whole face reads as.</summary>
    public EmotionScores Scores { get; }

    /// <summary>The label's probability for the whole face, 0 to 1.</summary>
    public float Probability => Scores[Label];

    /// <summary>The label's probability under the patch that takes most of it, 0 to 1.</summary>
    public float Lowest { get; }

    /// <summary>Cells in a row, and rows.</summary>
    public int Cells { get; }

    /// <summary>The cells, row by row.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>The largest value without its sign.</summary>
    public float Strongest => _values.Max(MathF.Abs);

    /// <summary>One cell.</summary>
    public float this[int column, int row] => _values[(row * Cells) + column];
}

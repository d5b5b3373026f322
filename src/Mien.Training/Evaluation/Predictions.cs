namespace Mien.Training;

/// <summary>What a model says of each image of a data set, in the classes of a report.</summary>
/// <param name="Labels">The classes, K of them.</param>
/// <param name="Probabilities">N rows of K probabilities, one row after the other.</param>
/// <param name="Targets">The true class of each of the N samples.</param>
/// <param name="Images">The place of each sample in its data set.</param>
public sealed record Predictions(IReadOnlyList<string> Labels, float[] Probabilities, int[] Targets, int[] Images)
{
    /// <summary>How many samples.</summary>
    public int Count => Targets.Length;

    /// <summary>The most probable class of a sample.</summary>
    public int Top(int sample)
    {
        ReadOnlySpan<float> row = Row(sample);
        int top = 0;
        for (int i = 1; i < row.Length; i++)
        {
            if (row[i] > row[top])
                top = i;
        }
        return top;
    }

    /// <summary>The probability of the most probable class, where the row is scaled to 1.</summary>
    public double Confidence(int sample)
    {
        double sum = 0;
        foreach (float value in Row(sample))
            sum += value;
        return sum > 0 ? Row(sample)[Top(sample)] / sum : 0;
    }

    /// <summary>The wrong answers, the surest first.</summary>
    public IEnumerable<int> Mistakes() => Enumerable.Range(0, Count).Where(i => Top(i) != Targets[i]).OrderByDescending(Confidence);

    private ReadOnlySpan<float> Row(int sample) => Probabilities.AsSpan(sample * Labels.Count, Labels.Count);
}

namespace Mien.Training;

/// <summary>A temperature that makes a network's confidence meet its accuracy, and how far they were apart before and after.</summary>
/// <param name="Temperature">By what the logits are divided before the softmax; below 1 the network was too modest, above 1 too sure.</param>
/// <param name="EceBefore">The expected calibration error (15 bins) at temperature 1, on the samples of the fit.</param>
/// <param name="EceAfter">The same at <paramref name="Temperature"/>.</param>
/// <remarks>
/// Temperature scaling of Guo et al. 2017, "On Calibration of Modern Neural Networks" (arXiv 1706.04599). One number cannot
/// change which class is the most probable, so no answer changes.
/// </remarks>
public sealed record Calibration(double Temperature, double EceBefore, double EceAfter)
{
    private const double Coldest = 0.05;
    private const double Hottest = 20;
    private const double Precision = 1e-5;

    /// <summary>Fits the temperature that minimises the mean of -log of the probability of the true class.</summary>
    /// <param name="logits">N rows of K logits, one row after the other.</param>
    /// <param name="targets">The true class of each of the N samples, 0 to K - 1.</param>
    /// <returns>
    /// A temperature from 0.05 to 20. It stays 1 where every answer is right, or there is none: the loss then falls for ever
    /// as the temperature does, and nothing is known of how often the network errs.
    /// </returns>
    /// <exception cref="ArgumentException">The sizes do not fit together, or a logit is no number.</exception>
    public static Calibration Fit(ReadOnlySpan<float> logits, ReadOnlySpan<int> targets)
    {
        int classes = targets.Length == 0 ? 1 : logits.Length / targets.Length;
        if (logits.Length != (long)targets.Length * classes || classes == 0)
            throw new ArgumentException($"{logits.Length} logits are not as many for each of {targets.Length} targets.", nameof(logits));
        ClassificationReport before = Report(logits, targets, classes, 1);
        if (before.Confusion.Select((row, label) => row[label]).Sum() == before.N)
            return new Calibration(1, before.Ece, before.Ece);
        double temperature = Minimum(logits, targets, classes);
        return new Calibration(temperature, before.Ece, Report(logits, targets, classes, temperature).Ece);
    }

    /// <summary>The probabilities that a model would have given at temperature 1.</summary>
    /// <param name="probabilities">Rows of K probabilities, softmax(logits / temperature).</param>
    /// <param name="temperature">The model's temperature.</param>
    /// <returns>Rows in proportion to softmax(logits); they do not add up to 1.</returns>
    public static float[] Undo(ReadOnlySpan<float> probabilities, double temperature)
    {
        var raw = new float[probabilities.Length];
        for (int i = 0; i < raw.Length; i++)
            raw[i] = (float)Math.Pow(probabilities[i], temperature);
        return raw;
    }

    /// <summary>Golden-section search over the temperature's logarithm: the loss is convex in 1 / temperature, so there is one minimum.</summary>
    private static double Minimum(ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, int classes)
    {
        double ratio = (Math.Sqrt(5) - 1) / 2;
        double low = Math.Log(Coldest), high = Math.Log(Hottest);
        double left = high - (ratio * (high - low)), right = low + (ratio * (high - low));
        double leftLoss = Loss(logits, targets, classes, Math.Exp(left)), rightLoss = Loss(logits, targets, classes, Math.Exp(right));
        while (high - low > Precision)
        {
            if (leftLoss < rightLoss)
            {
                (high, right, rightLoss) = (right, left, leftLoss);
                left = high - (ratio * (high - low));
                leftLoss = Loss(logits, targets, classes, Math.Exp(left));
            }
            else
            {
                (low, left, leftLoss) = (left, right, rightLoss);
                right = low + (ratio * (high - low));
                rightLoss = Loss(logits, targets, classes, Math.Exp(right));
            }
        }
        return Math.Exp((low + high) / 2);
    }

    /// <summary>The sum of -log of the probability of the true class, in double precision and without a clamp.</summary>
    private static double Loss(ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, int classes, double temperature)
    {
        double loss = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            ReadOnlySpan<float> row = logits.Slice(i * classes, classes);
            double most = Most(row), sum = 0;
            foreach (float logit in row)
                sum += Math.Exp((logit - most) / temperature);
            loss += Math.Log(sum) - ((row[targets[i]] - most) / temperature);
        }
        return loss;
    }

    private static ClassificationReport Report(ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, int classes, double temperature)
    {
        var probabilities = new float[logits.Length];
        for (int start = 0; start < logits.Length; start += classes)
        {
            ReadOnlySpan<float> row = logits.Slice(start, classes);
            double most = Most(row);
            for (int j = 0; j < classes; j++)
                probabilities[start + j] = (float)Math.Exp((row[j] - most) / temperature);
        }
        return ClassificationReport.Create([.. Enumerable.Range(0, classes).Select(label => $"{label}")], probabilities, targets);
    }

    private static float Most(ReadOnlySpan<float> row)
    {
        float most = row[0];
        foreach (float logit in row)
            most = Math.Max(most, logit);
        return most;
    }
}

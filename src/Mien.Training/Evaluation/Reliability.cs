namespace Mien.Training;

/// <summary>The samples whose confidence lies in one interval: how sure the model was, and how often it was right.</summary>
/// <param name="Low">The interval's lower end, which belongs to the interval before; 0 belongs to the first.</param>
/// <param name="High">The interval's upper end, which belongs to it.</param>
/// <param name="Count">How many samples.</param>
/// <param name="Confidence">The mean probability of their most probable class, 0 to 1; 0 where there are none.</param>
/// <param name="Accuracy">The share of them whose most probable class is the true one; 0 where there are none.</param>
public sealed record ReliabilityBin(double Low, double High, int Count, double Confidence, double Accuracy);

/// <summary>How far confidence can be taken at its word: bins of equal width over the probability of the most probable class.</summary>
/// <remarks>After Naeini et al. 2015, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", as Guo et al. 2017 (arXiv 1706.04599) use it.</remarks>
internal sealed class Reliability
{
    /// <summary>The number of bins with which Guo et al. report.</summary>
    public const int Bins = 15;

    private readonly int[] _counts = new int[Bins];
    private readonly int[] _right = new int[Bins];
    private readonly double[] _confidence = new double[Bins];

    /// <summary>Counts a sample.</summary>
    /// <param name="confidence">The probability of the most probable class.</param>
    /// <param name="right">Whether that is the true one.</param>
    public void Add(double confidence, bool right)
    {
        int bin = Math.Clamp((int)Math.Ceiling(confidence * Bins) - 1, 0, Bins - 1);
        _counts[bin]++;
        _confidence[bin] += confidence;
        if (right)
            _right[bin]++;
    }

    /// <summary>The bins, from the least confidence to the most.</summary>
    public ReliabilityBin[] ToBins() => [.. Enumerable.Range(0, Bins).Select(bin => new ReliabilityBin(
        (double)bin / Bins, (bin + 1.0) / Bins, _counts[bin], _confidence[bin] / Math.Max(1, _counts[bin]), (double)_right[bin] / Math.Max(1, _counts[bin])))];

    /// <summary>The expected calibration error: the mean distance between confidence and accuracy, each bin weighed by its samples; 0 without any.</summary>
    public static double Error(IReadOnlyCollection<ReliabilityBin> bins) =>
        bins.Sum(bin => bin.Count * Math.Abs(bin.Confidence - bin.Accuracy)) / Math.Max(1, bins.Sum(bin => bin.Count));
}

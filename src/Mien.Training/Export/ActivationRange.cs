namespace Mien.Training;

/// <summary>
/// The range of one value of a graph that 8 bits should span. First all values are shown to <see cref="Widen"/>, then all of
/// them again to <see cref="Count"/>.
/// </summary>
internal sealed class ActivationRange
{
    private const int Bins = 2048;
    private const int Levels = 255;

    /// <summary>The steps in which the search narrows each end, as shares of it, and how many it takes.</summary>
    private const double Step = 0.02;
    private const int Steps = 40;

    private readonly long[] _counts = new long[Bins];

    /// <summary>The least value seen, at most 0: padding must be exact.</summary>
    public float Least { get; private set; }

    /// <summary>The largest value seen, at least 0.</summary>
    public float Most { get; private set; }

    public void Widen(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            Least = Math.Min(Least, value);
            Most = Math.Max(Most, value);
        }
    }

    public void Count(ReadOnlySpan<float> values)
    {
        float scale = Bins / Math.Max(Most - Least, float.Epsilon);
        foreach (float value in values)
        {
            // 0, which is most of what comes out of a ReLU, is exact in any range.
            if (value != 0)
                _counts[Math.Clamp((int)((value - Least) * scale), 0, Bins - 1)]++;
        }
    }

    /// <summary>The ends between which 8 bits lose least, as mean squared error: rare outliers are cut so that the rest gets finer steps.</summary>
    public (float Least, float Most) Best()
    {
        (float, float) best = (Least, Most);
        double smallest = double.MaxValue;
        for (int low = 0; low < (Least < 0 ? Steps : 1); low++)
        {
            for (int high = 0; high < (Most > 0 ? Steps : 1); high++)
            {
                (double least, double most) = (Least * (1 - (low * Step)), Most * (1 - (high * Step)));
                double error = Error(least, most, smallest);
                if (error < smallest)
                    (best, smallest) = (((float)least, (float)most), error);
            }
        }
        return best;
    }

    /// <summary>The squared error of all values; not more of it than needed to see that it is above a limit.</summary>
    private double Error(double least, double most, double limit)
    {
        double step = (most - least) / Levels, width = (Most - Least) / (double)Bins;
        double error = 0;
        for (int i = 0; i < Bins && error < limit; i++)
        {
            double value = Least + ((i + 0.5) * width);
            double cut = value < least ? least - value : Math.Max(0, value - most);
            // Rounding to steps errs by a uniform variable of that width.
            error += _counts[i] * (cut > 0 ? cut * cut : step * step / 12);
        }
        return error;
    }
}

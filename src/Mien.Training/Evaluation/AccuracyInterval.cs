namespace Mien.Training;

/// <summary>How far an accuracy may be from that of a larger sample of the same kind.</summary>
internal static class AccuracyInterval
{
    private const int Resamples = 2000;
    private const int Seed = 1;

    /// <summary>The percentile bootstrap's 95 % interval (Efron 1979), the same at each call.</summary>
    /// <param name="right">How many answers were right.</param>
    /// <param name="count">How many there were.</param>
    /// <returns>Two shares; 0 and 0 without any answer.</returns>
    public static (double Low, double High) Bootstrap(int right, int count)
    {
        if (count == 0)
            return (0, 0);
        var random = new Random(Seed);
        var drawn = new int[Resamples];
        for (int i = 0; i < Resamples; i++)
        {
            // An answer that is drawn is right with the share's probability, whichever it is.
            for (int j = 0; j < count; j++)
                drawn[i] += random.Next(count) < right ? 1 : 0;
        }
        Array.Sort(drawn);
        return (Percentile(0.025), Percentile(0.975));

        double Percentile(double share) => (double)drawn[(int)Math.Round(share * (Resamples - 1))] / count;
    }
}

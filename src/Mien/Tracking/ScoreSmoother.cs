namespace Mien;

/// <summary>Smooths the scores of one track in a way that is fair to short expressions: slow while they are steady, quick at a change.</summary>
/// <remarks>
/// An exponential filter of the log-probabilities whose cutoff rises with the change, as in the one-euro filter (Casiez et al. 2012,
/// doi 10.1145/2207676.2208639). What counts as change is only what two readings in a row agree on, so a single frame that
/// reads differently hardly moves the scores, and an expression of 0.3 seconds is kept. The steps are times, not frames.
/// One smoother serves one track, from one thread.
/// </remarks>
public sealed class ScoreSmoother
{
    /// <summary>Probabilities below this are taken for this, so that no reading is infinitely sure.</summary>
    private const float Floor = 0.001f;

    private readonly SmoothingOptions _options;
    private TimeSpan _time;
    private EmotionScores? _last;
    private EmotionScores? _smoothed;

    /// <summary>Begins with the first reading.</summary>
    /// <param name="options">How quickly to follow; null for the defaults.</param>
    public ScoreSmoother(SmoothingOptions? options = null) => _options = options ?? new();

    /// <summary>Takes a reading and gives the smoothed scores as of its time; the first reading as it is.</summary>
    /// <param name="time">When; not before the last one.</param>
    /// <param name="scores">The raw scores, always of the same labels.</param>
    /// <exception cref="ArgumentException">The time is before that of the last reading, or there are other labels.</exception>
    public EmotionScores Smooth(TimeSpan time, EmotionScores scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (_smoothed is null || _last is null)
            return Keep(time, scores, scores);
        if (time < _time)
            throw new ArgumentOutOfRangeException(nameof(time), time, $"Readings come in the order of their times; the last one was at {_time}.");
        if (!scores.Labels.SequenceEqual(_smoothed.Labels))
            throw new ArgumentException($"The labels of a track do not change; they were {string.Join(", ", _smoothed.Labels)}.", nameof(scores));

        double change = AgreedChange(_smoothed.Values, _last.Values, scores.Values);
        double slow = 1 / _options.Steady.TotalSeconds, quick = 1 / _options.Changing.TotalSeconds;
        double rate = slow + ((quick - slow) * change * change);
        double share = 1 - Math.Exp(-rate * (time - _time).TotalSeconds);
        var smoothed = new float[scores.Values.Length];
        double sum = 0;
        for (int i = 0; i < smoothed.Length; i++)
        {
            double before = Math.Log(Math.Max(Floor, _smoothed.Values[i])), now = Math.Log(Math.Max(Floor, scores.Values[i]));
            smoothed[i] = (float)Math.Exp(before + (share * (now - before)));
            sum += smoothed[i];
        }
        for (int i = 0; i < smoothed.Length; i++)
            smoothed[i] = (float)(smoothed[i] / sum);
        return Keep(time, scores, new(scores.Labels, smoothed));
    }

    private EmotionScores Keep(TimeSpan time, EmotionScores scores, EmotionScores smoothed)
    {
        (_time, _last, _smoothed) = (time, scores, smoothed);
        return smoothed;
    }

    /// <summary>How far two readings in a row both are from the smoothed scores, in the same direction: 0 to 1, as total variation.</summary>
    private static double AgreedChange(ReadOnlySpan<float> smoothed, ReadOnlySpan<float> before, ReadOnlySpan<float> now)
    {
        double earlier = 0, later = 0, together = 0;
        for (int i = 0; i < smoothed.Length; i++)
        {
            double first = before[i] - smoothed[i], second = now[i] - smoothed[i];
            earlier += Math.Abs(first) / 2;
            later += Math.Abs(second) / 2;
            together += first * second;
        }
        return together > 0 ? Math.Min(earlier, later) : 0;
    }
}

namespace Mien.Sessions;

/// <summary>Face time and scores in bins of equal length that start small and double when there would be too many: bounded memory for any length.</summary>
internal sealed class Timeline(IReadOnlyList<string> labels)
{
    private const int MostBins = 600;

    private readonly List<Bin> _bins = [];
    private double _length = 0.25;

    /// <summary>The number of the first bin; bin n begins at n lengths.</summary>
    private long _first;

    /// <summary>Adds a face from one time to another.</summary>
    /// <param name="from">The beginning.</param>
    /// <param name="to">The end, after the beginning.</param>
    /// <param name="scores">What the face reads as meanwhile.</param>
    public void Add(TimeSpan from, TimeSpan to, EmotionScores scores)
    {
        double start = from.TotalSeconds, end = to.TotalSeconds;
        if (_bins.Count == 0)
            _first = Number(start);
        while (Math.Max(Number(end), _first + _bins.Count) - Math.Min(Number(start), _first) >= MostBins)
            Double();
        for (; _first > Number(start); _first--)
            _bins.Insert(0, new(labels.Count));
        for (long number = Number(start); number * _length < end; number++)
        {
            int bin = (int)(number - _first);
            while (_bins.Count <= bin)
                _bins.Add(new(labels.Count));
            double seconds = Math.Min(end, (number + 1) * _length) - Math.Max(start, number * _length);
            _bins[bin].Add(seconds, scores.Values);
        }
    }

    /// <summary>The bins so far, cut at the ends of the period that they tell of.</summary>
    public IReadOnlyList<TimelineBin> Summarize(TimeSpan periodStart, TimeSpan periodEnd)
    {
        var bins = new TimelineBin[_bins.Count];
        for (int i = 0; i < bins.Length; i++)
        {
            double start = Math.Max(periodStart.TotalSeconds, (_first + i) * _length), end = Math.Min(periodEnd.TotalSeconds, (_first + i + 1) * _length);
            bins[i] = new(TimeSpan.FromSeconds(start), TimeSpan.FromSeconds(end), _bins[i].Seconds / (end - start), _bins[i].Mean(labels));
        }
        return bins;
    }

    private long Number(double time) => (long)Math.Floor(time / _length);

    private void Double()
    {
        if (long.IsOddInteger(_first))
        {
            _first--;
            _bins.Insert(0, new(labels.Count));
        }
        for (int i = 0; i < (_bins.Count + 1) / 2; i++)
        {
            _bins[i] = _bins[2 * i];
            if ((2 * i) + 1 < _bins.Count)
                _bins[i].Add(_bins[(2 * i) + 1]);
        }
        _bins.RemoveRange((_bins.Count + 1) / 2, _bins.Count / 2);
        _length *= 2;
        _first /= 2;
    }

    /// <summary>Sums over a bin, weighted by time.</summary>
    private sealed class Bin(int labels)
    {
        private readonly float[] _scores = new float[labels];

        public double Seconds { get; private set; }

        public void Add(double seconds, ReadOnlySpan<float> scores)
        {
            Seconds += seconds;
            for (int i = 0; i < _scores.Length; i++)
                _scores[i] += (float)seconds * scores[i];
        }

        public void Add(Bin other)
        {
            Seconds += other.Seconds;
            for (int i = 0; i < _scores.Length; i++)
                _scores[i] += other._scores[i];
        }

        public EmotionScores? Mean(IReadOnlyList<string> names) => Seconds > 0 ? new(names, [.. _scores.Select(sum => (float)(sum / Seconds))]) : null;
    }
}

namespace Mien.Sessions;

/// <summary>Face time and valence in bins of equal length that start small and double when there would be too many: bounded memory for any length.</summary>
internal sealed class Timeline
{
    private const int MostBins = 600;

    private readonly List<(double Seconds, double Valence)> _bins = [];
    private double _length = 1;

    /// <summary>The number of the first bin; bin n begins at n lengths.</summary>
    private long _first;

    /// <summary>Adds a face from one time to another.</summary>
    /// <param name="from">The beginning.</param>
    /// <param name="to">The end, after the beginning.</param>
    /// <param name="valence">The face's valence meanwhile; NaN if it has none.</param>
    public void Add(TimeSpan from, TimeSpan to, double valence)
    {
        double start = from.TotalSeconds, end = to.TotalSeconds;
        if (_bins.Count == 0)
            _first = Number(start);
        while (Math.Max(Number(end), _first + _bins.Count) - Math.Min(Number(start), _first) >= MostBins)
            Double();
        for (; _first > Number(start); _first--)
            _bins.Insert(0, default);
        for (long number = Number(start); number * _length < end; number++)
        {
            int bin = (int)(number - _first);
            while (_bins.Count <= bin)
                _bins.Add(default);
            double seconds = Math.Min(end, (number + 1) * _length) - Math.Max(start, number * _length);
            _bins[bin] = (_bins[bin].Seconds + seconds, _bins[bin].Valence + (seconds * valence));
        }
    }

    /// <summary>The bins so far, cut at the ends of the period that they tell of.</summary>
    public IReadOnlyList<TimelineBin> Summarize(TimeSpan periodStart, TimeSpan periodEnd)
    {
        var bins = new TimelineBin[_bins.Count];
        for (int i = 0; i < bins.Length; i++)
        {
            double start = Math.Max(periodStart.TotalSeconds, (_first + i) * _length), end = Math.Min(periodEnd.TotalSeconds, (_first + i + 1) * _length);
            var (seconds, valence) = _bins[i];
            bins[i] = new(TimeSpan.FromSeconds(start), TimeSpan.FromSeconds(end), seconds / (end - start), seconds > 0 && double.IsFinite(valence) ? valence / seconds : null);
        }
        return bins;
    }

    private long Number(double time) => (long)Math.Floor(time / _length);

    private void Double()
    {
        if (long.IsOddInteger(_first))
        {
            _first--;
            _bins.Insert(0, default);
        }
        for (int i = 0; i < (_bins.Count + 1) / 2; i++)
        {
            var second = (2 * i) + 1 < _bins.Count ? _bins[(2 * i) + 1] : default;
            _bins[i] = (_bins[2 * i].Seconds + second.Seconds, _bins[2 * i].Valence + second.Valence);
        }
        _bins.RemoveRange((_bins.Count + 1) / 2, _bins.Count / 2);
        _length *= 2;
        _first /= 2;
    }
}

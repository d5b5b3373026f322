namespace Mien.Alerts;

/// <summary>The share of a past time that a label was the most probable one, in a hundred slots: bounded memory for any frame rate.</summary>
internal sealed class LabelShare(TimeSpan window)
{
    private const int Slots = 100;

    private readonly Queue<(long Number, double Matched, double Seconds)> _full = [];
    private (long Number, double Matched, double Seconds) _slot;
    private TimeSpan? _first;
    private TimeSpan _time;
    private bool _matched;

    /// <summary>Takes a reading; the one before it stood until now.</summary>
    /// <returns>The share, 0 to 1; null until the whole window has passed.</returns>
    public double? Add(TimeSpan time, bool matched)
    {
        double seconds = _first is null ? 0 : (time - _time).TotalSeconds;
        _first ??= time;
        long number = (long)Math.Floor(time / window * Slots);
        if (number != _slot.Number)
        {
            _full.Enqueue(_slot);
            _slot = (number, 0, 0);
        }
        _slot = (number, _slot.Matched + (_matched ? seconds : 0), _slot.Seconds + seconds);
        while (_full.TryPeek(out var oldest) && oldest.Number <= number - Slots)
            _full.Dequeue();
        (_time, _matched) = (time, matched);
        double total = _slot.Seconds + _full.Sum(slot => slot.Seconds);
        return time - _first >= window && total > 0 ? (_slot.Matched + _full.Sum(slot => slot.Matched)) / total : null;
    }
}

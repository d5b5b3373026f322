using Mien.Sessions;

namespace Mien;

/// <summary>Sums up the readings of a session while they come: what it holds grows with the number of faces and markers, not with time.</summary>
/// <remarks>
/// A reading stands until the next one of its face; where that does not come soon, the time between is a gap and counts for
/// nothing. At a marker the faces of the last frame are taken to be there still. For one thread.
/// </remarks>
public sealed class SessionSummarizer
{
    private readonly TimeSpan _maximumGap;
    private readonly List<PeriodSummary> _ended = [];
    private PeriodTotals? _whole;
    private PeriodTotals? _segment;
    private IReadOnlyList<string>? _labels;
    private bool _marked;
    private TimeSpan _time = TimeSpan.MinValue;

    /// <summary>Begins with nothing.</summary>
    /// <param name="maximumGap">How far two readings of a face may be apart for the time between to count; null for a second. A source slower than a frame a second needs more.</param>
    public SessionSummarizer(TimeSpan? maximumGap = null) => _maximumGap = maximumGap ?? TimeSpan.FromSeconds(1);

    /// <summary>Adds the readings of a frame, which may be none.</summary>
    /// <param name="time">When; not before the last frame or marker.</param>
    /// <param name="faces">What its faces read as, one reading a face, always of the same labels.</param>
    /// <exception cref="ArgumentException">The time is before the last one, or a reading has other labels.</exception>
    public void Add(TimeSpan time, IReadOnlyList<TrackReading> faces)
    {
        ArgumentNullException.ThrowIfNull(faces);
        Advance(time);
        foreach (var face in faces)
        {
            _labels ??= face.Scores.Labels;
            if (!face.Scores.Labels.SequenceEqual(_labels))
                throw new ArgumentException($"The labels of a session do not change; they were {string.Join(", ", _labels)}.", nameof(faces));
        }
        Begin(time);
        _whole!.Add(time, faces);
        _segment!.Add(time, faces);
    }

    /// <summary>Ends a segment and begins the next.</summary>
    /// <param name="time">When; not before the last frame or marker.</param>
    /// <param name="marker">The name of the segment that begins, such as a scene or a question.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is before the last one.</exception>
    public void Mark(TimeSpan time, string marker)
    {
        ArgumentNullException.ThrowIfNull(marker);
        Advance(time);
        bool first = _segment is null;
        Begin(time);
        var ended = _segment!;
        _segment = ended.EndAt(time, marker);
        // Before a marker at the very beginning there was nothing.
        if (!first)
            _ended.Add(ended.Summarize());
        _marked = true;
    }

    /// <summary>The summary so far; more may be added after it.</summary>
    public SessionSummary Summarize()
    {
        var whole = (_whole ?? new(null, TimeSpan.Zero, _maximumGap)).Summarize();
        return new(whole, _marked ? [.. _ended, _segment!.Summarize()] : []);
    }

    private void Begin(TimeSpan time)
    {
        _whole ??= new(null, time, _maximumGap);
        _segment ??= new(null, time, _maximumGap);
    }

    private void Advance(TimeSpan time)
    {
        if (time < _time)
            throw new ArgumentOutOfRangeException(nameof(time), time, $"Frames and markers come in the order of their times; the last one was at {_time}.");
        _time = time;
    }
}

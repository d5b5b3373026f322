namespace Mien.Sessions;

/// <summary>The running sums of a stretch of time, for each face and for all together.</summary>
internal sealed class PeriodTotals(string? marker, TimeSpan start, TimeSpan maximumGap)
{
    private readonly TimeSpan _start = start;
    private readonly SortedDictionary<int, TrackTotals> _tracks = [];
    private ExpressionTotals? _everyone;
    private TimeSpan _end = start;
    private int _mostPeople;

    /// <summary>Adds a frame.</summary>
    public void Add(TimeSpan time, IReadOnlyList<TrackReading> faces)
    {
        foreach (var face in faces)
        {
            _everyone ??= new(face.Scores.Labels);
            if (_tracks.TryGetValue(face.Track, out var track))
                track.Add(time, face.Scores, maximumGap);
            else
                _tracks.Add(face.Track, track = new(face.Track, time, face.Scores, _everyone));
            track.Count();
        }
        _end = time;
        _mostPeople = Math.Max(_mostPeople, faces.Count);
    }

    /// <summary>Ends this stretch with a marker; the faces of its last frame are taken over into the next.</summary>
    public PeriodTotals EndAt(TimeSpan time, string marker)
    {
        var present = _tracks.Where(track => track.Value.LastSeen == _end && time - _end <= maximumGap).ToList();
        foreach (var (_, track) in present)
            track.Hold(time);
        _end = time;
        var next = new PeriodTotals(marker, time, maximumGap);
        next.Add(time, [.. present.Select(track => new TrackReading(track.Key, track.Value.Scores))]);
        return next;
    }

    /// <summary>The result so far.</summary>
    public PeriodSummary Summarize() => new(
        marker, _start, _end, _mostPeople,
        (_everyone ?? new([])).Summarize(_start, _end, _tracks.Values.SelectMany(track => track.OpenEpisode()), _tracks.Values.SelectMany(track => track.OpenChange())),
        [.. _tracks.Values.Select(track => track.Summarize())]);
}

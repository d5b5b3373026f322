namespace Mien.Sessions;

/// <summary>Follows the readings of one face and adds what they amount to, to its own totals and to everyone's.</summary>
internal sealed class TrackTotals(int track, TimeSpan time, EmotionScores first, ExpressionTotals everyone)
{
    /// <summary>Over about what time a change is measured, in seconds.</summary>
    private const double ChangeMemory = 1;

    private const double WeakestChange = 0.25;

    /// <summary>Of changes closer than this the strongest counts.</summary>
    private static readonly TimeSpan ChangeDistance = TimeSpan.FromSeconds(2);

    private readonly ExpressionTotals _own = new(first.Labels);
    private readonly TimeSpan _firstSeen = time;
    private readonly float[] _usual = first.Values.ToArray();
    private EmotionScores _scores = first;
    private TimeSpan _episodeStart = time;
    private double _episodeConfidence;
    private ExpressionChange? _change;

    /// <summary>When the face was read last.</summary>
    public TimeSpan LastSeen { get; private set; } = time;

    /// <summary>What it read as then.</summary>
    public EmotionScores Scores => _scores;

    /// <summary>Takes the next reading. The one before it stood until now, unless there was a gap.</summary>
    public void Add(TimeSpan time, EmotionScores scores, TimeSpan maximumGap)
    {
        int before = Top(_scores), now = Top(scores);
        if (time - LastSeen > maximumGap)
        {
            EndEpisode(LastSeen);
            EndChange();
            (LastSeen, _episodeStart) = (time, time);
            scores.Values.CopyTo(_usual);
        }
        else
        {
            Hold(time);
            if (now != before)
            {
                _own.AddTransition(before, now);
                everyone.AddTransition(before, now);
                EndEpisode(time);
                _episodeStart = time;
            }
        }
        _scores = scores;
        FollowChange(time);
    }

    /// <summary>Counts the last reading.</summary>
    public void Count()
    {
        _own.AddReading(Top(_scores));
        everyone.AddReading(Top(_scores));
    }

    /// <summary>Lets the last reading stand until a time.</summary>
    public void Hold(TimeSpan time)
    {
        double seconds = (time - LastSeen).TotalSeconds;
        _own.AddTime(Top(_scores), LastSeen, time, _scores);
        everyone.AddTime(Top(_scores), LastSeen, time, _scores);
        _episodeConfidence += seconds * _scores.Confidence;
        float share = (float)(1 - Math.Exp(-seconds / ChangeMemory));
        for (int i = 0; i < _usual.Length; i++)
            _usual[i] += share * (_scores.Values[i] - _usual[i]);
        LastSeen = time;
    }

    /// <summary>The result so far.</summary>
    public TrackSummary Summarize() => new(track, _firstSeen, LastSeen, _own.Summarize(_firstSeen, LastSeen, OpenEpisode(), OpenChange()));

    /// <summary>The episode that goes on.</summary>
    public IEnumerable<Episode> OpenEpisode() => LastSeen > _episodeStart ? [EpisodeUntil(LastSeen)] : [];

    /// <summary>The change that may still be outdone by a stronger one.</summary>
    public IEnumerable<ExpressionChange> OpenChange() => _change is null ? [] : [_change];

    private static int Top(EmotionScores scores) => scores.Values.IndexOf(scores.Confidence);

    private Episode EpisodeUntil(TimeSpan end) => new(track, _scores.Top, _episodeStart, end, _episodeConfidence / (end - _episodeStart).TotalSeconds);

    private void EndEpisode(TimeSpan end)
    {
        if (end > _episodeStart)
        {
            _own.Add(EpisodeUntil(end));
            everyone.Add(EpisodeUntil(end));
        }
        _episodeConfidence = 0;
    }

    private void FollowChange(TimeSpan time)
    {
        if (time - _change?.Time > ChangeDistance)
            EndChange();
        double moved = 0;
        for (int i = 0; i < _usual.Length; i++)
            moved += Math.Abs(_scores.Values[i] - _usual[i]) / 2;
        if (moved >= WeakestChange && moved > (_change?.Strength ?? 0))
            _change = new(track, time, new EmotionScores(_scores.Labels, _usual).Top, _scores.Top, moved);
    }

    private void EndChange()
    {
        if (_change is null)
            return;
        _own.Add(_change);
        everyone.Add(_change);
        _change = null;
    }
}

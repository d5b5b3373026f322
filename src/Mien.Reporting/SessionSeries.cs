namespace Mien.Reporting;

/// <summary>What the plots of a session show over time: the faces that were there longest, and all together where there are several.</summary>
internal sealed class SessionSeries
{
    /// <summary>What all faces together are called.</summary>
    public const string Everyone = "all";

    /// <summary>How many faces have a row of their own; more would be no overview.</summary>
    private const int MostFaces = 8;

    /// <summary>With more faces than this only all together have a curve; it would be a tangle.</summary>
    private const int MostCurves = 4;

    /// <summary>How many points a curve has at most.</summary>
    private const int MostPoints = 220;

    private readonly PeriodSummary _whole;
    private readonly IReadOnlyList<TrackSummary> _shown;

    public SessionSeries(SessionSummary summary)
    {
        _whole = summary.Whole;
        _shown = [.. _whole.Tracks.Where(track => track.Expressions.Timeline.Count > 0)
            .OrderByDescending(track => track.Expressions.Duration).Take(MostFaces).OrderBy(track => track.Track)];
    }

    /// <summary>How many faces have no row of their own.</summary>
    public int FacesLeftOut => _whole.Tracks.Count - _shown.Count;

    /// <summary>Whether each face has a curve of its own.</summary>
    public bool FacesHaveCurves => _whole.Tracks.Count <= MostCurves;

    /// <summary>Whether the labels have places in the circumplex.</summary>
    public bool HasValence => _whole.Everyone.Valence is not null;

    /// <summary>When the session starts, in seconds.</summary>
    public double Start => _whole.Start.TotalSeconds;

    /// <summary>When it ends.</summary>
    public double End => Math.Max(_whole.End.TotalSeconds, Start + 1e-3);

    /// <summary>The series that have a row each, and in each the stretches in which somebody was there without a break.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<IReadOnlyList<TimelineBin>> Stretches)> Rows()
    {
        List<(string, IReadOnlyList<IReadOnlyList<TimelineBin>>)> rows = [.. _shown.Select(track => ($"face {track.Track}", Stretches(track.Expressions.Timeline)))];
        if (_whole.Tracks.Count > 1)
            rows.Insert(0, (Everyone, Stretches(_whole.Everyone.Timeline)));
        return rows;
    }

    /// <summary>Bins in which somebody was there, joined until they are few.</summary>
    private List<List<TimelineBin>> Stretches(IReadOnlyList<TimelineBin> bins)
    {
        double least = (End - Start) / MostPoints;
        var stretches = new List<List<TimelineBin>>();
        TimeSpan? last = null;
        foreach (var bin in bins.Where(bin => bin.Scores is not null))
        {
            if (last is null || bin.Start > last)
                stretches.Add([bin]);
            else if (stretches[^1][^1] is var before && (before.End - before.Start).TotalSeconds < least)
                stretches[^1][^1] = Join(before, bin);
            else
                stretches[^1].Add(bin);
            last = bin.End;
        }
        return stretches;
    }

    private static TimelineBin Join(TimelineBin first, TimelineBin second)
    {
        double before = first.People * (first.End - first.Start).TotalSeconds, after = second.People * (second.End - second.Start).TotalSeconds, both = before + after;
        float[] scores = [.. first.Scores!.Values.ToArray().Zip(second.Scores!.Values.ToArray(), (one, other) => (float)(((before * one) + (after * other)) / both))];
        return new(first.Start, second.End, both / (second.End - first.Start).TotalSeconds, new(first.Scores.Labels, scores));
    }
}

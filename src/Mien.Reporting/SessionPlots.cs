using System.Text.Json.Nodes;

namespace Mien.Reporting;

/// <summary>The plots of a session: expressions and valence over time, and the segments compared.</summary>
internal sealed class SessionPlots
{
    /// <summary>How many faces have a row of their own; more would be no overview.</summary>
    private const int MostFaces = 8;

    /// <summary>With more faces than this only all together have a curve; it would be a tangle.</summary>
    private const int MostCurves = 4;

    /// <summary>How many points a curve has at most.</summary>
    private const int MostPoints = 220;

    /// <summary>Width of the plots over time, and of a letter in them, in pixels.</summary>
    private const double Width = 880, Letter = 7.2;

    private const string Everyone = "all";

    private readonly SessionSummary _summary;
    private readonly IReadOnlyList<string> _labels;
    private readonly IReadOnlyList<TrackSummary> _shown;

    public SessionPlots(SessionSummary summary)
    {
        _summary = summary;
        _labels = ExpressionColors.Order(summary.Whole.Everyone.Labels);
        _shown = [.. summary.Whole.Tracks.Where(track => track.Expressions.Timeline.Count > 0)
            .OrderByDescending(track => track.Expressions.Duration).Take(MostFaces).OrderBy(track => track.Track)];
    }

    /// <summary>How many faces have no row of their own.</summary>
    public int FacesLeftOut => _summary.Whole.Tracks.Count - _shown.Count;

    /// <summary>Whether each face has a curve of its own.</summary>
    public bool FacesHaveCurves => _summary.Whole.Tracks.Count <= MostCurves;

    /// <summary>Whether the labels have places in the circumplex.</summary>
    public bool HasValence => _summary.Whole.Everyone.Valence is not null;

    private double Start => _summary.Whole.Start.TotalSeconds;

    private double Length => Math.Max(1e-3, _summary.Whole.End.TotalSeconds - Start);

    /// <summary>What a segment is called.</summary>
    public static string Name(PeriodSummary segment) => segment.Marker ?? "before the first marker";

    /// <summary>What each of the faces reads as; all together first where there are several.</summary>
    public Plot Expressions()
    {
        var rows = new List<JsonObject>();
        var series = Series();
        for (int i = 0; i < series.Count; i++)
        {
            var (name, bins) = series[i];
            AddScores(rows, name, bins);
            rows.AddRange(Names(name, bins));
            rows.Add(new() { ["kind"] = "face", ["face"] = name });
            rows.AddRange(Markers(name, named: i == 0));
        }
        var plot = Plot.Of("expressions", rows);
        var layers = plot.Specification["spec"]!["layer"]!.AsArray();
        SetTime(layers[0]!["encoding"]!["x"]!);
        layers[0]!["encoding"]!["color"]!["scale"] = ExpressionColors.Scale(_labels);
        return plot;
    }

    /// <summary>How pleasant the faces read, and where they changed most.</summary>
    public Plot Valence()
    {
        var rows = new List<JsonObject>();
        var series = FacesHaveCurves ? Series() : Series()[..1];
        foreach (var (name, bins) in series)
        {
            foreach (var (bin, run) in bins)
                rows.Add(new() { ["kind"] = "valence", ["face"] = name, ["run"] = $"{name} {run}", ["time"] = Milliseconds((bin.Start + bin.End).TotalSeconds / 2), ["valence"] = bin.Valence });
        }
        if (series.Count > 1)
            rows.AddRange(LineNames(series));
        rows.AddRange(Markers("", named: true));
        var plot = Plot.Of("valence", rows);
        SetTime(plot.Specification["layer"]![2]!["encoding"]!["x"]!);
        return plot;
    }

    /// <summary>The shares of each segment, and of all.</summary>
    public Plot Segments()
    {
        var rows = new List<JsonObject>();
        foreach (var (segment, i) in _summary.Segments.Select((segment, i) => (segment, i)))
            AddShares(rows, $"{i + 1}  {Name(segment)}", segment);
        AddShares(rows, "whole", _summary.Whole);
        var plot = Plot.Of("segments", rows);
        plot.Specification["layer"]![0]!["encoding"]!["color"]!["scale"] = ExpressionColors.Scale(_labels);
        return plot;
    }

    private static double Milliseconds(double seconds) => seconds * 1000;

    private void AddShares(List<JsonObject> rows, string name, PeriodSummary period)
    {
        if (period.Tracks.Count == 0)
            return;
        for (int i = 0; i < _labels.Count; i++)
        {
            double share = period.Everyone.Shares[period.Everyone.Labels.ToList().IndexOf(_labels[i])];
            rows.Add(new() { ["segment"] = name, ["label"] = _labels[i], ["order"] = i, ["share"] = share, ["ink"] = ExpressionColors.Ink(_labels[i]) });
        }
    }

    private List<(string Name, List<(TimelineBin Bin, int Run)> Bins)> Series()
    {
        var series = _shown.Select(track => ($"face {track.Track}", Runs(track.Expressions.Timeline))).ToList();
        if (_summary.Whole.Tracks.Count > 1)
            series.Insert(0, (Everyone, Runs(_summary.Whole.Everyone.Timeline)));
        return series;
    }

    /// <summary>The bins in which somebody was there, joined until they are few, each with the number of its stretch without a break.</summary>
    private List<(TimelineBin Bin, int Run)> Runs(IReadOnlyList<TimelineBin> bins)
    {
        double least = Length / MostPoints;
        var runs = new List<(TimelineBin Bin, int Run)>();
        int run = 0;
        TimelineBin? last = null;
        foreach (var bin in bins.Where(bin => bin.Scores is not null))
        {
            if (last is not null && bin.Start > last.End)
                run++;
            if (runs.Count > 0 && runs[^1].Run == run && (runs[^1].Bin.End - runs[^1].Bin.Start).TotalSeconds < least)
                runs[^1] = (Join(runs[^1].Bin, bin), run);
            else
                runs.Add((bin, run));
            last = bin;
        }
        return runs;
    }

    private static TimelineBin Join(TimelineBin first, TimelineBin second)
    {
        double before = first.People * (first.End - first.Start).TotalSeconds, after = second.People * (second.End - second.Start).TotalSeconds, both = before + after;
        float[] scores = [.. first.Scores!.Values.ToArray().Zip(second.Scores!.Values.ToArray(), (one, other) => (float)(((before * one) + (after * other)) / both))];
        return new(first.Start, second.End, both / (second.End - first.Start).TotalSeconds, new(first.Scores.Labels, scores));
    }

    /// <summary>The corners of a stack of steps; the second corner of a step is a moment before the first of the next.</summary>
    private void AddScores(List<JsonObject> rows, string face, List<(TimelineBin Bin, int Run)> bins)
    {
        foreach (var (bin, run) in bins)
        {
            foreach (double time in (ReadOnlySpan<double>)[Milliseconds(bin.Start.TotalSeconds), Milliseconds(bin.End.TotalSeconds) - 1e-3])
            {
                double low = 0;
                foreach (string label in _labels)
                {
                    double high = low + bin.Scores![label];
                    rows.Add(new()
                    {
                        ["kind"] = "score", ["face"] = face, ["run"] = run, ["time"] = Math.Round(time, 3),
                        ["label"] = label, ["low"] = Math.Round(low, 4), ["high"] = Math.Round(high, 4),
                    });
                    low = high;
                }
            }
        }
    }

    /// <summary>The name of each label where it is most probable for longest, if there is room.</summary>
    private IEnumerable<JsonObject> Names(string face, List<(TimelineBin Bin, int Run)> bins)
    {
        var longest = new Dictionary<string, (double Start, double End)>();
        for (int first = 0, next; first < bins.Count; first = next)
        {
            string top = bins[first].Bin.Scores!.Top;
            for (next = first + 1; next < bins.Count && bins[next].Run == bins[first].Run && bins[next].Bin.Scores!.Top == top;)
                next++;
            var (start, end) = (bins[first].Bin.Start.TotalSeconds, bins[next - 1].Bin.End.TotalSeconds);
            if (!longest.TryGetValue(top, out var known) || end - start > known.End - known.Start)
                longest[top] = (start, end);
        }
        foreach (var (label, (start, end)) in longest)
        {
            if ((end - start) / Length * Width < (label.Length + 2) * Letter)
                continue;
            double middle = (start + end) / 2;
            var scores = bins.First(bin => bin.Bin.End.TotalSeconds >= middle).Bin.Scores!;
            double below = _labels.TakeWhile(other => other != label).Sum(other => scores[other]);
            // A band thinner than a line of text is left without a name.
            if (scores[label] >= 0.25)
                yield return new() { ["kind"] = "name", ["face"] = face, ["time"] = Milliseconds(middle), ["low"] = below + (scores[label] / 2), ["label"] = label, ["ink"] = ExpressionColors.Ink(label) };
        }
    }

    /// <summary>The markers; a name for which there is no room is left out.</summary>
    private IEnumerable<JsonObject> Markers(string face, bool named)
    {
        double free = double.NegativeInfinity;
        foreach (var segment in _summary.Segments.Where(segment => segment.Marker is not null))
        {
            double place = (segment.Start.TotalSeconds - Start) / Length * Width;
            bool room = named && place >= free;
            if (room)
                free = place + ((segment.Marker!.Length + 1) * Letter);
            yield return new() { ["kind"] = "marker", ["face"] = face, ["time"] = Milliseconds(segment.Start.TotalSeconds), ["name"] = room ? segment.Marker : "" };
        }
    }

    /// <summary>The names of the curves at their ends, moved apart where they would overlap.</summary>
    private static IEnumerable<JsonObject> LineNames(List<(string Name, List<(TimelineBin Bin, int Run)> Bins)> series)
    {
        const double Apart = 0.16;
        double free = double.PositiveInfinity;
        foreach (var (name, bins) in series.OrderByDescending(line => line.Bins[^1].Bin.Valence))
        {
            double place = Math.Min(bins[^1].Bin.Valence ?? 0, free);
            free = place - Apart;
            yield return new() { ["kind"] = "name", ["face"] = name, ["place"] = place };
        }
    }

    private void SetTime(JsonNode x)
    {
        x["scale"]!["domain"] = new JsonArray(Milliseconds(Start), Milliseconds(Start + Length));
        x["axis"]!["labelExpr"] = new SessionClock(_summary.Whole.End).LabelExpression;
    }
}

using ScottPlot;

namespace Mien.Reporting;

/// <summary>The plots of a session: expressions and valence over time, and the segments compared.</summary>
internal sealed class SessionPlots(SessionSummary summary)
{
    /// <summary>The width of what is drawn over time, and the space beside it for labels and for the names of faces, in pixels.</summary>
    private const int DataWidth = 880, Left = 52, Right = 92, Width = Left + DataWidth + Right;

    /// <summary>The height of a time axis, and that of a line of markers' names above a plot.</summary>
    private const int TimeAxis = 26, MarkerLine = 18;

    /// <summary>The longest name of a marker, a segment or a label that is written in full, in pixels.</summary>
    private const int LongestName = 240;

    private readonly SessionSeries _series = new(summary);
    private readonly SessionClock _clock = new(summary.Whole.End);
    private readonly IReadOnlyList<string> _labels = ExpressionColors.Order(summary.Whole.Everyone.Labels);

    /// <summary>What a segment is called.</summary>
    public static string Name(PeriodSummary segment) => segment.Marker ?? "before the first marker";

    /// <summary>What each of the faces reads as; all together first where there are several.</summary>
    public Figure Expressions()
    {
        const int bandHeight = 76, gap = 7;
        var rows = _series.Rows();
        var plots = new List<(Plot, int)> { PlotStyle.Legend(Width, Left, Legend()) };
        for (int i = 0; i < rows.Count; i++)
        {
            int top = i == 0 && HasMarkers ? MarkerLine : gap, bottom = i == rows.Count - 1 ? TimeAxis : gap;
            Plot plot = PlotStyle.Create(new PixelPadding(Left, Right, bottom, top), (_series.Start, _series.End), (0, 1));
            plot.Axes.Left.Show(PlotStyle.Ticks([0, 0.5, 1], PlotStyle.Percent), line: false);
            if (i == rows.Count - 1)
                ShowTime(plot);
            foreach (var stretch in rows[i].Stretches)
                AddStack(plot, stretch);
            AddNames(plot, rows[i].Stretches);
            AddMarkers(plot, named: i == 0);
            plot.AddOuterText(rows[i].Name, _series.End, 0.5, Alignment.MiddleLeft, PlotStyle.Ink).OffsetX = 8;
            plots.Add((plot, top + bandHeight + bottom));
        }
        return Figure.Draw("expressions", "What each face reads as over time: the probabilities of the expressions, stacked", Width, plots);
    }

    /// <summary>How pleasant the faces read.</summary>
    public Figure Valence()
    {
        const int height = 180;
        int top = HasMarkers ? MarkerLine : 8;
        Plot plot = PlotStyle.Create(new PixelPadding(Left, Right, TimeAxis, top), (_series.Start, _series.End), (-1, 1));
        plot.Axes.Left.Show(PlotStyle.Ticks([-1, -0.5, 0, 0.5, 1], value => HtmlPage.Text($"{value:+0.#;−0.#;0}")));
        ShowTime(plot);
        plot.AddGrid();
        plot.Add.HorizontalLine(0, 1, PlotStyle.Ink.WithAlpha(0.5));
        foreach (var (word, place) in (ReadOnlySpan<(string, double)>)[("pleasant", 0.92), ("unpleasant", -0.92)])
            plot.AddText(word, _series.Start, place, Alignment.MiddleLeft, PlotStyle.Ink.WithAlpha(0.65), 11).OffsetX = 6;
        var rows = _series.FacesHaveCurves ? _series.Rows() : [_series.Rows()[0]];
        double free = double.PositiveInfinity;
        int faces = 0;
        var colors = rows.Select(row => row.Name == SessionSeries.Everyone ? PlotStyle.Ink : PlotStyle.Line(faces++)).ToList();
        foreach (var (row, color) in rows.Zip(colors))
        {
            foreach (var stretch in row.Stretches)
                AddCurve(plot, stretch, color);
        }
        // The names stand at the ends of their curves, moved apart where they would overlap.
        foreach (var (row, color) in rows.Zip(colors).Where(_ => rows.Count > 1).OrderByDescending(line => line.First.Stretches[^1][^1].Valence))
        {
            const double apart = 0.16;
            double place = Math.Min(row.Stretches[^1][^1].Valence ?? 0, free);
            free = place - apart;
            plot.AddOuterText(row.Name, _series.End, place, Alignment.MiddleLeft, color).OffsetX = 8;
        }
        AddMarkers(plot, named: true);
        return Figure.Draw("valence", "Valence over time, derived from the probabilities of the expressions: above the line pleasant, below unpleasant", Width, (plot, top + height + TimeAxis));
    }

    /// <summary>The shares of each segment, and of all.</summary>
    public Figure Segments()
    {
        const int barHeight = 34, bottom = 46;
        (string Name, PeriodSummary Period)[] bars =
        [
            .. summary.Segments.Select((segment, i) => ($"{i + 1}  {Name(segment)}", segment)).Append(("whole", summary.Whole))
                .Where(bar => bar.Item2.Tracks.Count > 0),
        ];
        string[] names = [.. bars.Select(bar => PlotStyle.Fit(bar.Name, LongestName))];
        int left = 20 + (int)names.Max(name => PlotStyle.Width(name));
        Plot plot = PlotStyle.Create(new PixelPadding(left, 24, bottom, 4), (0, 1), (bars.Length, 0));
        plot.Axes.Left.Show(PlotStyle.Ticks(Enumerable.Range(0, bars.Length).Select(i => i + 0.5), place => names[(int)place]), line: false);
        plot.Axes.Bottom.Show(PlotStyle.Ticks(Enumerable.Range(0, 11).Select(i => i / 10.0), PlotStyle.Percent), "share of the time that faces were read");
        foreach (var (row, bar) in bars.Index())
        {
            double start = 0;
            foreach (string label in _labels)
            {
                double share = bar.Period.Everyone.Shares[bar.Period.Everyone.Labels.ToList().IndexOf(label)];
                if (share > 0)
                    plot.AddRectangle(start, start + share, row + 0.09, row + 0.91, ColorOf(label));
                if (share >= 0.06)
                    plot.AddText(PlotStyle.Percent(Math.Round(share, 2)), start + (share / 2), row + 0.5, Alignment.MiddleCenter, InkOn(label), PlotStyle.NameSize);
                start += share;
            }
        }
        return Figure.Draw("segments", "The share of time of each expression, in each segment between markers and in all", Width,
            PlotStyle.Legend(Width, left, Legend()), (plot, 4 + (bars.Length * barHeight) + bottom));
    }

    private bool HasMarkers => summary.Segments.Any(segment => segment.Marker is not null);

    private Color ColorOf(string label) => Color.FromHex(ExpressionColors.Of(label, _labels));

    private static Color InkOn(string label) => Color.FromHex(ExpressionColors.Ink(label));

    private IEnumerable<LegendItem> Legend() => _labels.Select(label => new LegendItem { LabelText = PlotStyle.Fit(label, LongestName), FillColor = ColorOf(label) });

    private void ShowTime(Plot plot) => plot.Axes.Bottom.Show(PlotStyle.Ticks(SessionClock.Ticks(_series.Start, _series.End), _clock.Label));

    /// <summary>The probabilities as a stack of steps.</summary>
    private void AddStack(Plot plot, IReadOnlyList<TimelineBin> bins)
    {
        double[] low = new double[bins.Count];
        foreach (string label in _labels)
        {
            double[] high = [.. bins.Select((bin, i) => low[i] + bin.Scores![label])];
            var area = plot.Add.FillY([.. bins.SelectMany((bin, i) => ((double, double, double)[])
                [(bin.Start.TotalSeconds, high[i], low[i]), (bin.End.TotalSeconds, high[i], low[i])])]);
            area.FillColor = ColorOf(label);
            area.LineWidth = 0;
            low = high;
        }
    }

    private static void AddCurve(Plot plot, IReadOnlyList<TimelineBin> bins, Color color)
    {
        Coordinates[] points = [.. bins.Where(bin => bin.Valence is not null).Select(bin => new Coordinates((bin.Start + bin.End).TotalSeconds / 2, bin.Valence!.Value))];
        // One bin has a length, too.
        if (points.Length == 1)
            points = [new(bins[0].Start.TotalSeconds, points[0].Y), new(bins[0].End.TotalSeconds, points[0].Y)];
        if (points.Length > 0)
            plot.Add.ScatterLine(points, color).LineWidth = 2;
    }

    /// <summary>The name of each label where it is most probable for longest, if there is room.</summary>
    private void AddNames(Plot plot, IReadOnlyList<IReadOnlyList<TimelineBin>> stretches)
    {
        var longest = new Dictionary<string, IReadOnlyList<TimelineBin>>();
        foreach (var bins in stretches)
        {
            for (int first = 0, next; first < bins.Count; first = next)
            {
                string top = bins[first].Scores!.Top;
                for (next = first + 1; next < bins.Count && bins[next].Scores!.Top == top;)
                    next++;
                TimelineBin[] kept = [.. bins.Skip(first).Take(next - first)];
                if (!longest.TryGetValue(top, out var known) || Length(kept) > Length(known))
                    longest[top] = kept;
            }
        }
        foreach (var (label, bins) in longest)
        {
            double middle = (bins[0].Start + bins[^1].End).TotalSeconds / 2;
            var scores = bins.First(bin => bin.End.TotalSeconds >= middle).Scores!;
            // A band thinner than a line of text is left without a name.
            if (Length(bins) < PlotStyle.Width(label, PlotStyle.NameSize) + 14 || scores[label] < 0.25)
                continue;
            double below = _labels.TakeWhile(other => other != label).Sum(other => scores[other]);
            plot.AddText(label, middle, below + (scores[label] / 2), Alignment.MiddleCenter, InkOn(label), PlotStyle.NameSize);
        }

        double Length(IReadOnlyList<TimelineBin> bins) => Place(bins[^1].End) - Place(bins[0].Start);
    }

    /// <summary>The markers; a name for which there is no room is left out.</summary>
    private void AddMarkers(Plot plot, bool named)
    {
        double free = double.NegativeInfinity;
        foreach (var segment in summary.Segments.Where(segment => segment.Marker is not null))
        {
            double time = segment.Start.TotalSeconds;
            plot.Add.VerticalLine(time, 1, PlotStyle.Ink.WithAlpha(0.8), PlotStyle.Dashes);
            if (!named || Place(segment.Start) < free)
                continue;
            string name = PlotStyle.Fit(segment.Marker!, LongestName);
            plot.AddOuterText(name, time, plot.Axes.Left.Max, Alignment.LowerLeft, PlotStyle.Ink, 11).OffsetX = 3;
            free = Place(segment.Start) + PlotStyle.Width(name, 11) + 10;
        }
    }

    /// <summary>A time in pixels from the start.</summary>
    private double Place(TimeSpan time) => (time.TotalSeconds - _series.Start) / (_series.End - _series.Start) * DataWidth;
}

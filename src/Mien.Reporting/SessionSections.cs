namespace Mien.Reporting;

/// <summary>What a page says of a video or a session.</summary>
internal sealed class SessionSections(SessionReport report)
{
    private const string Missing = "–";

    private const int MostFaces = 40;

    private readonly PeriodSummary _whole = report.Summary.Whole;
    private readonly IReadOnlyList<PeriodSummary> _segments = report.Summary.Segments;
    private readonly SessionSeries _series = new(report.Summary);
    private readonly SessionPlots _plots = new(report.Summary);
    private readonly SessionClock _clock = new(report.Summary.Whole.End);

    /// <summary>Whether a face was read at all.</summary>
    private bool HasFaces => _whole.Tracks.Count > 0 && _whole.Everyone.Duration > TimeSpan.Zero;

    /// <summary>The plots, in the order in which <see cref="AddTo"/> takes their pictures.</summary>
    public IReadOnlyList<Figure> Plots => HasFaces ? [_plots.Expressions(), .. _series.HasValence ? [_plots.Valence()] : Array.Empty<Figure>(), .. _segments.Count > 0 ? [_plots.Segments()] : Array.Empty<Figure>()] : [];

    /// <summary>The figures in large type.</summary>
    public IEnumerable<(string Name, string Value, string Note)> Figures()
    {
        yield return ("length", SessionClock.Duration(_whole.End - _whole.Start), Text($"{report.Frames:N0} frames"));
        yield return ("faces", Text($"{_whole.Tracks.Count}"), Text($"at most {_whole.MostPeople} at once"));
        if (HasFaces)
        {
            var everyone = _whole.Everyone;
            int most = everyone.Shares.ToList().IndexOf(everyone.Shares.Max());
            yield return ("reads mostly as", everyone.Labels[most], Text($"{everyone.Shares[most] * 100:0} % of {SessionClock.Duration(everyone.Duration)} in which faces were read"));
            if (everyone.Valence is { } valence)
                yield return ("mean valence", Signed(valence), "−1 unpleasant to +1 pleasant; derived");
        }
        if (report.AlertsRaised > 0)
            yield return ("alerts", Text($"{report.AlertsRaised:N0}"), "raised");
    }

    /// <summary>All sections.</summary>
    public void AddTo(HtmlPage page, ReadOnlySpan<string> plots)
    {
        if (!HasFaces)
        {
            page.Section("No face", "No face was read for long enough to say anything of it.");
        }
        else
        {
            int plot = 0;
            string leftOut = _series.FacesLeftOut > 0 ? Text($" The {_series.FacesLeftOut} faces that were there for the shortest time have no row of their own.") : "";
            page.Section("Expressions over time", $"The model's probabilities, smoothed and stacked. Where there is nothing, there was no face.{leftOut}", plots[plot++]);
            if (_series.HasValence)
                page.Section("Valence over time", $"Derived from the probabilities by a table of where people place these words (Russell and Mehrabian 1977), not measured.{(_series.FacesHaveCurves ? "" : " The mean of all faces.")}", plots[plot++]);
            if (_segments.Count > 0)
                page.Section("Segments compared", "From marker to marker: the share of time that each expression was the most probable.", plots[plot], SegmentTable());
            page.Section("Faces", Faces(), FaceTable());
            AddMoments(page);
        }
        if (report.Alerts.Count > 0)
        {
            page.Section("Alerts", report.AlertsRaised > report.Alerts.Count(alert => alert.Kind == AlertEventKind.Raised) ? "The first of them; there were more." : "",
                HtmlPage.Table(["time", "", "rule", "face", "value"], report.Alerts.Select(alert => (IReadOnlyList<string>)
                [
                    _clock.Time(alert.Time), alert.Kind == AlertEventKind.Raised ? "raised" : "cleared", $"<code>{HtmlPage.Encode(alert.Rule.Text)}</code>",
                    alert.Track is { } track ? Text($"{track}") : Missing, alert.Value is { } value ? Text($"{value:0.00}") : Missing,
                ])));
        }
    }

    private static string Text(FormattableString text) => HtmlPage.Text(text);

    private static string Signed(double value) => Text($"{value:+0.00;−0.00;0.00}");

    private void AddMoments(HtmlPage page)
    {
        var everyone = _whole.Everyone;
        if (everyone.StrongestChanges.Count > 0)
        {
            page.Section("Moments of strongest change", "When most of the probability moved to other expressions, against about the second before.", HtmlPage.Table(
                ["time", "face", "from", "to", "moved"],
                everyone.StrongestChanges.OrderBy(change => change.Time).Select(change => (IReadOnlyList<string>)
                    [_clock.Time(change.Time), Text($"{change.Track}"), HtmlPage.Encode(change.From), HtmlPage.Encode(change.To), HtmlPage.Share(change.Strength)])));
        }
        page.Section("Longest episodes", "The longest times for which a face kept one expression as the most probable.", HtmlPage.Table(
            ["reads as", "face", "from", "to", "length", "mean probability"],
            everyone.LongestEpisodes.Select(episode => (IReadOnlyList<string>)
            [
                HtmlPage.Encode(episode.Label), Text($"{episode.Track}"), _clock.Time(episode.Start), _clock.Time(episode.End),
                SessionClock.Duration(episode.End - episode.Start), HtmlPage.Share(episode.Confidence),
            ])));
        if (everyone.Transitions.Any(row => row.Any(count => count > 0)))
        {
            int[] met = [.. Enumerable.Range(0, everyone.Labels.Count).Where(label => everyone.Transitions[label].Any(count => count > 0) || everyone.Transitions.Any(row => row[label] > 0))];
            page.Section("Transitions", "How often the most probable expression of a row was followed by that of a column, over all faces.", HtmlPage.Table(
                ["from \\ to", .. met.Select(label => HtmlPage.Encode(everyone.Labels[label]))],
                met.Select(from => (IReadOnlyList<string>)[HtmlPage.Encode(everyone.Labels[from]), .. met.Select(to => everyone.Transitions[from][to] is > 0 and var count ? Text($"{count}") : "")]),
                numbers: true));
        }
    }

    private string SegmentTable() => HtmlPage.Table(
        ["segment", "from", "to", "faces", "read for", .. _series.HasValence ? ["mean valence"] : Array.Empty<string>()],
        _segments.Select((segment, i) => (IReadOnlyList<string>)
        [
            Text($"{i + 1}&ensp;{HtmlPage.Encode(SessionPlots.Name(segment))}"), _clock.Time(segment.Start), _clock.Time(segment.End),
            Text($"{segment.Tracks.Count}"), SessionClock.Duration(segment.Everyone.Duration),
            .. _series.HasValence ? [segment.Everyone.Valence is { } valence ? Signed(valence) : Missing] : Array.Empty<string>(),
        ]), numbers: true);

    private string Faces() => _whole.Tracks.Count > MostFaces ? Text($"The {MostFaces} of {_whole.Tracks.Count} that were there for longest. Shares of the time that the face was read.") : "Shares of the time that the face was read.";

    private string FaceTable()
    {
        var labels = ExpressionColors.Order(_whole.Everyone.Labels);
        var tracks = _whole.Tracks.OrderByDescending(track => track.Expressions.Duration).Take(MostFaces).OrderBy(track => track.Track);
        return HtmlPage.Table(
            ["face", "from", "to", "read for", .. labels.Select(HtmlPage.Encode), .. _series.HasValence ? ["valence"] : Array.Empty<string>()],
            tracks.Select(track => Row(FaceName(track.Track), track.FirstSeen, track.LastSeen, track.Expressions))
                .Concat(_whole.Tracks.Count > 1 ? [Row("all", _whole.Start, _whole.End, _whole.Everyone)] : []),
            numbers: true);

        IReadOnlyList<string> Row(string name, TimeSpan from, TimeSpan to, ExpressionSummary read)
        {
            var shares = labels.Select(label => read.Shares[read.Labels.ToList().IndexOf(label)]).ToList();
            return
            [
                name, _clock.Time(from), _clock.Time(to), SessionClock.Duration(read.Duration),
                .. shares.Select(share => share == 0 ? Missing : share == shares.Max() ? Text($"<strong>{share * 100:0}&nbsp;%</strong>") : Text($"{share * 100:0}&nbsp;%")),
                .. _series.HasValence ? [read.Valence is { } valence ? Signed(valence) : Missing] : Array.Empty<string>(),
            ];
        }
    }

    private string FaceName(int track) => report.Portraits.TryGetValue(track, out var picture)
        ? Text($"<img class=\"portrait\" src=\"data:image/png;base64,{Convert.ToBase64String(picture.Encode(".png"))}\" alt=\"\"> {track}")
        : Text($"{track}");
}

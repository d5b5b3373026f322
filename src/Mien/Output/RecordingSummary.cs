namespace Mien.Output;

/// <summary>What came of a video, a stream or a session, as programs get it: docs/api.md.</summary>
/// <param name="Summary">In all, and from marker to marker.</param>
/// <param name="Timeline">How many people were there and what they read as, in bins of equal length; at most 600.</param>
/// <param name="Markers">The markers, by time.</param>
internal sealed record RecordingSummary(SummaryAnalysis Summary, IReadOnlyList<BinAnalysis> Timeline, IReadOnlyList<MarkerAnalysis> Markers)
{
    public static RecordingSummary Of(SessionSummary summary, IReadOnlyList<MarkerAnalysis> markers) => new(
        new(PeriodAnalysis.Of(summary.Whole), [.. summary.Segments.Select(PeriodAnalysis.Of)]), [.. summary.Whole.Everyone.Timeline.Select(BinAnalysis.Of)], markers);
}

/// <summary>What came of a recording.</summary>
/// <param name="Whole">From the first frame to the last.</param>
/// <param name="Segments">From marker to marker; empty without markers. What came before the first one has no name.</param>
internal sealed record SummaryAnalysis(PeriodAnalysis Whole, IReadOnlyList<PeriodAnalysis> Segments);

/// <summary>What came of a stretch of time; times are seconds.</summary>
/// <param name="Start">Its beginning.</param>
/// <param name="End">Its end.</param>
/// <param name="MostPeople">The most faces in one frame.</param>
/// <param name="Everyone">All faces together.</param>
/// <param name="People">Each face by itself.</param>
/// <param name="Marker">The marker that it begins with; absent before the first.</param>
internal sealed record PeriodAnalysis(decimal Start, decimal End, int MostPeople, ExpressionAnalysis Everyone, IReadOnlyList<PersonAnalysis> People, string? Marker)
{
    public static PeriodAnalysis Of(PeriodSummary period) => new(
        PictureJson.Seconds(period.Start), PictureJson.Seconds(period.End), period.MostPeople, ExpressionAnalysis.Of(period.Everyone), [.. period.Tracks.Select(PersonAnalysis.Of)], period.Marker);
}

/// <summary>What came of one face.</summary>
/// <param name="Track">Its id.</param>
/// <param name="FirstSeen">When it was read first, in seconds.</param>
/// <param name="LastSeen">When it was read last, in seconds.</param>
/// <param name="Expressions">What it read as.</param>
internal sealed record PersonAnalysis(int Track, decimal FirstSeen, decimal LastSeen, ExpressionAnalysis Expressions)
{
    public static PersonAnalysis Of(TrackSummary track) =>
        new(track.Track, PictureJson.Seconds(track.FirstSeen), PictureJson.Seconds(track.LastSeen), ExpressionAnalysis.Of(track.Expressions));
}

/// <summary>Expressions over time; where one label is meant, it is the most probable.</summary>
/// <param name="Seconds">The time that was read, summed over faces.</param>
/// <param name="Shares">The share of that time that each label had.</param>
/// <param name="Valence">The mean, -1 to 1, derived from the scores; absent without a face, or where a label has no place there.</param>
/// <param name="Arousal">The same of arousal.</param>
/// <param name="Episodes">The longest times for which a face kept one label; at most five.</param>
/// <param name="Changes">The moments of strongest change; at most five.</param>
/// <param name="Transitions">How often one label followed another, the most frequent first.</param>
internal sealed record ExpressionAnalysis(decimal Seconds, IReadOnlyDictionary<string, decimal> Shares, decimal? Valence, decimal? Arousal,
    IReadOnlyList<EpisodeAnalysis> Episodes, IReadOnlyList<ChangeAnalysis> Changes, IReadOnlyList<TransitionAnalysis> Transitions)
{
    public static ExpressionAnalysis Of(ExpressionSummary summary) => new(
        PictureJson.Seconds(summary.Duration),
        summary.Labels.Zip(summary.Shares).ToDictionary(share => share.First, share => PictureJson.Round((float)share.Second)),
        summary.Valence is { } valence ? PictureJson.Round((float)valence) : null,
        summary.Arousal is { } arousal ? PictureJson.Round((float)arousal) : null,
        [.. summary.LongestEpisodes.Select(EpisodeAnalysis.Of)], [.. summary.StrongestChanges.Select(ChangeAnalysis.Of)], [.. TransitionAnalysis.Of(summary)]);
}

/// <summary>A time for which a face kept one label.</summary>
/// <param name="Track">The face's id.</param>
/// <param name="Label">The label.</param>
/// <param name="Start">Its beginning, in seconds.</param>
/// <param name="End">Its end, in seconds.</param>
/// <param name="Confidence">The label's mean probability over that time.</param>
internal sealed record EpisodeAnalysis(int Track, string Label, decimal Start, decimal End, decimal Confidence)
{
    public static EpisodeAnalysis Of(Episode episode) =>
        new(episode.Track, episode.Label, PictureJson.Seconds(episode.Start), PictureJson.Seconds(episode.End), PictureJson.Round((float)episode.Confidence));
}

/// <summary>A moment in which a face's expression changed.</summary>
/// <param name="Track">The face's id.</param>
/// <param name="Time">When the change was strongest, in seconds.</param>
/// <param name="From">The most probable label of about the second before.</param>
/// <param name="To">The most probable label then.</param>
/// <param name="Strength">The probability that moved to other labels, 0 to 1.</param>
internal sealed record ChangeAnalysis(int Track, decimal Time, string From, string To, decimal Strength)
{
    public static ChangeAnalysis Of(ExpressionChange change) => new(change.Track, PictureJson.Seconds(change.Time), change.From, change.To, PictureJson.Round((float)change.Strength));
}

/// <summary>How often one label followed another.</summary>
/// <param name="From">The label before.</param>
/// <param name="To">The label after.</param>
/// <param name="Count">How often, at least once.</param>
internal sealed record TransitionAnalysis(string From, string To, int Count)
{
    public static IEnumerable<TransitionAnalysis> Of(ExpressionSummary summary) =>
        from before in Enumerable.Range(0, summary.Labels.Count)
        from after in Enumerable.Range(0, summary.Labels.Count)
        let count = summary.Transitions[before][after]
        where count > 0
        orderby count descending
        select new TransitionAnalysis(summary.Labels[before], summary.Labels[after], count);
}

/// <summary>A bin of a timeline.</summary>
/// <param name="Start">Its beginning, in seconds.</param>
/// <param name="End">Its end, in seconds.</param>
/// <param name="People">How many faces were read, on average.</param>
/// <param name="Scores">What they read as, on average; absent where there was no face.</param>
/// <param name="Valence">-1 to 1, derived from the scores; absent where there was no face or a label has no place there.</param>
/// <param name="Arousal">The same of arousal.</param>
internal sealed record BinAnalysis(decimal Start, decimal End, decimal People, IReadOnlyDictionary<string, decimal>? Scores, decimal? Valence, decimal? Arousal)
{
    public static BinAnalysis Of(TimelineBin bin) => new(
        PictureJson.Seconds(bin.Start), PictureJson.Seconds(bin.End), PictureJson.Round((float)bin.People), bin.Scores is null ? null : PictureJson.Scores(bin.Scores),
        bin.Valence is { } valence ? PictureJson.Round((float)valence) : null, bin.Arousal is { } arousal ? PictureJson.Round((float)arousal) : null);
}

/// <summary>A marker.</summary>
/// <param name="Time">When its segment begins, in seconds.</param>
/// <param name="Marker">Its name.</param>
internal sealed record MarkerAnalysis(decimal Time, string Marker);

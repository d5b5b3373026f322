namespace Mien;

/// <summary>What came of a video or a live session.</summary>
/// <param name="Whole">From the first frame to the last.</param>
/// <param name="Segments">The same from marker to marker, in order; empty without markers. What came before the first marker has no name.</param>
public sealed record SessionSummary(PeriodSummary Whole, IReadOnlyList<PeriodSummary> Segments);

/// <summary>What came of a stretch of time.</summary>
/// <param name="Marker">The marker that it begins with, if any.</param>
/// <param name="Start">Its beginning.</param>
/// <param name="End">Its end.</param>
/// <param name="MostPeople">The most faces in one frame.</param>
/// <param name="Everyone">All faces together; its timeline tells how many people were there.</param>
/// <param name="Tracks">Each face by itself, by id.</param>
public sealed record PeriodSummary(string? Marker, TimeSpan Start, TimeSpan End, int MostPeople, ExpressionSummary Everyone, IReadOnlyList<TrackSummary> Tracks);

/// <summary>What came of one face.</summary>
/// <param name="Track">Its id.</param>
/// <param name="FirstSeen">When it was read first.</param>
/// <param name="LastSeen">When it was read last.</param>
/// <param name="Expressions">What it read as.</param>
public sealed record TrackSummary(int Track, TimeSpan FirstSeen, TimeSpan LastSeen, ExpressionSummary Expressions);

/// <summary>Expressions over time. Where one label is meant, it is the most probable.</summary>
/// <param name="Labels">The model's labels, in its own order; empty if no face was read.</param>
/// <param name="Duration">The time that was read, summed over faces; gaps do not count.</param>
/// <param name="Shares">The share of that time that each label had, together 1, in the order of <paramref name="Labels"/>.</param>
/// <param name="Transitions">How often one label followed another: a row for each label before, a column for each after.</param>
/// <param name="LongestEpisodes">The longest times for which a face kept one label, longest first; at most five.</param>
/// <param name="StrongestChanges">The moments of strongest change, strongest first; at most five, none weaker than a quarter.</param>
/// <param name="Timeline">How many were there and what they read as, in bins of equal length over the whole stretch that was read.</param>
public sealed record ExpressionSummary(
    IReadOnlyList<string> Labels,
    TimeSpan Duration,
    IReadOnlyList<double> Shares,
    IReadOnlyList<IReadOnlyList<int>> Transitions,
    IReadOnlyList<Episode> LongestEpisodes,
    IReadOnlyList<ExpressionChange> StrongestChanges,
    IReadOnlyList<TimelineBin> Timeline)
{
    /// <summary>The mean valence of the time that was read, -1 to 1, derived by <see cref="Circumplex"/>; null without a face, or where labels have none.</summary>
    public double? Valence => Mean(bin => bin.Valence);

    /// <summary>The mean arousal of the time that was read, -1 to 1, derived by <see cref="Circumplex"/>; null without a face, or where labels have none.</summary>
    public double? Arousal => Mean(bin => bin.Arousal);

    private double? Mean(Func<TimelineBin, double?> of)
    {
        double time = 0, sum = 0;
        foreach (var bin in Timeline)
        {
            double weight = bin.People * (bin.End - bin.Start).TotalSeconds;
            double? value = of(bin);
            time += value is null ? 0 : weight;
            sum += weight * (value ?? 0);
        }
        return time > 0 ? sum / time : null;
    }
}

/// <summary>A time for which a face kept one label.</summary>
/// <param name="Track">The face's id.</param>
/// <param name="Label">The label.</param>
/// <param name="Start">Its beginning.</param>
/// <param name="End">Its end.</param>
/// <param name="Confidence">The label's mean probability over that time, 0 to 1.</param>
public sealed record Episode(int Track, string Label, TimeSpan Start, TimeSpan End, double Confidence);

/// <summary>A moment in which a face's expression changed.</summary>
/// <param name="Track">The face's id.</param>
/// <param name="Time">When the change was strongest.</param>
/// <param name="From">The most probable label of about the second before.</param>
/// <param name="To">The most probable label then.</param>
/// <param name="Strength">The probability that moved to other labels, 0 to 1.</param>
public sealed record ExpressionChange(int Track, TimeSpan Time, string From, string To, double Strength);

/// <summary>A bin of a timeline.</summary>
/// <param name="Start">Its beginning.</param>
/// <param name="End">Its end.</param>
/// <param name="People">How many faces were read, on average over the bin.</param>
/// <param name="Scores">What they read as, on average; null where there was no face.</param>
public sealed record TimelineBin(TimeSpan Start, TimeSpan End, double People, EmotionScores? Scores)
{
    /// <summary>Their mean valence, -1 to 1, derived by <see cref="Circumplex"/>; null where there was no face or labels have none.</summary>
    public double? Valence => Scores is null ? null : Circumplex.Of(Scores)?.Valence;

    /// <summary>Their mean arousal, -1 to 1, derived by <see cref="Circumplex"/>; null where there was no face or labels have none.</summary>
    public double? Arousal => Scores is null ? null : Circumplex.Of(Scores)?.Arousal;
}

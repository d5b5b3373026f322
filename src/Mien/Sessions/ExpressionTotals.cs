namespace Mien.Sessions;

/// <summary>The running sums behind an <see cref="ExpressionSummary"/>, of one face or of all; their size does not grow with time.</summary>
internal sealed class ExpressionTotals(IReadOnlyList<string> labels)
{
    private const int Longest = 5, Strongest = 5;

    private readonly TimeSpan[] _times = new TimeSpan[labels.Count];
    private readonly long[] _readings = new long[labels.Count];
    private readonly int[,] _transitions = new int[labels.Count, labels.Count];
    private readonly List<Episode> _episodes = [];
    private readonly List<ExpressionChange> _changes = [];
    private readonly Timeline _timeline = new(labels);

    /// <summary>Adds the time for which a reading stands.</summary>
    public void AddTime(int label, TimeSpan start, TimeSpan end, EmotionScores scores)
    {
        _times[label] += end - start;
        if (end > start)
            _timeline.Add(start, end, scores);
    }

    /// <summary>Counts a reading: shares go by that where no reading stands for any time, as in a picture.</summary>
    public void AddReading(int label) => _readings[label]++;

    /// <summary>Counts that one label followed another.</summary>
    public void AddTransition(int from, int to) => _transitions[from, to]++;

    /// <summary>Takes an episode that has ended.</summary>
    public void Add(Episode episode) => Rank(_episodes, episode, Length, Longest);

    /// <summary>Takes a change that is over.</summary>
    public void Add(ExpressionChange change) => Rank(_changes, change, Strength, Strongest);

    /// <summary>The sums as a result, together with what has not ended yet.</summary>
    public ExpressionSummary Summarize(TimeSpan start, TimeSpan end, IEnumerable<Episode> openEpisodes, IEnumerable<ExpressionChange> openChanges)
    {
        var total = new TimeSpan(_times.Sum(time => time.Ticks));
        double readings = Math.Max(1, _readings.Sum());
        return new(
            labels,
            total,
            [.. Enumerable.Range(0, labels.Count).Select(label => total > TimeSpan.Zero ? _times[label] / total : _readings[label] / readings)],
            [.. Enumerable.Range(0, labels.Count).Select(row => Enumerable.Range(0, labels.Count).Select(column => _transitions[row, column]).ToArray())],
            [.. _episodes.Concat(openEpisodes).OrderByDescending(Length).Take(Longest)],
            [.. _changes.Concat(openChanges).OrderByDescending(Strength).Take(Strongest)],
            _timeline.Summarize(start, end));
    }

    private static double Length(Episode episode) => (episode.End - episode.Start).TotalSeconds;

    private static double Strength(ExpressionChange change) => change.Strength;

    /// <summary>Puts an item at its place in a list from the largest to the smallest, and keeps the list short.</summary>
    private static void Rank<T>(List<T> ranked, T item, Func<T, double> size, int most)
    {
        int place = ranked.FindLastIndex(other => size(other) >= size(item)) + 1;
        ranked.Insert(place, item);
        if (ranked.Count > most)
            ranked.RemoveAt(most);
    }
}

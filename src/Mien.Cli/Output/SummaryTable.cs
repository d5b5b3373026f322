using System.Globalization;
using Spectre.Console;

namespace Mien.Cli.Output;

/// <summary>For people: what came of a video, as tables at its end.</summary>
/// <param name="console">Where to.</param>
/// <param name="source">The video's name.</param>
/// <param name="frameRate">The source's frames a second; null if not known.</param>
internal sealed class SummaryTable(IAnsiConsole console, string source, double? frameRate) : IReadingSink
{
    private const int MostRows = 12, MostTransitions = 5;

    // Of a source that is slower than a frame a second, the time between two frames counts too.
    private readonly SessionSummarizer _summarizer = new(TimeSpan.FromSeconds(Math.Max(1, 2 / frameRate ?? 1)));
    private long _frames;

    public void Add(FrameReading reading, Image picture)
    {
        _frames++;
        _summarizer.Add(reading.Time, reading.Smoothed);
    }

    public void Alert(AlertEvent alert) { }

    public void Mark(TimeSpan time, string marker) => _summarizer.Mark(time, marker);

    public void Finish(IReadOnlyList<TrackEvent> events) { }

    /// <summary>Writes the tables, once a live view is no longer in the way; nothing if there was no frame.</summary>
    public void Print()
    {
        if (_frames == 0)
            return;
        var (whole, segments) = _summarizer.Summarize();
        console.MarkupLineInterpolated($"[bold]{source}[/]: {_frames} {(_frames == 1 ? "frame" : "frames")}, {Seconds(whole.End - whole.Start)}, {People(whole)}");
        Write(whole);
        foreach (var segment in segments)
        {
            console.MarkupLineInterpolated($"[bold]{segment.Marker ?? "before the first marker"}[/]: {Seconds(segment.Start)} to {Seconds(segment.End)}, {People(segment)}");
            WriteShares(segment);
        }
        if (whole.Tracks.Count > 0)
            console.WriteLine(Terminal.Caution);
    }

    public void Dispose() { }

    private static string People(PeriodSummary period) => period.Tracks.Count switch
    {
        0 => "no face",
        1 => "1 face",
        _ => $"{period.Tracks.Count} faces, at most {period.MostPeople} at once",
    };

    private void Write(PeriodSummary period)
    {
        WriteShares(period);
        var everyone = period.Everyone;
        var transitions = everyone.Transitions
            .SelectMany((row, from) => row.Select((count, to) => (From: everyone.Labels[from], To: everyone.Labels[to], Count: count)))
            .Where(transition => transition.Count > 0).OrderByDescending(transition => transition.Count).Take(MostTransitions).ToList();
        if (everyone.LongestEpisodes.Count > 0)
            WriteList("longest", everyone.LongestEpisodes.Select(episode => $"face {episode.Track} {episode.Label} {Seconds(episode.Start)} to {Seconds(episode.End)}"));
        if (everyone.StrongestChanges.Count > 0)
            WriteList("strongest changes", everyone.StrongestChanges.Select(change => $"face {change.Track} {change.From} > {change.To} at {Seconds(change.Time)}"));
        if (transitions.Count > 0)
            WriteList("transitions", transitions.Select(transition => $"{transition.From} > {transition.To} {transition.Count}x"));
    }

    private void WriteShares(PeriodSummary period)
    {
        if (period.Tracks.Count == 0)
            return;
        var labels = period.Everyone.Labels;
        var table = new Table().Border(TableBorder.Rounded).AddColumn("face").AddColumn(new TableColumn("from").RightAligned()).AddColumn(new TableColumn("to").RightAligned());
        foreach (string label in labels)
            table.AddColumn(new TableColumn(Markup.Escape(label)).RightAligned());
        table.AddColumn(new TableColumn("valence").RightAligned());
        // Of a crowd those who were there longest.
        var shown = period.Tracks.OrderByDescending(track => track.Expressions.Duration).Take(MostRows).OrderBy(track => track.Track).ToList();
        foreach (var track in shown)
            table.AddRow(Row($"{track.Track}", track.FirstSeen, track.LastSeen, track.Expressions));
        if (period.Tracks.Count > 1)
            table.AddRow(Row("all", period.Start, period.End, period.Everyone));
        console.Write(table);
        if (shown.Count < period.Tracks.Count)
            console.WriteLine($"and {period.Tracks.Count - shown.Count} more, who were there for a shorter time");
    }

    private static string[] Row(string name, TimeSpan from, TimeSpan to, ExpressionSummary expressions)
    {
        double most = expressions.Shares.Max();
        string valence = expressions.Valence is { } mean ? Number(mean) : "";
        return [name, Seconds(from), Seconds(to), .. expressions.Shares.Select(share => share > 0 && share == most ? $"[bold]{Share(share)}[/]" : Share(share)), valence];
    }

    private void WriteList(string what, IEnumerable<string> items) => console.MarkupLineInterpolated($"[bold]{what}:[/] {string.Join("; ", items)}");

    private static string Seconds(TimeSpan time) => time.TotalMinutes < 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
        : time.ToString(time.TotalHours < 1 ? @"m\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture);

    private static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"{share:P0}");

    private static string Number(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:+0.00;-0.00;0.00}");
}

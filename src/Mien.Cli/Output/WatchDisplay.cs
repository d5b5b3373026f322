using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mien.Cli.Output;

/// <summary>Shows on stderr how a watch goes: a live view on a terminal, else a line now and then.</summary>
internal sealed class WatchDisplay(string source) : IReadingSink
{
    private const int BarLength = 4, SparklineLength = 20, LabelLength = 4, MostRows = 8;

    private static readonly TimeSpan ViewInterval = TimeSpan.FromSeconds(0.1), LineInterval = TimeSpan.FromSeconds(30), SparklineStep = TimeSpan.FromSeconds(0.5);

    private readonly Lock _lock = new();
    private readonly Dictionary<int, (TimeSpan Last, Queue<float> Values)> _valences = [];
    private readonly Queue<(long Timestamp, long Frames)> _pace = [];
    private FrameReading? _reading;
    private int _markers;

    public void Add(FrameReading reading, Image picture)
    {
        lock (_lock)
        {
            _reading = reading;
            foreach (var happened in reading.Events.Where(happened => happened.Kind == TrackEventKind.Left))
                _valences.Remove(happened.Track);
            foreach (var face in reading.Faces)
            {
                if (face.Affect is not { } affect)
                    continue;
                if (!_valences.TryGetValue(face.Track, out var history))
                    history = (TimeSpan.MinValue, new());
                if (reading.Time - SparklineStep < history.Last)
                    continue;
                history.Values.Enqueue(affect.Valence);
                if (history.Values.Count > SparklineLength)
                    history.Values.Dequeue();
                _valences[face.Track] = (reading.Time, history.Values);
            }
        }
    }

    public void Alert(AlertEvent alert) { }

    public void Mark(TimeSpan time, string marker) => Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s: {marker}"));

    public void Finish(IReadOnlyList<TrackEvent> events) { }

    public void Dispose() { }

    /// <summary>Runs a watch and shows it meanwhile. On a terminal, m sets a marker and q ends the watch.</summary>
    public async Task<SourceEnd?> ShowAsync(VideoWatch watch, Func<Task<SourceEnd?>> start, Action stop)
    {
        if (Console.IsErrorRedirected)
            return await FollowAsync(start, LineInterval, () => Terminal.Note(Headline(watch)));
        return await Terminal.Error.Live(Text.Empty).AutoClear(true).StartAsync(context => FollowAsync(start, ViewInterval, () =>
        {
            Listen(watch, stop);
            context.UpdateTarget(View(watch));
        }));
    }

    private static async Task<SourceEnd?> FollowAsync(Func<Task<SourceEnd?>> start, TimeSpan interval, Action show)
    {
        var running = start();
        while (await Task.WhenAny(running, Task.Delay(interval)) != running)
            show();
        return await running;
    }

    private void Listen(VideoWatch watch, Action stop)
    {
        while (!Console.IsInputRedirected && Console.KeyAvailable)
        {
            switch (Console.ReadKey(intercept: true).Key)
            {
                case ConsoleKey.M:
                    watch.Mark($"marker {++_markers}");
                    break;
                case ConsoleKey.Q:
                    stop();
                    break;
            }
        }
    }

    private string Headline(VideoWatch watch)
    {
        lock (_lock)
        {
            _pace.Enqueue((Stopwatch.GetTimestamp(), watch.Frames));
            // The pace of about the last second, or of the time since the last line.
            while (_pace.Count > 2 && Stopwatch.GetElapsedTime(_pace.Peek().Timestamp).TotalSeconds > 1)
                _pace.Dequeue();
            var (since, before) = _pace.Peek();
            double seconds = Stopwatch.GetElapsedTime(since).TotalSeconds, pace = seconds > 0.01 ? (watch.Frames - before) / seconds : 0;
            int faces = _reading?.Faces.Count ?? 0;
            return string.Create(CultureInfo.InvariantCulture,
                $"{source}  {_reading?.Time.TotalSeconds ?? 0:0.0} s  {faces} {(faces == 1 ? "face" : "faces")}  {pace:0.0} frames/s  latency {watch.Latency.TotalMilliseconds:0} ms  {watch.Dropped} dropped");
        }
    }

    private Rows View(VideoWatch watch)
    {
        var rows = new List<IRenderable> { new Text(Headline(watch), new Style(decoration: Decoration.Bold)) };
        lock (_lock)
        {
            if (_reading is { Faces: [var first, ..] faces })
            {
                var table = new Table().Border(TableBorder.Rounded).AddColumn("face").AddColumn("reads as");
                foreach (string label in first.Smoothed.Labels)
                    table.AddColumn(Markup.Escape(label[..Math.Min(label.Length, LabelLength)]));
                table.AddColumn("valence");
                foreach (var face in faces.Take(MostRows))
                {
                    table.AddRow([
                        $"{face.Track}", Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{face.Smoothed.Top} {face.Smoothed.Confidence:P0}")),
                        .. face.Smoothed.Values.ToArray().Select(Bar), _valences.TryGetValue(face.Track, out var history) ? Sparkline(history.Values) : ""]);
                }
                rows.Add(table);
                if (faces.Count > MostRows)
                    rows.Add(new Text($"and {faces.Count - MostRows} more"));
            }
        }
        rows.Add(new Text(Console.IsInputRedirected ? "Ctrl+C ends" : "m sets a marker, q ends", new Style(decoration: Decoration.Dim)));
        return new Rows(rows);
    }

    /// <summary>A bar in eighths of a letter.</summary>
    private static string Bar(float share)
    {
        int eighths = (int)Math.Round(Math.Clamp(share, 0, 1) * BarLength * 8);
        string bar = new('\u2588', eighths / 8);
        return (eighths % 8 > 0 ? bar + (char)('\u2590' - (eighths % 8)) : bar).PadRight(BarLength);
    }

    /// <summary>Valence from -1, the lowest block, to 1, the highest.</summary>
    private static string Sparkline(IEnumerable<float> values) =>
        string.Concat(values.Select(value => (char)('\u2581' + (int)Math.Clamp((value + 1) / 2 * 8, 0, 7))));
}

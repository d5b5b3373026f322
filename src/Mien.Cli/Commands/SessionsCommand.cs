using System.CommandLine;
using System.Globalization;
using Mien.Cli.Output;
using Mien.Output;
using Mien.Reporting;
using Spectre.Console;

namespace Mien.Cli.Commands;

/// <summary><c>mien sessions</c>: what was stored of videos and cameras.</summary>
internal static class SessionsCommand
{
    private static readonly Option<string?> Store = SessionArguments.Store();

    public static Command Create()
    {
        Store.Recursive = true;
        return new("sessions", "List, show, export and delete stored sessions. Readings older than their retention are deleted first.") { List(), Show(), Export(), Delete(), Store };
    }

    private static Argument<string> Name() => new("name") { Description = "The session's name." };

    private static Command List()
    {
        var command = new Command("list", "All sessions of a store.");
        command.SetAction(arguments =>
        {
            using var store = Open(arguments);
            var table = new Table().Border(TableBorder.Rounded).AddColumn("session").AddColumn("started").AddColumn("last recorded").AddColumn(Number("length")).AddColumn(Number("frames"))
                .AddColumn(Number("size")).AddColumn("kept for").AddColumn("from");
            foreach (var session in store.List())
            {
                table.AddRow([.. new[]
                {
                    session.Name, Moment(session.Started), Moment(session.Updated), Length(session.Duration),
                    session.Frames.ToString("N0", CultureInfo.InvariantCulture), Size(session.Size), Kept(session.Retention), string.Join(", ", session.Parts.Select(part => part.Source).Distinct()),
                }.Select(Markup.Escape)]);
            }
            Terminal.Out.Write(table);
            return 0;
        });
        return command;
    }

    private static Command Show()
    {
        var name = Name();
        var report = SessionArguments.ReportOption();
        var command = new Command("show", "What a session reads as: per face, in all, and per segment between markers.") { name, report };
        command.SetAction((arguments, cancellation) => Task.Run(() =>
        {
            using var store = Open(arguments);
            var session = store.Get(arguments.GetValue(name)!);
            // Frames may have been dropped or be far apart: what counts is how many there were.
            double? rate = session.Duration > TimeSpan.Zero && session.Frames > 0 ? session.Frames / session.Duration.TotalSeconds : null;
            var table = new SummaryTable(Terminal.Out, session.Name, rate);
            List<IReadingSink> sinks = [table];
            string? page = arguments.GetValue(report);
            if (page is not null)
                sinks.Add(new SessionReportSink(page, session.Name, Describe(session), rate));
            using var display = new ReplayDisplay(sinks);
            display.Run(store, session, "Reading", cancellation);
            table.Print();
            if (page is not null)
                Terminal.Out.WriteLine($"Report: {page}");
            return 0;
        }, CancellationToken.None));
        return command;
    }

    private static Command Export()
    {
        var name = Name();
        var json = new Option<bool>("--json") { Description = "JSON lines, one object a frame or event (docs/video-output.md); this is the default." };
        var csv = new Option<bool>("--csv") { Description = "CSV, one row a face and frame." };
        var output = new Option<string?>("--output", "-o") { Description = "The file to write [default: stdout]." };
        var command = new Command("export", "Write a session's readings as mien watch would have written them.") { name, json, csv, output };
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(csv))
                result.AddError("Choose one of --json and --csv.");
        });
        command.SetAction((arguments, cancellation) => Task.Run(() =>
        {
            using var store = Open(arguments);
            var session = store.Get(arguments.GetValue(name)!);
            string? path = arguments.GetValue(output);
            using var stream = path is null ? Terminal.OpenOutput() : new FileStream(path, FileMode.Create);
            using var display = new ReplayDisplay([arguments.GetValue(csv)
                ? new VideoCsv(new StreamWriter(stream), session.Name, session.Labels, header: true)
                : new VideoJson(stream, session.Name)]);
            display.Run(store, session, "Exporting", cancellation);
            return 0;
        }, CancellationToken.None));
        return command;
    }

    private static Command Delete()
    {
        var name = Name();
        var command = new Command("delete", "Delete a session and overwrite what was stored of it.") { name };
        command.SetAction(arguments =>
        {
            using var store = Open(arguments);
            store.Delete(arguments.GetValue(name)!);
            Terminal.Out.WriteLine($"{arguments.GetValue(name)}: deleted");
            return 0;
        });
        return command;
    }

    private static SessionStore Open(ParseResult arguments) => SessionStore.Open(arguments.GetValue(Store), create: false);

    private static string Describe(StoredSession session) => string.Join("; ", session.Parts.Select(part => $"{part.Source}, {Moment(part.Started)}, read by {part.Model}"));

    private static TableColumn Number(string name) => new TableColumn(name).RightAligned();

    private static string Moment(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Size(long bytes) => bytes < 1_000_000 ? Text($"{bytes / 1e3:0.0} kB") : Text($"{bytes / 1e6:0.0} MB");

    private static string Kept(TimeSpan? retention) => retention is not { } time ? "until deleted"
        : time.TotalDays >= 1 ? Text($"{time.TotalDays:0.#} d")
        : time.TotalHours >= 1 ? Text($"{time.TotalHours:0.#} h")
        : Text($"{time.TotalMinutes:0.#} m");

    private static string Length(TimeSpan time) => Text($"{(int)time.TotalHours}:{time:mm\\:ss}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

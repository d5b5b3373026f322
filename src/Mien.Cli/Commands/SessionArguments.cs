using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Mien.Reporting;

namespace Mien.Cli.Commands;

/// <summary>What the commands that look at videos have in common to keep what they read: a session in a store, and a report.</summary>
internal static class SessionArguments
{
    private static readonly Option<string?> Session = new("--session") { Description = "Store the readings, never pictures, under this name; a session of the same name is continued.", HelpName = "NAME" };

    private static readonly Option<string?> RecordStore = Store();

    private static readonly Option<TimeSpan?> Retention = new("--retention")
    {
        Description = "How long the session's readings are kept, such as 30d, 12h or 45m [default: until they are deleted].", HelpName = "TIME", CustomParser = ReadRetention,
    };

    private static readonly Option<string?> Report = ReportOption();

    private static readonly Option<bool> Faces = new("--report-faces") { Description = "Show a picture of each face in the report." };

    public static IReadOnlyList<Option> All { get; } = [Session, RecordStore, Retention, Report, Faces];

    /// <summary>The option that names a store.</summary>
    public static Option<string?> Store() => new("--store")
    {
        Description = $"Where sessions are: a SQLite file, or postgres://USER:PASSWORD@HOST/DATABASE [default: {SessionStore.DefaultPath}].",
    };

    /// <summary>The option that asks for a page.</summary>
    public static Option<string?> ReportOption() => new("--report")
    {
        Description = "Write a self-contained HTML page, and its plots beside it as SVG files.", HelpName = "FILE.html",
    };

    /// <summary>Finds out before long work whether what is asked for goes together.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="videos">How many videos or cameras are read.</param>
    /// <exception cref="MienException">An option lacks another, or a page or session has no video to tell of, or several.</exception>
    public static void Check(ParseResult arguments, int videos)
    {
        if (arguments.GetValue(Session) is null && (arguments.GetValue(RecordStore) is not null || arguments.GetValue(Retention) is not null))
            throw new MienException($"{(arguments.GetValue(Retention) is not null ? Retention.Name : RecordStore.Name)} needs {Session.Name}, which names what is stored.");
        if (arguments.GetValue(Faces) && arguments.GetValue(Report) is null)
            throw new MienException($"{Faces.Name} needs {Report.Name}, which names the page.");
        if (videos == 0 && (arguments.GetValue(Session) ?? arguments.GetValue(Report)) is not null)
            throw new MienException($"{(arguments.GetValue(Session) is not null ? Session.Name : Report.Name)} is for videos, and there is none among what was named.");
        if (videos > 1 && arguments.GetValue(Report) is not null)
            throw new MienException($"{Report.Name} is of one video, and {videos} were named. Record them with {Session.Name} and write one page with `mien sessions show NAME {Report.Name} FILE.html`.");
    }

    /// <summary>What keeps the readings of one source, as the command line asks for.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="source">The source's name.</param>
    /// <param name="frameRate">Its frames a second, if known.</param>
    /// <param name="model">The model that reads.</param>
    /// <exception cref="MienException">The session or the report cannot be begun.</exception>
    public static IEnumerable<IReadingSink> Sinks(ParseResult arguments, string source, double? frameRate, ModelMetadata model)
    {
        string? session = arguments.GetValue(Session);
        if (arguments.GetValue(Report) is { } page)
            yield return new SessionReportSink(page, session ?? Path.GetFileName(source), $"{source}; read by {model.Name}", frameRate, arguments.GetValue(Faces));
        if (session is not null)
        {
            yield return SessionRecorder.Start(
                new() { Name = session, Source = source, Model = model.Name, Labels = model.Labels, Retention = arguments.GetValue(Retention) }, arguments.GetValue(RecordStore));
        }
    }

    private static TimeSpan? ReadRetention(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        double days = text[^1..] switch { "d" => 1, "h" => 1 / 24d, "m" => 1 / 1440d, _ => 0 };
        const double Longest = 36_500;
        if (days > 0 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number > 0 && number * days <= Longest)
            return TimeSpan.FromDays(number * days);
        result.AddError($"{Retention.Name} must be a number of days, hours or minutes, such as 30d, 12h or 45m, is \"{text}\".");
        return null;
    }
}

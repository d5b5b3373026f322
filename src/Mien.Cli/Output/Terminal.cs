using Spectre.Console;

namespace Mien.Cli.Output;

/// <summary>The two consoles: results on stdout, everything else on stderr, so that stdout stays clean for programs.</summary>
internal static class Terminal
{
    // Wide enough for the tables when no terminal tells its width.
    private const int RedirectedWidth = 160;

    public static IAnsiConsole Out { get; } = Create(Console.Out, Console.IsOutputRedirected);

    public static IAnsiConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>Writes one line of news to stderr.</summary>
    public static void Note(string text) => Console.Error.WriteLine(text);

    /// <summary>Writes one line about a failure that does not stop the rest.</summary>
    public static void Fail(string text) => Console.Error.WriteLine($"mien: {text}");

    /// <summary>Runs work with a progress bar on stderr, or a line now and then where stderr is no terminal.</summary>
    public static T WithProgress<T>(string description, Func<IProgress<(long Done, long Total)>, T> work)
    {
        T result = default!;
        Error.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => result = work(new BarProgress(context.AddTask(Markup.Escape(description)))));
        return result;
    }

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected)
            console.Profile.Width = RedirectedWidth;
        return console;
    }

    /// <summary>Unlike <see cref="Progress{T}"/>, reports on the caller's thread and so in order.</summary>
    private sealed class BarProgress(ProgressTask task) : IProgress<(long Done, long Total)>
    {
        public void Report((long Done, long Total) value)
        {
            task.MaxValue = Math.Max(1, value.Total);
            task.Value = value.Done;
        }
    }
}

using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace Mien.Cli.Output;

/// <summary>The two consoles: results on stdout, everything else on stderr, so that stdout stays clean for programs.</summary>
internal static class Terminal
{
    /// <summary>What a person should know who reads the results.</summary>
    public const string Caution = "A label is a prediction from a facial expression, not a person's inner state.";

    // Wide enough for the tables when no terminal tells its width.
    private const int RedirectedWidth = 160;

    private const int StandardOutput = 1;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(0.2);

    public static IAnsiConsole Out { get; } = Create(Console.Out, Console.IsOutputRedirected);

    public static IAnsiConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>Writes one line of news to stderr.</summary>
    public static void Note(string text)
    {
        // A live view must know of what is written above it; elsewhere a line stays one line.
        if (Console.IsErrorRedirected)
            Console.Error.WriteLine(text);
        else
            Error.WriteLine(text);
    }

    /// <summary>Writes one line about a failure that does not stop the rest.</summary>
    public static void Fail(string text) => Note($"mien: {text}");

    /// <summary>Standard output as bytes; unlike the system's own stream it fails when nobody reads it any more, so that a camera is not watched in vain.</summary>
    public static Stream OpenOutput()
    {
        if (!OperatingSystem.IsWindows())
        {
            var pipe = new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            // Into a file it would write where it began, and overwrite what others write meanwhile.
            if (!pipe.CanSeek)
                return pipe;
        }
        return Console.OpenStandardOutput();
    }

    /// <summary>Runs work with a progress bar on stderr, or a line now and then where stderr is no terminal.</summary>
    public static T WithProgress<T>(string description, Func<IProgress<(long Done, long Total)>, T> work)
    {
        T result = default!;
        Bar().Start(context => result = work(new BarProgress(context.AddTask(Markup.Escape(description)))));
        return result;
    }

    /// <summary>Runs work of a kind that tells how far it is when it is asked, with a progress bar.</summary>
    /// <param name="description">What is done.</param>
    /// <param name="total">Where it ends; null if not known.</param>
    /// <param name="done">How far it is.</param>
    /// <param name="work">What is done.</param>
    public static Task<T> WithProgressAsync<T>(string description, long? total, Func<long> done, Func<Task<T>> work) => Bar().StartAsync(async context =>
    {
        var task = context.AddTask(Markup.Escape(description), maxValue: total ?? 1);
        task.IsIndeterminate = total is null;
        var running = work();
        while (await Task.WhenAny(running, Task.Delay(ProgressInterval)) != running)
            task.Value = total is null ? 0 : done();
        return await running;
    });

    private static Progress Bar() => Error.Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn());

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

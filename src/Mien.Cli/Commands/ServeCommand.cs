using System.CommandLine;
using Mien.Cli.Output;
using Mien.Server;

namespace Mien.Cli.Commands;

/// <summary><c>mien serve</c>: the page and the HTTP API, until it is stopped.</summary>
internal static class ServeCommand
{
    private const int MiB = 1 << 20;

    private static readonly ServerOptions Defaults = new();

    private static readonly Option<string[]> Urls = new("--urls")
    {
        Description = "Addresses to listen on, as in ASP.NET Core, separated by semicolons. Beyond this machine it takes an API key (mien keys) or --no-auth.",
        DefaultValueFactory = _ => [Setting("--urls") ?? ServerOptions.DefaultUrl],
    };

    private static readonly Option<string> Detector = PictureArguments.Detector();

    private static readonly Option<string?> Model = PictureArguments.Model();

    private static readonly Option<string?> Labels = PictureArguments.Labels();

    private static readonly Option<string?> Store = SessionArguments.Store();

    private static readonly Option<bool> NoAuth = new("--no-auth") { Description = "Let everybody in who can reach the server." };

    private static readonly Option<int> RequestSize = Limit("--max-request", "The most MiB of a request.", (int)(Defaults.MaximumRequestBytes / MiB), 1, 1024);

    private static readonly Option<int> Pictures = Limit("--max-pictures", "The most pictures in one request.", Defaults.MaximumPictures, 1, 1000);

    private static readonly Option<int> Pixels = Limit("--max-pixels", "The most megapixels of a picture.", (int)(Defaults.Pictures.MaximumPixels / 1_000_000), 1, 500);

    private static readonly Option<int> VideoSize = Limit("--max-video", "The most MiB of a video.", (int)(Defaults.MaximumVideoBytes / MiB), 1, 1_000_000);

    private static readonly Option<int> VideoMinutes = Limit("--max-minutes", "The most minutes of a video.", (int)Defaults.MaximumVideoDuration.TotalMinutes, 1, 10_000);

    private static readonly Option<int> Videos = Limit("--max-videos", "How many videos may wait, be read or be kept as results; for one more the oldest result is forgotten.", Defaults.MaximumVideos, 1, 10_000);

    private static readonly Option<int> Streams = Limit("--max-streams", "How many streams may be open at the same time.", Defaults.MaximumStreams, 1, 10_000);

    private static readonly Option<int> Concurrency = Limit("--concurrency", "How many pictures of up to 4 megapixels, and how many larger ones beside them, are searched for faces at the same time.", Defaults.Concurrency, 1, 1024);

    private static readonly Option<int> Queue = Limit("--queue", "How many further requests may wait; one more is answered 503.", Defaults.Queue, 0, 100_000);

    private static readonly Option<int> Rate = Limit("--rate", "How many requests a minute a client may send; one more is answered 429.", Defaults.RequestsPerMinute, 1, 10_000_000);

    public static Command Create()
    {
        var command = new Command("serve", "Serve a page to people and an HTTP API to programs on this machine (docs/web.md, docs/api.md).")
        {
            Urls, Detector, Model, Labels, Store, NoAuth, RequestSize, Pictures, Pixels, VideoSize, VideoMinutes, Videos, Streams, Concurrency, Queue, Rate,
        };
        command.SetAction(Run);
        return command;
    }

    private static async Task<int> Run(ParseResult arguments, CancellationToken cancellation)
    {
        var options = new ServerOptions
        {
            Urls = [.. arguments.GetValue(Urls)!.SelectMany(urls => urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
            Analyzer = new AnalyzerOptions { Model = arguments.GetValue(Model), Labels = arguments.GetValue(Labels) }.WithDetector(arguments.GetValue(Detector)!),
            Store = arguments.GetValue(Store) ?? Setting(Store.Name),
            Authentication = !arguments.GetValue(NoAuth),
            MaximumRequestBytes = (long)arguments.GetValue(RequestSize) * MiB,
            MaximumPictures = arguments.GetValue(Pictures),
            Pictures = new() { MaximumPixels = arguments.GetValue(Pixels) * 1_000_000L },
            MaximumVideoBytes = (long)arguments.GetValue(VideoSize) * MiB,
            MaximumVideoDuration = TimeSpan.FromMinutes(arguments.GetValue(VideoMinutes)),
            MaximumVideos = arguments.GetValue(Videos),
            MaximumStreams = arguments.GetValue(Streams),
            Concurrency = arguments.GetValue(Concurrency),
            Queue = arguments.GetValue(Queue),
            RequestsPerMinute = arguments.GetValue(Rate),
        };
        await MienServer.RunAsync(options, urls => Terminal.Note($"Listening on {string.Join(", ", urls)}; open it in a browser, the API is described at /reference. Ctrl+C stops."), cancellation);
        return 0;
    }

    private static Option<int> Limit(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name)
        {
            Description = description,
            DefaultValueFactory = _ => Setting(name) is not { } text ? usual
                : int.TryParse(text, out int value) && value >= least && value <= most ? value
                : throw new MienException($"{Variable(name)} must be a number from {least} to {most}, is '{text}'."),
        };
        option.Validators.Add(result =>
        {
            // What is no number at all is refused by the parser itself.
            if (result.Tokens is [var token] && int.TryParse(token.Value, out int value) && (value < least || value > most))
                result.AddError($"{name} must be from {least} to {most}, is {value}.");
        });
        return option;
    }

    /// <summary>What the environment says where an option is not given.</summary>
    private static string? Setting(string option) => Environment.GetEnvironmentVariable(Variable(option));

    /// <summary>The environment variable of an option: <c>MIEN_SERVE_MAX_REQUEST</c> of <c>--max-request</c>.</summary>
    private static string Variable(string option) => $"MIEN_SERVE_{option[2..].Replace('-', '_').ToUpperInvariant()}";
}

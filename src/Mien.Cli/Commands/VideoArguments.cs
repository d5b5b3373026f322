using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Mien.Imaging.Files;

namespace Mien.Cli.Commands;

/// <summary>What the commands that look at videos have in common: what raises alerts, where these go, and markers.</summary>
internal static class VideoArguments
{
    private const int SniffLength = 64;

    private static readonly string[] VideoExtensions =
    [
        ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".gif", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts", ".wmv", ".flv", ".3gp", ".ogv", ".mjpeg", ".mjpg",
    ];

    private static readonly Option<string[]> Alerts = new("--alert") { Description = "A rule such as \"anger>0.6 for 3s\" or \"no-face for 10s\" (docs/alerts.md); may be repeated." };

    private static readonly Option<Uri?> Webhook = new("--alert-webhook")
    {
        Description = "Post each alert to this address, as JSON.", CustomParser = ReadAddress,
    };

    private static readonly Option<string?> AlertCommand = new("--alert-command") { Description = "Run this command for each alert, with the alert as JSON on its stdin." };

    private static readonly Option<Marker[]> Markers = new("--mark")
    {
        Description = "A marker at a time in seconds, such as \"12.5=question 2\": the summary is also given from marker to marker; may be repeated.",
        CustomParser = ReadMarkers,
    };

    /// <summary>The options, for each command that looks at videos.</summary>
    public static IReadOnlyList<Option> All { get; } = [Alerts, Webhook, AlertCommand, Markers];

    /// <summary>Whether a path is that of a video: by its content, or else by its extension.</summary>
    public static bool IsVideo(string path)
    {
        bool named = VideoExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
        // What comes through a pipe has no length, and can be read but once.
        if (new FileInfo(path) is not { Exists: true, Length: > 0 })
            return named && !Directory.Exists(path);
        try
        {
            using var file = File.OpenRead(path);
            var start = new byte[SniffLength];
            start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
            return PictureFile.Identify(start) is { } format ? format == PictureFormat.Gif : named || PictureFile.LooksLike(start).Contains("video", StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return named;
        }
    }

    /// <summary>What a command line asks for.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="labels">The labels of the model, for alert rules.</param>
    /// <exception cref="MienException">An alert rule is not well formed.</exception>
    public static VideoRequest Read(ParseResult arguments, IReadOnlyList<string> labels)
    {
        AlertRule[] rules = [.. (arguments.GetValue(Alerts) ?? []).Select(rule => AlertRule.Parse(rule, labels))];
        var (webhook, command) = (arguments.GetValue(Webhook), arguments.GetValue(AlertCommand));
        return rules.Length == 0 && (webhook is not null || command is not null)
            ? throw new MienException($"{(webhook is not null ? Webhook.Name : AlertCommand.Name)} needs at least one {Alerts.Name}, which says when.")
            : new(rules, webhook, command, arguments.GetValue(Markers) ?? []);
    }

    private static Uri? ReadAddress(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            return address;
        result.AddError($"{Webhook.Name} must be an address that begins with http:// or https://, is {result.Tokens[0].Value}.");
        return null;
    }

    private static Marker[] ReadMarkers(ArgumentResult result)
    {
        var markers = new List<Marker>();
        foreach (var token in result.Tokens)
        {
            int sign = token.Value.IndexOf('=', StringComparison.Ordinal);
            string time = sign < 0 ? token.Value : token.Value[..sign];
            if (double.TryParse(time, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds < TimeSpan.MaxValue.TotalSeconds)
                markers.Add(new(TimeSpan.FromSeconds(seconds), sign < 0 ? $"{time} s" : token.Value[(sign + 1)..]));
            else
                result.AddError($"{Markers.Name} must be a time in seconds, an equals sign and a name, such as \"12.5=question 2\", is \"{token.Value}\".");
        }
        return [.. markers];
    }
}

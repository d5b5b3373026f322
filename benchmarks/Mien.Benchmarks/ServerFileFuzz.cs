using System.Diagnostics;
using System.Globalization;
using Mien.Tests;

namespace Mien.Benchmarks;

/// <summary>Sends damaged pictures and videos to `mien serve`, a process of its own: none may end it, hang it or make it grow, and each is read or named.</summary>
internal static class ServerFileFuzz
{
    private const int Seed = 15, Parts = 10;

    /// <summary>How much more memory the process may hold in the last tenth than in the second, in MiB, each at its lowest: caches and heaps are warm by then.</summary>
    private const double MostGrowth = 64;

    private const double MiB = 1 << 20;

    private const string Media = "../shared/data/media", Cases = "../shared/cases";

    private static readonly string[] PictureCases = ["02-108-megapixel-photo", "03-false-faces", "04-short-and-sparse-video", "15-animated-webp", "17-jpeg-scans"];

    private static readonly string[] VideoCases = ["01-video-width-heap-overflow", "04-short-and-sparse-video", "12-audio-only-video", "16-video-without-class"];

    private static readonly string[] PictureExtensions = [".png", ".jpg", ".webp"], VideoExtensions = [".mp4", ".mov", ".mpg", ".gif"];

    /// <summary>What else a photo and the cuts of videos are put into, so that more decoders and containers are reached.</summary>
    private static readonly string[] OtherFormats = [".bmp", ".tiff", ".webp", ".gif", ".jp2", ".avif"], OtherContainers = [".mkv", ".ts"];

    /// <returns>Whether all went well.</returns>
    public static async Task<bool> RunAsync(int pictures, int videos)
    {
        var folder = Directory.CreateTempSubdirectory("mien fuzz ");
        try
        {
            string[] seeds = [.. FilesOf("samples", PictureExtensions), .. FilesOf(Media, PictureExtensions), .. PictureCases.SelectMany(name => FilesOf($"{Cases}/{name}", PictureExtensions)),
                .. OtherFormats.SelectMany(format => Convert($"{Media}/happy.jpg", folder, format, "-vf", "scale=320:-2"))];
            string[] cuts = [.. VideoCases.SelectMany(name => FilesOf($"{Cases}/{name}", VideoExtensions)),
                .. FilesOf(Media, VideoExtensions).SelectMany(video => ((string[])[Path.GetExtension(video), .. OtherContainers]).SelectMany(container => Convert(video, folder, container, "-t", "1", "-c", "copy")))];
            using var server = Process.Start(new ProcessStartInfo("./mien",
                ["serve", "--urls", "http://127.0.0.1:0", "--rate", "10000000", "--store", Path.Combine(folder.FullName, "sessions.db")]) { RedirectStandardError = true })!;
            try
            {
                using var client = new HttpClient { BaseAddress = await ListeningAsync(server), Timeout = Timeout.InfiniteTimeSpan };
                var fuzzer = new FileFuzzer(client, Seed, seeds, cuts);
                Print($"seed {Seed}, {seeds.Length} pictures and {cuts.Length} videos to damage");
                return await SendAsync("pictures", pictures, fuzzer.SendPictureAsync, fuzzer, server) & await SendAsync("videos", videos, fuzzer.SendVideoAsync, fuzzer, server);
            }
            finally
            {
                server.Kill(entireProcessTree: true);
                await server.WaitForExitAsync();
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> SendAsync(string what, int count, Func<Task<string?>> send, FileFuzzer fuzzer, Process server)
    {
        int failures = 0;
        double warm = 0, now = 0;
        fuzzer.Answers.Clear();
        for (int part = 1; part <= Parts; part++)
        {
            now = double.PositiveInfinity;
            for (int i = count * (part - 1) / Parts; i < count * part / Parts; i++)
            {
                if (await send() is { } failure)
                {
                    failures++;
                    Print($"{failure}");
                }
                if (server.HasExited)
                {
                    Print($"the server has ended with exit code {server.ExitCode}");
                    return false;
                }
                server.Refresh();
                now = Math.Min(now, server.WorkingSet64 / MiB);
            }
            warm = part <= 2 ? now : warm;
            Print($"{count * part / Parts} {what}, {failures} failures, {now:F0} MiB");
        }
        Print($"answers: {string.Join(", ", fuzzer.Answers.Select(answer => $"{answer.Key}: {answer.Value}"))}");
        return failures == 0 && now - warm < MostGrowth;
    }

    /// <summary>The address that the server says it listens on; its log is read on and thrown away.</summary>
    private static async Task<Uri> ListeningAsync(Process server)
    {
        var address = new TaskCompletionSource<Uri>();
        server.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
                address.TrySetException(new InvalidOperationException("The server ended before it listened."));
            else if (line.Data.Split(' ', ';').FirstOrDefault(word => word.StartsWith("http://", StringComparison.Ordinal)) is { } found)
                address.TrySetResult(new(found));
            else if (!address.Task.IsCompleted)
                Console.WriteLine(line.Data);
        };
        server.BeginErrorReadLine();
        return await address.Task;
    }

    /// <summary>The file as FFmpeg makes it of another; none, and a line that says so, where it cannot.</summary>
    private static IEnumerable<string> Convert(string path, DirectoryInfo folder, string extension, params string[] how)
    {
        string made = Path.Combine(folder.FullName, Path.GetFileNameWithoutExtension(path) + extension);
        using var ffmpeg = Process.Start("ffmpeg", ["-nostdin", "-v", "error", "-i", path, .. how, made]);
        ffmpeg.WaitForExit();
        if (ffmpeg.ExitCode == 0)
            return [made];
        Print($"{path}: FFmpeg makes no {extension} of it");
        return [];
    }

    private static IEnumerable<string> FilesOf(string folder, string[] extensions) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(path => extensions.Contains(Path.GetExtension(path))).Order(StringComparer.Ordinal);

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Mien.Output;
using Mien.Server;
using Mien.Tests.Video;

namespace Mien.Benchmarks;

/// <summary>Reads mutated videos as `mien analyze` does and as a server does: none may make it fail, hang or grow; each is read or named.</summary>
internal static class VideoFuzz
{
    private const int Seed = 6, Parts = 10, LongestSeed = 200_000;

    /// <summary>How much more memory the process may hold after the last tenth than after the second, in MiB: caches and heaps are warm by then.</summary>
    private const double MostGrowth = 64;

    /// <summary>No mutated video is so long that it needs more.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromMinutes(3);

    private static readonly string[] Extensions = [".mp4", ".mov", ".mkv", ".webm", ".avi", ".gif", ".mpg", ".ts"];

    /// <param name="count">How many videos.</param>
    /// <param name="folders">Where good videos lie, below which all are taken; of long ones the beginning.</param>
    /// <returns>Whether all went well.</returns>
    public static async Task<bool> RunAsync(int count, IReadOnlyList<string> folders)
    {
        byte[][] seeds = [.. folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Where(path => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal).Select(Start)];
        Print($"{seeds.Length} seeds");
        var folder = Directory.CreateTempSubdirectory("mien fuzz ");
        var options = new ServerOptions
        {
            Urls = ["http://127.0.0.1:0"], Analyzer = new() { Detector = "face-detector" }, Store = Path.Combine(folder.FullName, "sessions.db"), RequestsPerMinute = int.MaxValue,
        };
        try
        {
            using var analyzer = EmotionAnalyzer.Create(options.Analyzer);
            await using var server = MienServer.Build(options);
            await server.StartAsync();
            using var client = new HttpClient { BaseAddress = new(server.Urls.First()) };
            bool good = await RunAsync(count, new VideoMutator(seeds, Seed), Path.Combine(folder.FullName, "mutated.video"), analyzer, client);
            await server.StopAsync();
            return good;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> RunAsync(int count, VideoMutator mutator, string path, EmotionAnalyzer analyzer, HttpClient client)
    {
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        int failures = 0;
        double warm = 0, now = 0;
        for (int part = 1; part <= Parts; part++)
        {
            for (int i = count * (part - 1) / Parts; i < count * part / Parts; i++)
            {
                byte[] video = mutator.Next();
                await File.WriteAllBytesAsync(path, video);
                foreach (var (place, read) in ((string, Func<Task<string>>)[])[("analyze", () => AnalyzeAsync(path, analyzer)), ("server", () => PostAsync(video, client))])
                {
                    string outcome;
                    try
                    {
                        outcome = await read().WaitAsync(MostTime);
                    }
                    catch (Exception error) when (error is not OutOfMemoryException)
                    {
                        failures++;
                        outcome = "failure";
                        Console.WriteLine($"video {i} of seed {Seed}, {place}: {error}");
                        File.Copy(path, $"failed-{place}-{i}.video", overwrite: true);
                    }
                    outcomes[$"{place}: {outcome}"] = outcomes.GetValueOrDefault($"{place}: {outcome}") + 1;
                }
            }
            now = ProcessMemory.Megabytes();
            warm = part <= 2 ? now : warm;
            Print($"{count * part / Parts} videos, {failures} failures, {now:F0} MiB");
        }
        foreach (var (outcome, number) in outcomes)
            Print($"{outcome}: {number}");
        return failures == 0 && now - warm < MostGrowth;
    }

    private static async Task<string> AnalyzeAsync(string path, EmotionAnalyzer analyzer)
    {
        try
        {
            using var source = FrameSource.Open(path);
            using var json = new VideoJson(Stream.Null, path);
            SourceEnd end = (await new VideoWatch(source, new VideoAnalyzer(analyzer), [json]).RunAsync())!;
            return end.Message.Contains(path, StringComparison.Ordinal) ? end.Reason.ToString() : throw new InvalidOperationException($"not named: {end.Message}");
        }
        catch (MienException error) when (error is VideoException or ImageException && error.Message.Contains(path, StringComparison.Ordinal))
        {
            return "refused";
        }
    }

    private static async Task<string> PostAsync(byte[] video, HttpClient client)
    {
        using var content = new ByteArrayContent(video) { Headers = { ContentType = new MediaTypeHeaderValue("video/mp4") } };
        using var answer = await client.PostAsync(new Uri("/v1/videos?name=mutated.video", UriKind.Relative), content);
        JsonElement job = await ReadAsync(answer);
        if ((int)answer.StatusCode is >= 400 and < 500)
            return "refused";
        var address = new Uri($"/v1/videos/{job.GetProperty("id").GetString()}", UriKind.Relative);
        while (job.GetProperty("status").GetString() is "queued" or "running")
        {
            await Task.Delay(20);
            using var asked = await client.GetAsync(address);
            job = await ReadAsync(asked);
        }
        (await client.DeleteAsync(address)).Dispose();
        if (!job.TryGetProperty("problem", out JsonElement problem))
            return job.GetProperty("status").GetString()!;
        string type = problem.GetProperty("type").GetString()!;
        return type.EndsWith(":internal", StringComparison.Ordinal) ? throw new InvalidOperationException(problem.ToString()) : type[(type.LastIndexOf(':') + 1)..];
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        string text = await answer.Content.ReadAsStringAsync();
        return (int)answer.StatusCode < 500 ? JsonDocument.Parse(text).RootElement : throw new InvalidOperationException($"{(int)answer.StatusCode}: {text}");
    }

    private static byte[] Start(string path)
    {
        using FileStream file = File.OpenRead(path);
        var start = new byte[LongestSeed];
        return start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

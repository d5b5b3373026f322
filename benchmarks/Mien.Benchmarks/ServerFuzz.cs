using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Mien.Server;
using Mien.Tests;

namespace Mien.Benchmarks;

/// <summary>Sends mutated requests to all endpoints of a server: none may make it fail, hang or grow.</summary>
internal static class ServerFuzz
{
    private const int Seed = 6, Parts = 10;

    /// <summary>How much more memory the process may hold after the last tenth than after the second, in MiB: caches and heaps are warm by then.</summary>
    private const double MostGrowth = 64;

    /// <returns>Whether all went well.</returns>
    public static async Task<bool> RunAsync(int requests)
    {
        var folder = Directory.CreateTempSubdirectory("mien fuzz ");
        var options = new ServerOptions
        {
            Urls = ["http://127.0.0.1:0"], Analyzer = new() { Detector = "face-detector" }, Store = Path.Combine(folder.FullName, "sessions.db"), RequestsPerMinute = int.MaxValue,
        };
        try
        {
            await using var server = MienServer.Build(options);
            await server.StartAsync();
            bool good = await SendAsync(server, requests);
            await server.StopAsync();
            return good;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> SendAsync(WebApplication server, int requests)
    {
        using var client = new HttpClient { BaseAddress = new(server.Urls.First()) };
        var fuzzer = new RequestFuzzer(client, Seed);
        int failures = 0;
        double warm = 0, now = 0;
        for (int part = 1; part <= Parts; part++)
        {
            for (int i = requests * (part - 1) / Parts; i < requests * part / Parts; i++)
            {
                if (await fuzzer.SendAsync() is { } failure)
                {
                    failures++;
                    Console.WriteLine($"request {i} of seed {Seed}: {failure}");
                }
            }
            now = ProcessMemory.Megabytes();
            warm = part <= 2 ? now : warm;
            Print($"{requests * part / Parts} requests, {failures} failures, {now:F0} MiB");
        }
        Print($"answers: {string.Join(", ", fuzzer.Answers.Select(answer => $"{answer.Key}: {answer.Value}"))}");
        return failures == 0 && now - warm < MostGrowth;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

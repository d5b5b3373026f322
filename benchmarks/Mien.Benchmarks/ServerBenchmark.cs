using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Mien.Server;

namespace Mien.Benchmarks;

/// <summary>How many photos a second the API reads at some numbers of connections, beside the library called directly; clients and server share one process.</summary>
internal static class ServerBenchmark
{
    private const int Width = 640, Height = 480;

    private static readonly int[] Connections = [1, 8, 64];

    public static async Task RunAsync(string photo, string detector, double seconds)
    {
        var options = DetectorOptions.Named(detector);
        byte[] picture = FaceCrop.Resize(Image.Load(photo), Width, Height).Encode(".jpg");
        using var analyzer = EmotionAnalyzer.Create(options);
        int faces = analyzer.Analyze(Image.Decode(picture)).Count;
        Print($"{Path.GetFileName(photo)} at {Width}x{Height}, {picture.Length / 1000} kB, {faces} faces, detector {Path.GetFileName(detector)}, {Environment.ProcessorCount} processors, {seconds} s each");
        Print($"| | requests/s | of the library | p50 ms | p95 ms | p99 ms |\n|---|---|---|---|---|---|");

        // Each number of connections is compared with as many threads, as far as there are processors.
        var library = new Dictionary<int, double>();
        foreach (int threads in Connections.Select(Threads).Distinct())
        {
            var result = await MeasureAsync(threads, seconds, () => Task.Run(() => analyzer.Analyze(Image.Decode(picture))));
            library[threads] = result.Rate;
            Row($"library, {threads} threads", result, result.Rate);
        }

        await using var server = MienServer.Build(new() { Urls = ["http://127.0.0.1:0"], Analyzer = options, RequestsPerMinute = int.MaxValue });
        await server.StartAsync();
        using var client = new HttpClient { BaseAddress = new(server.Urls.First()) };
        foreach (int connections in Connections)
            Row($"server, {connections} connections", await MeasureAsync(connections, seconds, () => PostAsync(client, picture)), library[Threads(connections)]);
        await server.StopAsync();
    }

    private static int Threads(int connections) => Math.Min(connections, Environment.ProcessorCount);

    private static async Task PostAsync(HttpClient client, byte[] picture)
    {
        using var content = new ByteArrayContent(picture);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        using var answer = await client.PostAsync(new Uri("/v1/analyze", UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Repeats an action, so many at a time; what ends in the first fifth is warming up and not counted.</summary>
    private static async Task<Result> MeasureAsync(int parallel, double seconds, Func<Task> action)
    {
        var clock = Stopwatch.StartNew();
        double from = seconds / 5, until = seconds * 1.2;
        var times = await Task.WhenAll(Enumerable.Range(0, parallel).Select(async _ =>
        {
            var own = new List<double>();
            while (clock.Elapsed.TotalSeconds is var began && began < until)
            {
                await action();
                double ended = clock.Elapsed.TotalSeconds;
                if (ended >= from && ended <= until)
                    own.Add(ended - began);
            }
            return own;
        }));
        double[] all = [.. times.SelectMany(own => own).Order()];
        return new(all.Length / seconds, all);
    }

    private static void Row(string name, Result result, double library) => Print(
        $"| {name} | {result.Rate:F1} | {result.Rate / library:P0} | {1000 * result.Percentile(0.50):F1} | {1000 * result.Percentile(0.95):F1} | {1000 * result.Percentile(0.99):F1} |");

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed record Result(double Rate, double[] Sorted)
    {
        public double Percentile(double share) => Sorted.Length == 0 ? double.NaN : Sorted[(int)(share * (Sorted.Length - 1))];
    }
}

using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using Mien.Server;

namespace Mien.Benchmarks;

/// <summary>A server under full load, photos and streams at once, and what it holds of memory at each minute.</summary>
internal static class ServerSoak
{
    private const int Width = 640, Height = 480, Connections = 8, Streams = 4;

    /// <summary>A stream ends and another begins after so many frames.</summary>
    private const int FramesOfStream = 500;

    public static async Task RunAsync(string photo, string detector, double minutes)
    {
        var folder = Directory.CreateTempSubdirectory("mien soak ");
        try
        {
            byte[] picture = FaceCrop.Resize(Image.Load(photo), Width, Height).Encode(".jpg");
            await using var server = MienServer.Build(new()
            {
                Urls = ["http://127.0.0.1:0"], Analyzer = new() { Detector = detector }, RequestsPerMinute = int.MaxValue, Store = Path.Combine(folder.FullName, "sessions.db"),
            });
            await server.StartAsync();
            var address = new Uri(server.Urls.First());
            using var client = new HttpClient { BaseAddress = address };
            using var end = new CancellationTokenSource(TimeSpan.FromMinutes(minutes));
            long photos = 0, frames = 0;
            var load = Enumerable.Range(0, Connections).Select(_ => RepeatAsync(() => PostAsync(client, picture), () => Interlocked.Increment(ref photos), end.Token))
                .Concat(Enumerable.Range(0, Streams).Select(number => RepeatAsync(() => StreamAsync(address, picture, number, () => Interlocked.Increment(ref frames), end.Token), () => { }, end.Token)))
                .ToList();
            Print($"{Connections} connections and {Streams} streams, {Width}x{Height}, {picture.Length / 1000} kB, detector {Path.GetFileName(detector)}, {Environment.ProcessorCount} processors");
            Print($"| minute | photos | frames | MiB |\n|---|---|---|---|");
            var clock = Stopwatch.StartNew();
            for (int minute = 1; minute <= Math.Ceiling(minutes); minute++)
            {
                await Task.WhenAny(Task.Delay(TimeSpan.FromMinutes(Math.Min(minute, minutes)) - clock.Elapsed), Task.WhenAll(load));
                Print($"| {clock.Elapsed.TotalMinutes:F1} | {Interlocked.Read(ref photos)} | {Interlocked.Read(ref frames)} | {ProcessMemory.Megabytes():F0} |");
            }
            await Task.WhenAll(load);
            await server.StopAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RepeatAsync(Func<Task> work, Action done, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await work();
            done();
        }
    }

    private static async Task PostAsync(HttpClient client, byte[] picture)
    {
        using var content = new ByteArrayContent(picture);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        using var answer = await client.PostAsync(new Uri("/v1/analyze", UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task StreamAsync(Uri address, byte[] picture, int number, Action read, CancellationToken end)
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mien.v1");
        await socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = "/v1/stream" }.Uri, CancellationToken.None);
        await SendAsync(System.Text.Encoding.UTF8.GetBytes($$"""{"type":"start","session":"soak {{number}}"}"""), WebSocketMessageType.Text);
        var message = new byte[12 + picture.Length];
        picture.CopyTo(message, 12);
        var buffer = new byte[1 << 16];
        await ReceiveAsync("ready");
        for (uint frame = 0; frame < FramesOfStream && !end.IsCancellationRequested; frame++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(message, frame);
            BinaryPrimitives.WriteDoubleBigEndian(message.AsSpan(4), frame / 15.0);
            await SendAsync(message, WebSocketMessageType.Binary);
            await ReceiveAsync("frame");
            read();
        }
        await SendAsync("""{"type":"stop"}"""u8.ToArray(), WebSocketMessageType.Text);
        await ReceiveAsync("summary");
        while ((await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
        {
        }
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

        async Task SendAsync(byte[] bytes, WebSocketMessageType type) => await socket.SendAsync(bytes, type, endOfMessage: true, CancellationToken.None);

        // Events come between the answers.
        async Task ReceiveAsync(string type)
        {
            while (true)
            {
                using var text = new MemoryStream();
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                    text.Write(buffer, 0, part.Count);
                }
                while (!part.EndOfMessage);
                using var json = System.Text.Json.JsonDocument.Parse(text.GetBuffer().AsMemory(0, (int)text.Length));
                string? actual = json.RootElement.GetProperty("type").GetString();
                if (actual == type)
                    return;
                if (actual != "event")
                    throw new InvalidOperationException($"The stream answered {json.RootElement}.");
            }
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

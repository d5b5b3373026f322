using System.Buffers.Binary;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Mien.Tests;

/// <summary>Requests that are nearly right, to all endpoints and the same for the same seed; says which made a server fail or hang.</summary>
/// <param name="client">Reaches the server, and has its address.</param>
/// <param name="seed">Chooses the requests.</param>
internal sealed class RequestFuzzer(HttpClient client, int seed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string[] Types =
        ["image/png", "image/jpeg", "application/octet-stream", "application/json", "multipart/form-data; boundary=b", "video/mp4", "text/plain", "application/json; charset=utf-16", "///", ""];

    private static readonly string[] Queries =
    [
        "", "", "", "", "?labels=ferplus", "?labels=%00", "?labels=%ff%fe", "?%F0%9F%98%80", "?labels[]=a&labels=b", "?label=anger", "?label=%00", "?format=csv", "?format=ndjson",
        "?format=%0d%0a", "?session=fuzz", "?session=..%2f", "?name=%E2%80%AE", "?name=a&name=b", "?&&&=",
    ];

    private static readonly string[] Methods = ["GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS", "PATCH", "X"];

    private static readonly string[] Paths =
    [
        "/v1/models", "/v1/models/mien-s", "/v1/models/mien-s/card", "/v1/models/haar/file", "/v1/sessions", "/v1/sessions/fuzz", "/v1/sessions/fuzz/readings", "/v1/sessions/fuzz/markers",
        "/v1/videos", "/v1/videos/0", "/v1/videos/0/readings", "/v1/videos/0/summary", "/v1/stream", "/v1/analyze", "/v1/explain", "/healthz", "/readyz", "/metrics", "/openapi/v1.json", "/reference", "/reference/v1", "/",
    ];

    private const string Begin = """{"name":"fuzz","labels":["happiness","neutral"],"source":"webcam","model":"m","retentionDays":1}""";

    private const string Marker = """{"time":1.5,"marker":"a"}""";

    private static readonly string[] Texts =
        ["""{"type":"start","source":"webcam","labels":null,"session":null}""", """{"type":"start","session":"fuzz stream","labels":"ferplus"}""", """{"type":"mark","marker":"a","time":0.5}""", """{"type":"stop"}"""];

    private readonly Random _random = new(seed);
    private readonly byte[][] _pictures = Pictures();
    private readonly byte[] _video = Video();
    private double _time;

    /// <summary>How many answers there were of each status; a stream counts as what it was closed with.</summary>
    public SortedDictionary<int, int> Answers { get; } = [];

    /// <summary>Sends a request and waits for all of its answer.</summary>
    /// <returns>What is wrong with the server; null if nothing.</returns>
    public async Task<string?> SendAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        string what = "nothing";
        try
        {
            int choice = _random.Next(10);
            return choice switch
            {
                0 => await StreamAsync(patience.Token),
                1 => await AskAsync(new(Pick(Methods)), what = Path(), null, "", patience.Token),
                2 => await AskAsync(HttpMethod.Post, what = "/v1/sessions", Encoding.UTF8.GetBytes(Begin), "application/json", patience.Token),
                3 => await AskAsync(HttpMethod.Post, what = "/v1/sessions/fuzz/readings", Readings(), "application/json", patience.Token),
                4 => await AskAsync(HttpMethod.Post, what = "/v1/sessions/fuzz/markers", Encoding.UTF8.GetBytes(Marker), "application/json", patience.Token),
                5 => await AskAsync(HttpMethod.Post, what = "/v1/videos", _video, "video/mp4", patience.Token),
                6 => await AskAsync(new(Pick(Methods)), what = Pick(Paths), Pick(_pictures), "application/octet-stream", patience.Token),
                _ => await PictureAsync(_random.Next(4) == 0 ? "/v1/explain" : "/v1/analyze", patience.Token),
            };
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return $"{what}: no answer within {Patience.TotalSeconds} s";
        }
    }

    private async Task<string?> PictureAsync(string path, CancellationToken cancellation)
    {
        int form = _random.Next(3);
        byte[] picture = Pick(_pictures), other = Pick(_pictures);
        byte[] body = form switch
        {
            0 => picture,
            1 => Encoding.UTF8.GetBytes($$"""{"pictures":[{"source":"a","data":"{{Convert.ToBase64String(picture)}}"},{"data":"{{Convert.ToBase64String(other)}}"}]}"""),
            _ => [.. "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n"u8, .. picture, .. "\r\n--b--\r\n"u8],
        };
        return await AskAsync(HttpMethod.Post, path, body, form switch { 0 => "application/octet-stream", 1 => "application/json", _ => "multipart/form-data; boundary=b" }, cancellation);
    }

    /// <summary>Sends a request with a body that is changed here and there, mostly as the type that fits, so that what lies behind it is reached.</summary>
    private async Task<string?> AskAsync(HttpMethod method, string path, byte[]? body, string type, CancellationToken cancellation)
    {
        string query = path.Contains('?', StringComparison.Ordinal) ? "" : Pick(Queries);
        using var request = new HttpRequestMessage(method, new Uri(path + query, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(_random.Next(5) == 0 ? body : Mutate(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", _random.Next(6) == 0 ? Pick(Types) : type);
        }
        using var answer = await client.SendAsync(request, cancellation);
        byte[] content = await answer.Content.ReadAsByteArrayAsync(cancellation);
        int status = (int)answer.StatusCode;
        Count(status);
        if (path == "/v1/videos" && status == 202)
            return await VideoAsync(answer.Headers.Location!.OriginalString, cancellation);
        return status < 500 ? null : $"{method} {path}{query} ({type}): {status} {Encoding.UTF8.GetString(content)}";
    }

    /// <summary>Waits for a video that was taken, asks for all of it and has it forgotten.</summary>
    private async Task<string?> VideoAsync(string address, CancellationToken cancellation)
    {
        string text = "";
        foreach (string path in (string[])["/readings", "/summary", ""])
        {
            using var answer = await client.GetAsync(new Uri(address + path, UriKind.Relative), cancellation);
            text = await answer.Content.ReadAsStringAsync(cancellation);
            if ((int)answer.StatusCode is not 200)
                return $"GET {address}{path}: {answer.StatusCode} {text}";
        }
        using var gone = await client.DeleteAsync(new Uri(address, UriKind.Relative), cancellation);
        return text.Contains("urn:mien:problem:internal", StringComparison.Ordinal) ? $"a video: {text}" : null;
    }

    private async Task<string?> StreamAsync(CancellationToken cancellation)
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mien.v1");
        await socket.ConnectAsync(new UriBuilder(client.BaseAddress!) { Scheme = "ws", Path = "/v1/stream" }.Uri, cancellation);
        var receiving = ReceiveAsync(socket, cancellation);
        try
        {
            if (_random.Next(5) > 0)
                await SendAsync(Encoding.UTF8.GetBytes(Texts[_random.Next(2)]), WebSocketMessageType.Text);
            for (int messages = _random.Next(6); messages > 0; messages--)
            {
                if (_random.Next(3) == 0)
                    await SendAsync(Change(Encoding.UTF8.GetBytes(Pick(Texts)), 3), _random.Next(6) == 0 ? WebSocketMessageType.Binary : WebSocketMessageType.Text);
                else
                    await SendAsync(Change(Frame(), 2), _random.Next(12) == 0 ? WebSocketMessageType.Text : WebSocketMessageType.Binary);
            }
            if (_random.Next(8) == 0)
                socket.Abort();
            else
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
        }
        catch (Exception error) when (IsClosed(error, cancellation))
        {
            // The server has closed already.
        }
        string? failure = await receiving;
        Count((int)(socket.CloseStatus ?? 0));
        return failure ?? (socket.CloseStatus == WebSocketCloseStatus.InternalServerError ? "a stream was closed as a failure of the server" : null);

        async Task SendAsync(byte[] message, WebSocketMessageType type) => await socket.SendAsync(message, type, endOfMessage: _random.Next(10) > 0, cancellation);

        byte[] Change(byte[] message, int often) => _random.Next(often) == 0 ? Mutate(message) : message;
    }

    private static async Task<string?> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellation)
    {
        using var text = new MemoryStream();
        var buffer = new byte[1 << 16];
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    if (socket.State == WebSocketState.CloseReceived)
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                    return null;
                }
                text.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage)
                    continue;
                string message = Encoding.UTF8.GetString(text.ToArray());
                text.SetLength(0);
                using var json = JsonDocument.Parse(message);
                if (message.Contains("urn:mien:problem:internal", StringComparison.Ordinal))
                    return $"a stream: {message}";
            }
        }
        catch (Exception error) when (IsClosed(error, cancellation))
        {
            // Cut off by this side.
            return null;
        }
    }

    /// <summary>Whether an error says that the connection is no more, for which .NET has several.</summary>
    private static bool IsClosed(Exception error, CancellationToken cancellation) =>
        error is WebSocketException or InvalidOperationException or IOException || (error is OperationCanceledException && !cancellation.IsCancellationRequested);

    private byte[] Frame()
    {
        var header = new byte[12];
        BinaryPrimitives.WriteInt32BigEndian(header, _random.Next());
        _time = _random.Next(10) == 0 ? BitConverter.Int64BitsToDouble(_random.NextInt64()) : Math.Abs(_time) < 1000 ? _time + _random.NextDouble() : 0;
        BinaryPrimitives.WriteDoubleBigEndian(header.AsSpan(4), _time);
        return [.. header, .. Pick(_pictures)];
    }

    private byte[] Readings()
    {
        double time = _random.Next(1_000_000);
        var frames = Enumerable.Range(0, _random.Next(4)).Select(i => string.Create(CultureInfo.InvariantCulture,
            $$$"""{"frame":{{{i}}},"time":{{{time + i}}},"width":640,"height":480,"faces":[{"track":1,"box":[1,2,30,40],"detection":0.9,"scores":{"happiness":0.75,"neutral":0.25},"smoothed":{"happiness":0.5,"neutral":0.5}}]}"""));
        return Encoding.UTF8.GetBytes($$"""{"frames":[{{string.Join(',', frames)}}],"events":[{"time":1,"event":"entered","track":1}]}""");
    }

    /// <summary>A path, mostly one that there is with some of it replaced.</summary>
    private string Path()
    {
        var path = new StringBuilder(Pick(Paths));
        for (int changes = _random.Next(3); changes > 0; changes--)
            path.Insert(_random.Next(1, path.Length + 1), _random.Next(4) switch { 0 => "/", 1 => "..%2f", _ => $"%{_random.Next(256):x2}" });
        // Two slashes at the beginning would be the name of another server.
        return "/" + path.ToString().TrimStart('/');
    }

    private byte[] Mutate(byte[] seed) => ByteMutator.Mutate(seed, _random);

    private T Pick<T>(T[] values) => values[_random.Next(values.Length)];

    private void Count(int status) => Answers[status] = Answers.GetValueOrDefault(status) + 1;

    private static Image Small()
    {
        var pixels = new byte[48 * 32 * 3];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i * 7);
        return Image.FromPixels(48, 32, PixelFormat.Rgb24, pixels);
    }

    private static byte[][] Pictures() => [.. ((string[])[".png", ".jpg", ".webp", ".bmp", ".tiff"]).Select(extension => Small().Encode(extension))];

    private static byte[] Video()
    {
        string path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"mien {Guid.NewGuid():N}.mp4");
        try
        {
            using (var writer = VideoWriter.Create(path, 48, 32, frameRate: 10))
            {
                for (int i = 0; i < 5; i++)
                    writer.Write(Small(), TimeSpan.FromSeconds(i / 10.0));
                writer.Finish();
            }
            return File.ReadAllBytes(path);
        }
        catch (MienException)
        {
            // Without FFmpeg what remains is that the server says so.
            return [0, 0, 0, 24, .. "ftypisom"u8];
        }
        finally
        {
            File.Delete(path);
        }
    }
}

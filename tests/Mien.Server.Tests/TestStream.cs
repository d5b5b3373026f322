using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Mien.Tests;

/// <summary>A client of <c>/v1/stream</c> that can do everything wrong.</summary>
internal sealed class TestStream : IDisposable
{
    private TestStream(ClientWebSocket socket) => Socket = socket;

    public ClientWebSocket Socket { get; }

    public static async Task<TestStream> OpenAsync(RunningServer server, params string[] protocols)
    {
        var socket = new ClientWebSocket();
        foreach (string protocol in protocols is [] ? ["mien.v1"] : protocols)
            socket.Options.AddSubProtocol(protocol);
        await socket.ConnectAsync(new UriBuilder(server.Client.BaseAddress!) { Scheme = "ws", Path = "/v1/stream" }.Uri, TestContext.Current.CancellationToken);
        return new(socket);
    }

    /// <summary>Opens and starts.</summary>
    public static async Task<TestStream> StartAsync(RunningServer server, string start = """{"type":"start","source":"webcam"}""")
    {
        var stream = await OpenAsync(server);
        await stream.SendAsync(start);
        Assert.Equal("ready", (await stream.ReceiveAsync()).GetProperty("type").GetString());
        return stream;
    }

    public Task SendAsync(string text) => Socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);

    public Task SendAsync(byte[] bytes) => Socket.SendAsync(bytes, WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);

    public Task SendAsync(uint id, double time, byte[] picture) => SendAsync(Frame(id, time, picture));

    public static byte[] Frame(uint id, double time, byte[] picture)
    {
        var message = new byte[12 + picture.Length];
        BinaryPrimitives.WriteUInt32BigEndian(message, id);
        BinaryPrimitives.WriteDoubleBigEndian(message.AsSpan(4), time);
        picture.CopyTo(message, 12);
        return message;
    }

    /// <summary>The next message; an empty object when the server closes.</summary>
    public async Task<JsonElement> ReceiveAsync()
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(30));
        using var message = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (true)
        {
            var part = await Socket.ReceiveAsync(buffer, timeout.Token);
            if (part.MessageType == WebSocketMessageType.Close)
                return JsonDocument.Parse("{}").RootElement;
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return JsonDocument.Parse(message.ToArray()).RootElement;
        }
    }

    /// <summary>The next message of a type; others on the way are taken.</summary>
    public async Task<JsonElement> ReceiveAsync(string type)
    {
        while (true)
        {
            var message = await ReceiveAsync();
            Assert.True(message.TryGetProperty("type", out var actual), $"closed with {Socket.CloseStatus} before a message of type {type}");
            if (actual.GetString() == type)
                return message;
        }
    }

    /// <summary>Checks that the server tells a problem and closes.</summary>
    public async Task EndsWithAsync(string problem, WebSocketCloseStatus status)
    {
        Assert.Equal($"urn:mien:problem:{problem}", (await ReceiveAsync("problem")).GetProperty("problem").GetProperty("type").GetString());
        await ClosesWithAsync(status);
    }

    public async Task ClosesWithAsync(WebSocketCloseStatus status)
    {
        while ((await ReceiveAsync()).TryGetProperty("type", out _))
        {
        }
        Assert.Equal(status, Socket.CloseStatus);
    }

    public void Dispose() => Socket.Dispose();
}

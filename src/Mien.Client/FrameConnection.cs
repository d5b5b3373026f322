using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;

namespace Mien.Client;

/// <summary>What a frame of a stream reads as.</summary>
/// <param name="Frame">The frame and its faces.</param>
/// <param name="Events">What happened since the frame before.</param>
public sealed record StreamedFrame(RecordedFrame Frame, IReadOnlyList<RecordedEvent> Events);

/// <summary>Frames that go to the server one after the other; it gives faces ids that stay, and smooths their scores over time.</summary>
/// <remarks>For one sender at a time; it need not wait for an answer before the next frame, but for a credit, which <see cref="ReadAsync"/> does.</remarks>
public sealed class FrameConnection : IAsyncDisposable
{
    private const int HeaderLength = sizeof(uint) + sizeof(double);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _credits = new(0), _turn = new(1), _sending = new(1);
    private readonly ConcurrentDictionary<long, TaskCompletionSource<StreamedFrame>> _waiting = new();
    private readonly TaskCompletionSource<Message> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Recording> _summary = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<RecordedEvent> _events = [];
    private Task _receiving = Task.CompletedTask;
    private uint _frames;

    private FrameConnection() { }

    /// <summary>The name of the model that reads.</summary>
    public string Model { get; private set; } = "";

    /// <summary>The labels that it tells apart.</summary>
    public IReadOnlyList<string> Labels { get; private set; } = [];

    /// <summary>Reads a frame, once the server has a hand free for it.</summary>
    /// <param name="picture">The bytes of its file: JPEG, PNG or WebP.</param>
    /// <param name="time">Its time from the start, later than that of the frame before.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="MienClientException">The server cannot read this frame, and the stream goes on; or it has ended the stream.</exception>
    public async Task<StreamedFrame> ReadAsync(ReadOnlyMemory<byte> picture, TimeSpan time, CancellationToken cancellation = default)
    {
        var answer = new TaskCompletionSource<StreamedFrame>(TaskCreationOptions.RunContinuationsAsynchronously);
        // One after the other, so that frames that wait for a credit go out in the order of the calls.
        await _turn.WaitAsync(cancellation);
        try
        {
            await _credits.WaitAsync(cancellation);
            uint id = ++_frames;
            _waiting[id] = answer;
            var message = new byte[HeaderLength + picture.Length];
            BinaryPrimitives.WriteUInt32BigEndian(message, id);
            BinaryPrimitives.WriteDoubleBigEndian(message.AsSpan(sizeof(uint)), time.TotalSeconds);
            picture.CopyTo(message.AsMemory(HeaderLength));
            await SendAsync(message, WebSocketMessageType.Binary, cancellation);
        }
        finally
        {
            _turn.Release();
        }
        if (_receiving.IsCompleted)
            Lose(null);
        return await answer.Task.WaitAsync(cancellation);
    }

    /// <summary>Sets a marker: a segment begins.</summary>
    /// <param name="marker">Its name.</param>
    /// <param name="time">When, before the frame of that time is sent.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task MarkAsync(string marker, TimeSpan time, CancellationToken cancellation = default) => SendAsync(new Command("mark", Marker: marker, Time: time.TotalSeconds), cancellation);

    /// <summary>Ends the stream.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="MienClientException">The server has ended the stream before.</exception>
    public async Task<Recording> StopAsync(CancellationToken cancellation = default)
    {
        await SendAsync(new Command("stop"), cancellation);
        return await _summary.Task.WaitAsync(cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _receiving;
        _socket.Dispose();
        _credits.Dispose();
        _sending.Dispose();
        _turn.Dispose();
    }

    internal static async Task<FrameConnection> OpenAsync(Uri address, string? authorization, Command start, CancellationToken cancellation)
    {
        var stream = new FrameConnection();
        try
        {
            stream._socket.Options.AddSubProtocol("mien.v1");
            if (authorization is not null)
                stream._socket.Options.SetRequestHeader("Authorization", authorization);
            await stream._socket.ConnectAsync(address, cancellation);
            stream._receiving = stream.ReceiveAsync();
            await stream.SendAsync(start, cancellation);
            var ready = await stream._ready.Task.WaitAsync(cancellation);
            (stream.Model, stream.Labels) = (ready.Model ?? "", ready.Labels ?? []);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private Task SendAsync(Command command, CancellationToken cancellation) =>
        SendAsync(JsonSerializer.SerializeToUtf8Bytes(command, ClientJson.Default.Command), WebSocketMessageType.Text, cancellation);

    private async Task SendAsync(byte[] message, WebSocketMessageType type, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation);
        try
        {
            await _socket.SendAsync(message, type, endOfMessage: true, cancellation);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReceiveAsync()
    {
        MienClientException? problem = null;
        try
        {
            using var text = new MemoryStream();
            var buffer = new byte[1 << 16];
            while (await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is var part && part.MessageType != WebSocketMessageType.Close)
            {
                text.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage)
                    continue;
                problem = Take(text.GetBuffer().AsMemory(0, (int)text.Length)) ?? problem;
                text.SetLength(0);
            }
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or JsonException or IOException)
        {
            // Those who wait are told that nothing more comes.
        }
        Lose(problem);
    }

    /// <summary>Takes a message.</summary>
    /// <returns>What is wrong with the stream, if it says so.</returns>
    private MienClientException? Take(ReadOnlyMemory<byte> text)
    {
        using var json = JsonDocument.Parse(text);
        var message = json.RootElement.Deserialize(ClientJson.Default.Message)!;
        MienClientException? problem = null;
        switch (message.Type)
        {
            case "ready":
                _ready.TrySetResult(message);
                break;
            case "event":
                _events.Add((RecordedEvent)MienClient.Line(json.RootElement));
                break;
            case "frame" when _waiting.TryRemove(message.Frame ?? -1, out var answer):
                answer.TrySetResult(new((RecordedFrame)MienClient.Line(json.RootElement), [.. _events]));
                _events.Clear();
                break;
            case "problem":
                problem = new(message.Problem?.Detail ?? "The server gave no reason.", 0, message.Problem?.Type ?? "about:blank", retryAfter: null);
                if (message.Frame is { } frame && _waiting.TryRemove(frame, out var refused))
                    (_, problem) = (refused.TrySetException(problem), null);
                break;
            case "summary":
                _summary.TrySetResult(json.RootElement.Deserialize(ClientJson.Default.Recording)!);
                break;
        }
        if (message.Credits is > 0 and var credits)
            _credits.Release(credits);
        return problem;
    }

    /// <summary>Tells all who wait that the stream has ended.</summary>
    private void Lose(MienClientException? problem)
    {
        problem ??= new("The stream has ended.", 0, "about:blank", retryAfter: null);
        _ready.TrySetException(problem);
        _summary.TrySetException(problem);
        foreach (long id in _waiting.Keys)
        {
            if (_waiting.TryRemove(id, out var waiting))
                waiting.TrySetException(problem);
        }
        // Nobody need ask for the two that nobody waited for.
        _ = (_ready.Task.Exception, _summary.Task.Exception);
    }

    internal sealed record Command(string Type, string? Source = null, string? Labels = null, string? Session = null, string? Marker = null, double? Time = null);

    internal sealed record Message(string Type, int? Credits = null, long? Frame = null, string? Model = null, IReadOnlyList<string>? Labels = null, MienClientException.Problem? Problem = null);
}

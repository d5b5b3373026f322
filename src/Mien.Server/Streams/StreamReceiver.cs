using System.Buffers;
using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using Mien.Server.Problems;

namespace Mien.Server.Streams;

/// <summary>Why a stream ends.</summary>
/// <param name="Status">What the WebSocket is closed with.</param>
/// <param name="Problem">What is wrong; null if nothing.</param>
internal sealed record StreamEnd(WebSocketCloseStatus Status, ProblemException? Problem = null);

/// <summary>Takes a client's messages and keeps it to the rules; what is to be done goes into a short queue, and the client waits where that is full.</summary>
internal sealed class StreamReceiver(WebSocket socket, ServerOptions options) : IDisposable
{
    /// <summary>How many frames may be under way: one that is read, and one that waits meanwhile.</summary>
    public const int Credits = 2;

    private const int QueueLength = Credits + 6, HeaderLength = sizeof(uint) + sizeof(double), UsualLength = 1 << 16, LongestText = 1 << 14;

    private readonly Channel<StreamItem> _items = Channel.CreateBounded<StreamItem>(QueueLength);
    private readonly CancellationTokenSource _gone = new();
    private Timer? _idle;
    private StreamEnd? _end;
    private int _credits;
    private bool _started;

    /// <summary>What is to be done, up to the end of the stream.</summary>
    public ChannelReader<StreamItem> Items => _items.Reader;

    /// <summary>Why the stream ended; once <see cref="Items"/> has ended.</summary>
    public StreamEnd Ending => _end!;

    /// <summary>Cancelled when nobody is there any more.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>Takes nothing more; what has come before is still to be done.</summary>
    public void End(StreamEnd end)
    {
        Interlocked.CompareExchange(ref _end, end, null);
        _items.Writer.TryComplete();
    }

    /// <summary>The client may send another frame.</summary>
    public void GiveCredit() => Interlocked.Increment(ref _credits);

    /// <summary>Receives until the client closes or is gone.</summary>
    public async Task RunAsync()
    {
        using var idle = new Timer(_ => End(new(WebSocketCloseStatus.PolicyViolation,
            Problem.RequestTimeout.Exception($"The stream was silent for {options.StreamTimeout.TotalSeconds:0.#} seconds."))), null, options.StreamTimeout, Timeout.InfiniteTimeSpan);
        _idle = idle;
        try
        {
            while (await ReceiveAsync())
            {
            }
            End(new(WebSocketCloseStatus.NormalClosure));
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            End(new(WebSocketCloseStatus.Empty));
            await _gone.CancelAsync();
        }
        finally
        {
            _idle = null;
        }
    }

    public void Dispose() => _gone.Dispose();

    /// <summary>Receives a message; false if the client closes.</summary>
    private async Task<bool> ReceiveAsync()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(UsualLength);
        bool kept = false;
        try
        {
            int length = 0;
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                    return false;
                length += part.Count;
                long most = part.MessageType == WebSocketMessageType.Text ? LongestText : options.MaximumRequestBytes;
                if (length > most)
                {
                    End(new(WebSocketCloseStatus.MessageTooBig, Problem.RequestTooLarge.Exception($"A message may have {most} bytes at most.")));
                    length = 0;
                }
                if (part.EndOfMessage)
                {
                    kept = _end is null && await TakeAsync(part.MessageType, buffer, length);
                    return true;
                }
                if (length == buffer.Length)
                    Enlarge(ref buffer);
            }
        }
        finally
        {
            if (!kept)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Enlarge(ref byte[] buffer)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(2 * buffer.Length);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    /// <summary>Takes a whole message.</summary>
    /// <returns>Whether the buffer is still in use.</returns>
    private async Task<bool> TakeAsync(WebSocketMessageType type, byte[] buffer, int length)
    {
        _idle?.Change(options.StreamTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            var item = type == WebSocketMessageType.Text ? Command(buffer.AsSpan(0, length)) : Frame(buffer, length);
            if (item is null)
                return false;
            await _items.Writer.WriteAsync(item, Gone);
            return item is StreamFrame;
        }
        catch (ProblemException problem)
        {
            End(new(problem.Problem == Problem.MalformedMessage ? WebSocketCloseStatus.InvalidMessageType : WebSocketCloseStatus.PolicyViolation, problem));
            return false;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }

    private StreamFrame Frame(byte[] buffer, int length)
    {
        if (!_started)
            throw Problem.NotStarted.Exception("Send {\"type\":\"start\"} as text before the first frame.");
        if (length < HeaderLength)
            throw Problem.MalformedMessage.Exception($"A frame begins with 4 bytes of its id and 8 of its time; this message has {length} bytes.");
        if (Interlocked.Decrement(ref _credits) < 0)
            throw Problem.NoCredit.Exception($"{Credits} frames may be under way; wait for an answer before the next one.");
        return new(BinaryPrimitives.ReadUInt32BigEndian(buffer), BinaryPrimitives.ReadDoubleBigEndian(buffer.AsSpan(sizeof(uint))), buffer, buffer.AsMemory(HeaderLength, length - HeaderLength));
    }

    /// <summary>What a text asks for; null if it ends the stream.</summary>
    private StreamItem? Command(ReadOnlySpan<byte> text)
    {
        var command = Parse(text);
        switch (command.Type)
        {
            case "start" when !_started:
                _started = true;
                _credits = Credits;
                return new StreamStart(command);
            case "mark" when _started:
                return new StreamMark(command);
            case "stop":
                End(new(WebSocketCloseStatus.NormalClosure));
                return null;
            default:
                throw Problem.MalformedMessage.Exception(_started ? "A text is to be of type mark or stop; frames are binary." : "The first text is to be of type start.");
        }
    }

    private static StreamCommand Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, ServerJson.Default.StreamCommand) ?? throw new JsonException("The text is null.");
        }
        catch (JsonException error)
        {
            throw Problem.MalformedMessage.Exception($"A text is to be a JSON object with a type; frames are binary. {error.Message}");
        }
    }
}

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mien.Tests.Video;

/// <summary>A camera that sends an MPEG transport stream over RTSP (RFC 2326, 2250), within the one TCP connection, to who has the password.</summary>
internal sealed class RtspServer : IDisposable
{
    private const int TransportPacket = 188;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _stream;
    private readonly string _login;

    public RtspServer(byte[] stream, string login)
    {
        _stream = stream;
        _login = "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(login));
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
                // A camera would go on; this one has no more to show.
                bool played = false;
                while (!played && await ReadRequestAsync(reader) is { } request)
                    played = await AnswerAsync(client.GetStream(), request);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or IOException or SocketException)
        {
        }
    }

    private static async Task<string[]?> ReadRequestAsync(StreamReader reader)
    {
        var lines = new List<string>();
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.Length == 0)
                return [.. lines];
            lines.Add(line);
        }
        return null;
    }

    private async Task<bool> AnswerAsync(Stream client, string[] request)
    {
        string sequence = request.First(line => line.StartsWith("CSeq", StringComparison.Ordinal));
        string verb = request[0].Split(' ')[0];
        if (verb != "OPTIONS" && !request.Contains("Authorization: " + _login))
        {
            await SendAsync(client, $"RTSP/1.0 401 Unauthorized\r\n{sequence}\r\nWWW-Authenticate: Basic realm=\"camera\"\r\n\r\n");
            return false;
        }
        const string description = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=live\r\nt=0 0\r\nm=video 0 RTP/AVP 33\r\na=control:track\r\n";
        await SendAsync(client, $"RTSP/1.0 200 OK\r\n{sequence}\r\n" + verb switch
        {
            "OPTIONS" => "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n\r\n",
            "DESCRIBE" => $"Content-Type: application/sdp\r\nContent-Length: {description.Length}\r\n\r\n{description}",
            "SETUP" => "Session: 1\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n",
            _ => "Session: 1\r\n\r\n",
        });
        if (verb == "PLAY")
            await PlayAsync(client);
        return verb == "PLAY";
    }

    private async Task PlayAsync(Stream client)
    {
        const int header = 12, together = 7 * TransportPacket;
        ushort number = 0;
        for (int at = 0; at < _stream.Length; at += together)
        {
            int length = Math.Min(together, _stream.Length - at);
            var packet = new byte[4 + header + length];
            packet[0] = (byte)'$';
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)(header + length));
            packet[4] = 0x80;
            packet[5] = 33;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), number++);
            _stream.AsSpan(at, length).CopyTo(packet.AsSpan(4 + header));
            await client.WriteAsync(packet, _stop.Token);
        }
    }

    private async Task SendAsync(Stream client, string text) => await client.WriteAsync(Encoding.ASCII.GetBytes(text), _stop.Token);
}

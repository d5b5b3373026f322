using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mien.Tests.Inference;

/// <summary>A web server of one file on this machine that misbehaves as told: it drops connections, ignores ranges, answers with errors.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _file;

    public FileServer(byte[] file)
    {
        _file = file;
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/a/model.onnx");

    /// <summary>Whether the server honours a request for the rest of the file.</summary>
    public bool KnowsRanges { get; init; } = true;

    /// <summary>Whether the server says how long its answer is.</summary>
    public bool TellsLength { get; init; } = true;

    /// <summary>After how many bytes each of the first connections breaks.</summary>
    public Queue<int> BreaksAfter { get; init; } = [];

    /// <summary>What the first requests are answered with instead of the file.</summary>
    public Queue<int> Statuses { get; init; } = [];

    /// <summary>The byte at which each request asked to start.</summary>
    public List<long> Requests { get; } = [];

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
                using var client = await _listener.AcceptSocketAsync(_stop.Token);
                await AnswerAsync(client);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
        {
        }
    }

    private async Task AnswerAsync(Socket client)
    {
        string request = await ReadHeadAsync(client);
        const string range = "Range: bytes=";
        string? line = request.Split("\r\n").FirstOrDefault(header => header.StartsWith(range, StringComparison.OrdinalIgnoreCase));
        int start = line is null ? 0 : int.Parse(line[range.Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
        Requests.Add(start);
        if (Statuses.TryDequeue(out int status))
        {
            await client.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Because\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            client.Shutdown(SocketShutdown.Both);
            return;
        }
        bool partial = line is not null && KnowsRanges;
        if (!partial)
            start = 0;
        string head = partial ? $"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {start}-{_file.Length - 1}/{_file.Length}\r\n" : "HTTP/1.1 200 OK\r\n";
        if (TellsLength)
            head += $"Content-Length: {_file.Length - start}\r\n";
        await client.SendAsync(Encoding.ASCII.GetBytes($"{head}Connection: close\r\n\r\n"));
        int length = _file.Length - start;
        bool breaks = BreaksAfter.TryDequeue(out int most);
        await client.SendAsync(_file.AsMemory(start, breaks ? Math.Min(most, length) : length));
        client.Shutdown(SocketShutdown.Both);
    }

    private static async Task<string> ReadHeadAsync(Socket client)
    {
        var text = new StringBuilder();
        var block = new byte[4096];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int count = await client.ReceiveAsync(block);
            if (count == 0)
                break;
            text.Append(Encoding.ASCII.GetString(block, 0, count));
        }
        return text.ToString();
    }
}

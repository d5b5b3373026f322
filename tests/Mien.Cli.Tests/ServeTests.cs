using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mien.Tests;

public sealed class ServeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SIGTERM_lets_a_request_in_flight_finish_and_ends_well()
    {
        var token = TestContext.Current.CancellationToken;
        using var server = CommandLine.Start("serve", "--urls", "http://127.0.0.1:0", "--detector", "haar");
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, (await CommandLine.ListeningAsync(server)).Port, token);
            var stream = client.GetStream();
            byte[] picture = File.ReadAllBytes(CommandLine.Sample);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/analyze HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nExpect: 100-continue\r\nContent-Length: {picture.Length}\r\n\r\n"), token);
            // "100 Continue" says that the endpoint has begun to read.
            var buffer = new byte[1000];
            Assert.StartsWith("HTTP/1.1 100", Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, token)), StringComparison.Ordinal);
            await stream.WriteAsync(picture.AsMemory(0, 1000), token);

            Assert.Equal(0, CommandLine.Kill(server.Id, CommandLine.Terminate));
            await RefusedAsync(((IPEndPoint)client.Client.RemoteEndPoint!).Port, token);
            Assert.False(server.HasExited);
            await stream.WriteAsync(picture.AsMemory(1000), token);
            using var reader = new StreamReader(stream);
            Assert.StartsWith("HTTP/1.1 200", await reader.ReadToEndAsync(token), StringComparison.Ordinal);
            await server.WaitForExitAsync(token);
            Assert.Equal(0, server.ExitCode);
        }
        finally
        {
            server.Kill();
        }
    }

    [Fact]
    public async Task A_second_start_on_a_used_port_says_so_in_one_line()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        string url = $"http://127.0.0.1:{((IPEndPoint)first.LocalEndpoint).Port}";
        var result = await CommandLine.Run("serve", "--urls", url, "--detector", "haar");
        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        string line = Assert.Single(result.ErrorLines);
        Assert.Contains(url, line, StringComparison.Ordinal);
        Assert.Contains("in use", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--urls", "nonsense", "nonsense")]
    [InlineData("--urls", "http://*:80000", "http://*:80000")]
    [InlineData("--urls", ";", "--urls")]
    [InlineData("--urls", "http://192.0.2.1:8080", "http://192.0.2.1:8080")]
    [InlineData("--max-request", "0", "--max-request")]
    [InlineData("--queue", "-1", "--queue")]
    [InlineData("--queue", "many", "--queue")]
    [InlineData("--model", "nonsense.onnx", "nonsense.onnx")]
    [InlineData("--labels", "nonsense", "nonsense")]
    public async Task A_wrong_option_is_named_without_a_stack_trace(string option, string value, string named)
    {
        string[] urls = option == "--urls" ? [] : ["--urls", "http://127.0.0.1:0"];
        var result = await CommandLine.Run(["serve", "--detector", "haar", "--no-auth", .. urls, option, value]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(named, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_go_to_the_collector_that_the_operator_names()
    {
        var token = TestContext.Current.CancellationToken;
        using var collector = new TcpListener(IPAddress.Loopback, 0);
        collector.Start();
        var start = CommandLine.StartInfo("serve", "--urls", "http://127.0.0.1:0");
        start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://{collector.LocalEndpoint}";
        start.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        start.Environment["OTEL_METRIC_EXPORT_INTERVAL"] = "200";
        using var server = Process.Start(start)!;
        try
        {
            using var client = await collector.AcceptTcpClientAsync(token);
            using var reader = new StreamReader(client.GetStream());
            Assert.Equal("POST /v1/metrics HTTP/1.1", await reader.ReadLineAsync(token));
        }
        finally
        {
            server.Kill();
        }
    }

    [Fact]
    public async Task An_address_that_is_none_of_a_collector_is_named()
    {
        var start = CommandLine.StartInfo("serve", "--urls", "http://127.0.0.1:0");
        start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "collector:4317";
        var result = await CommandLine.Run(null, start);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("OTEL_EXPORTER_OTLP_ENDPOINT=collector:4317", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_are_made_listed_and_revoked()
    {
        Environment.SetEnvironmentVariable("XDG_CONFIG_HOME", _folder.Path);
        try
        {
            var made = await CommandLine.Run("keys", "create", "--name", "camera 3");
            Assert.StartsWith("mien_", Assert.Single(made.Lines), StringComparison.Ordinal);
            var list = await CommandLine.Run("keys", "list");
            string row = Assert.Single(list.Lines, line => line.Contains("camera 3", StringComparison.Ordinal));
            Assert.DoesNotContain(made.Lines[0], list.Output, StringComparison.Ordinal);
            string id = row.Split('│', StringSplitOptions.TrimEntries)[1];
            Assert.Equal(0, (await CommandLine.Run("keys", "revoke", id)).ExitCode);
            Assert.DoesNotContain("camera 3", (await CommandLine.Run("keys", "list")).Output, StringComparison.Ordinal);
            var again = await CommandLine.Run("keys", "revoke", id);
            Assert.Equal(1, again.ExitCode);
            Assert.Contains(id, again.Error, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("XDG_CONFIG_HOME", null);
        }
    }

    /// <summary>Waits until the server takes no new connections.</summary>
    private static async Task RefusedAsync(int port, CancellationToken cancellation)
    {
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
            }
            catch (SocketException)
            {
                return;
            }
            await Task.Delay(20, cancellation);
        }
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mien.Tests;

public sealed class LimitTests
{
    [Fact]
    public async Task A_request_that_is_too_large_is_refused_with_and_without_its_length()
    {
        await using var server = await RunningServer.StartAsync(new() { MaximumRequestBytes = 1000 });
        using (var answer = await server.PostAsync(RunningServer.Sample, "image/png"))
            await RunningServer.ProblemAsync(answer, 413, "request-too-large");
        using (var answer = await server.PostAsync(("a.png", RunningServer.Sample)))
            await RunningServer.ProblemAsync(answer, 413, "request-too-large");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/analyze", UriKind.Relative)) { Content = RunningServer.Body(RunningServer.Sample, "image/png") };
        request.Headers.TransferEncodingChunked = true;
        using var chunked = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        await RunningServer.ProblemAsync(chunked, 413, "request-too-large");
    }

    [Fact]
    public async Task Limits_on_pictures_are_settings()
    {
        await using var server = await RunningServer.StartAsync(new() { MaximumPictures = 1, Pictures = new() { MaximumPixels = 1000 } });
        using (var answer = await server.PostAsync(("a.png", RunningServer.Sample), ("b.png", RunningServer.Sample)))
            await RunningServer.ProblemAsync(answer, 413, "too-many-pictures");
        using (var answer = await server.PostAsync(RunningServer.Sample, "image/png"))
            await RunningServer.ProblemAsync(answer, 413, "picture-too-large");
    }

    [Fact]
    public async Task A_client_that_asks_too_often_is_told_when_to_come_back()
    {
        await using var server = await RunningServer.StartAsync(new() { RequestsPerMinute = 3 });
        for (int i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/v1/models")).StatusCode);
        using var refused = await server.GetAsync("/v1/models");
        await RunningServer.ProblemAsync(refused, 429, "too-many-requests");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/healthz")).StatusCode);
    }

    [Fact]
    public async Task A_server_with_all_hands_full_says_so_and_takes_work_again()
    {
        await using var server = await RunningServer.StartAsync(new() { Concurrency = 1, Queue = 0 });
        var token = TestContext.Current.CancellationToken;
        // A request whose body has not come yet is in work; "100 Continue" says that it is.
        using var slow = new TcpClient();
        await slow.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port, token);
        var stream = slow.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/analyze HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: {RunningServer.Blank.Length}\r\n\r\n"), token);
        var buffer = new byte[1000];
        Assert.StartsWith("HTTP/1.1 100", Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, token)), StringComparison.Ordinal);
        using var answer = await server.PostAsync(RunningServer.Blank, "image/png");
        await RunningServer.ProblemAsync(answer, 503, "busy");
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);

        await stream.WriteAsync(RunningServer.Blank, token);
        using var reader = new StreamReader(stream);
        Assert.StartsWith("HTTP/1.1 200", await reader.ReadToEndAsync(token), StringComparison.Ordinal);
        using var next = await server.PostAsync(RunningServer.Blank, "image/png");
        await RunningServer.JsonAsync(next);
    }

    [Fact]
    public async Task A_failure_of_the_server_is_a_problem_that_tells_nothing_of_its_inside()
    {
        var folder = Directory.CreateTempSubdirectory("mien model ");
        try
        {
            string model = Path.Combine(folder.FullName, "model.onnx");
            File.Copy(ModelBox.Find(ModelBox.Default), model);
            await using var server = await RunningServer.StartAsync(new() { Analyzer = RunningServer.Haar with { Model = model } });
            File.Delete(model);
            using (var answer = await server.PostAsync(RunningServer.Blank, "image/png", "?labels=ferplus"))
                Assert.DoesNotContain(folder.Name, (await RunningServer.ProblemAsync(answer, 500, "internal")).ToString(), StringComparison.Ordinal);
            using (var next = await server.PostAsync(RunningServer.Blank, "image/png"))
                await RunningServer.JsonAsync(next);
            using var metrics = await server.GetAsync("/metrics");
            Assert.Contains("mien_requests_total{route=\"/v1/analyze\",status=\"500\"} 1\n", await metrics.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_request_whose_client_has_left_is_given_up()
    {
        const int Requests = 24;
        byte[] large = Image.FromPixels(5000, 4000, PixelFormat.Gray8, new byte[5000 * 4000]).Encode(".png");
        await using var server = await RunningServer.StartAsync(new() { Concurrency = 1 });
        using var left = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var requests = Enumerable.Range(0, Requests).Select(_ => server.Client.PostAsync(new Uri("/v1/analyze", UriKind.Relative), RunningServer.Body(large, "image/png"), left.Token)).ToList();
        // One is in work then, and others wait for their turn.
        while (await InFlightAsync(server) < 4)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        await left.CancelAsync();
        foreach (var request in requests)
            await Record.ExceptionAsync(() => request);
        while (await InFlightAsync(server) > 1)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        int answered = requests.Count(request => request.IsCompletedSuccessfully);
        using (var next = await server.PostAsync(large, "image/png"))
            await RunningServer.JsonAsync(next);

        string metrics = await MetricsAsync(server);
        Assert.InRange(Value(metrics, "mien_requests_total{route=\"/v1/analyze\",status=\"499\"}"), 1, Requests - answered);
        Assert.InRange(Value(metrics, "mien_pictures_total{}"), answered + 1, Requests - 1);
    }

    private static async Task<int> InFlightAsync(RunningServer server) => Value(await MetricsAsync(server), "mien_requests_in_flight{}");

    private static async Task<string> MetricsAsync(RunningServer server)
    {
        using var answer = await server.GetAsync("/metrics");
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static int Value(string metrics, string name) =>
        int.Parse(metrics.Split('\n').First(line => line.StartsWith($"{name} ", StringComparison.Ordinal))[(name.Length + 1)..], CultureInfo.InvariantCulture);
}

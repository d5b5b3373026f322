using System.Globalization;
using System.Net;

namespace Mien.Tests;

public sealed class SessionTests(DefaultServer running) : IClassFixture<DefaultServer>
{
    private const string Begin = """{"name":"NAME","labels":["happiness","neutral"],"source":"webcam","model":"mien-s"}""";

    private RunningServer Server => running.Server;

    [Fact]
    public async Task What_a_program_reads_is_stored_shown_exported_and_deleted()
    {
        using (var begun = await Server.SendJsonAsync("POST", "/v1/sessions", Named("Werbung A").Replace("\"model\"", "\"retentionDays\":30,\"model\"", StringComparison.Ordinal)))
        {
            Assert.Equal((HttpStatusCode.Created, "/v1/sessions/Werbung%20A"), (begun.StatusCode, begun.Headers.Location!.OriginalString));
            Assert.Equal(30, (await RunningServer.JsonAsync(begun)).GetProperty("retentionDays").GetDouble());
        }
        const string Path = "/v1/sessions/Werbung%20A";
        await NoContentAsync(Server.SendJsonAsync("POST", $"{Path}/readings", Readings(0, 10, 0.9, """{"time":0.05,"event":"entered","track":1}""")));
        // Before the readings that it follows, as a page sends it.
        await NoContentAsync(Server.SendJsonAsync("POST", $"{Path}/markers", """{"time":1.5,"marker":"product"}"""));
        await NoContentAsync(Server.SendJsonAsync("POST", $"{Path}/readings", Readings(10, 10, 0.9)));
        await NoContentAsync(Server.SendJsonAsync("POST", $"{Path}/readings", Readings(20, 10, 0.1)));
        await NoContentAsync(Server.SendJsonAsync("POST", $"{Path}/readings", """{"frames":[],"events":[{"time":2.9,"event":"left","track":1}]}"""));

        using (var list = await Server.GetAsync("/v1/sessions"))
        {
            var session = Assert.Single((await RunningServer.JsonAsync(list)).GetProperty("sessions").EnumerateArray(), session => session.GetProperty("name").GetString() == "Werbung A");
            Assert.Equal((30, 1, 2.9), (session.GetProperty("frames").GetInt64(), session.GetProperty("tracks").GetInt32(), session.GetProperty("seconds").GetDouble()));
            Assert.Equal("webcam", session.GetProperty("parts")[0].GetProperty("source").GetString());
        }
        using (var answer = await Server.GetAsync(Path))
        {
            var shown = await RunningServer.JsonAsync(answer);
            Assert.Equal((1.5, "product"), (shown.GetProperty("markers")[0].GetProperty("time").GetDouble(), shown.GetProperty("markers")[0].GetProperty("marker").GetString()));
            var whole = shown.GetProperty("summary").GetProperty("whole");
            Assert.Equal(2 / 2.9, whole.GetProperty("everyone").GetProperty("shares").GetProperty("happiness").GetDouble(), 0.01);
            Assert.True(whole.GetProperty("everyone").GetProperty("valence").GetDouble() > 0 && whole.GetProperty("everyone").GetProperty("arousal").GetDouble() > 0);
            var segments = shown.GetProperty("summary").GetProperty("segments");
            Assert.Equal([null, "product"], segments.EnumerateArray().Select(segment => segment.TryGetProperty("marker", out var marker) ? marker.GetString() : null));
            Assert.Equal(1, segments[0].GetProperty("everyone").GetProperty("shares").GetProperty("happiness").GetDouble(), 0.001);
            var timeline = shown.GetProperty("timeline");
            Assert.Equal(0.9, timeline[1].GetProperty("scores").GetProperty("happiness").GetDouble(), 0.01);
            Assert.Equal(0.1, timeline[timeline.GetArrayLength() - 1].GetProperty("scores").GetProperty("happiness").GetDouble(), 0.01);
        }
        string[] lines = (await TextAsync($"{Path}/readings?format=ndjson")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((30, 3), (lines.Count(line => line.Contains("\"frame\"", StringComparison.Ordinal)), lines.Count(line => line.Contains("\"event\"", StringComparison.Ordinal))));
        Assert.True(Array.FindIndex(lines, line => line.Contains("product", StringComparison.Ordinal)) < Array.FindIndex(lines, line => line.Contains("\"time\":1.6", StringComparison.Ordinal)));
        string[] rows = (await TextAsync($"{Path}/readings?format=csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(31, rows.Length);
        Assert.StartsWith("source,frame,time,track", rows[0], StringComparison.Ordinal);

        await NoContentAsync(Server.SendAsync("DELETE", Path));
        using var gone = await Server.GetAsync(Path);
        await RunningServer.ProblemAsync(gone, 404, "unknown-session");
        using var closed = await Server.SendJsonAsync("POST", $"{Path}/readings", Readings(30, 1, 0.5));
        await RunningServer.ProblemAsync(closed, 404, "unknown-session");
    }

    [Fact]
    public async Task A_session_that_was_stored_outlives_its_server_and_is_continued()
    {
        var folder = Directory.CreateTempSubdirectory("mien sessions ");
        try
        {
            string store = Path.Combine(folder.FullName, "sessions.db");
            await using (var first = await RunningServer.StartAsync(new() { Store = store }))
            {
                (await first.SendJsonAsync("POST", "/v1/sessions", Named("a"))).Dispose();
                await NoContentAsync(first.SendJsonAsync("POST", "/v1/sessions/a/readings", Readings(0, 10, 0.9)));
                // What a crash would leave: nothing was closed yet.
                using var copy = SessionStore.Open(store, create: false);
                Assert.Equal(10, copy.Get("a").Frames);
            }
            await using var second = await RunningServer.StartAsync(new() { Store = store });
            using (var refused = await second.SendJsonAsync("POST", "/v1/sessions/a/readings", Readings(10, 1, 0.9)))
                await RunningServer.ProblemAsync(refused, 409, "session-not-open");
            (await second.SendJsonAsync("POST", "/v1/sessions", Named("a"))).Dispose();
            await NoContentAsync(second.SendJsonAsync("POST", "/v1/sessions/a/readings", Readings(0, 10, 0.9)));
            using var answer = await second.GetAsync("/v1/sessions/a");
            var shown = await RunningServer.JsonAsync(answer);
            Assert.Equal((20, 2, 2, 1.8), (shown.GetProperty("frames").GetInt32(), shown.GetProperty("tracks").GetInt32(), shown.GetProperty("parts").GetArrayLength(), shown.GetProperty("seconds").GetDouble()));

            // Another run of Mien takes it over.
            using (SessionRecorder.Start(new() { Name = "a", Source = "camera", Model = "m", Labels = ["happiness", "neutral"] }, store))
            {
                using var taken = await second.SendJsonAsync("POST", "/v1/sessions/a/readings", Readings(10, 1, 0.9));
                await RunningServer.ProblemAsync(taken, 409, "session-not-open");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Without_a_store_there_are_no_sessions_and_none_is_made()
    {
        var folder = Directory.CreateTempSubdirectory("mien sessions ");
        string store = Path.Combine(folder.FullName, "sessions.db");
        await using var server = await RunningServer.StartAsync(new() { Store = store });
        using (var list = await server.GetAsync("/v1/sessions"))
            Assert.Equal(0, (await RunningServer.JsonAsync(list)).GetProperty("sessions").GetArrayLength());
        foreach (var (method, path) in ((string, string)[])[("GET", "/v1/sessions/a"), ("GET", "/v1/sessions/a/readings"), ("DELETE", "/v1/sessions/a")])
        {
            using var answer = await server.SendAsync(method, path);
            await RunningServer.ProblemAsync(answer, 404, "unknown-session");
        }
        Assert.False(File.Exists(store));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_store_that_cannot_be_used_is_a_problem_that_does_not_tell_where_it_is()
    {
        var folder = Directory.CreateTempSubdirectory("mien sessions ");
        string store = Path.Combine(folder.FullName, "sessions.db");
        File.WriteAllText(store, new string('x', 5000));
        await using var server = await RunningServer.StartAsync(new() { Store = store });
        foreach (var (method, path, body) in ((string, string, string?)[])[("GET", "/v1/sessions", null), ("GET", "/v1/sessions/a", null), ("POST", "/v1/sessions", Named("a"))])
        {
            using var answer = body is null ? await server.SendAsync(method, path) : await server.SendJsonAsync(method, path, body);
            Assert.DoesNotContain(folder.Name, (await RunningServer.ProblemAsync(answer, 503, "store-failed")).ToString(), StringComparison.Ordinal);
        }
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("""{"name":"","labels":["a","b"],"source":"s","model":"m"}""", "bad-value")]
    [InlineData("""{"name":"..","labels":["a","b"],"source":"s","model":"m"}""", "bad-value")]
    [InlineData("""{"name":"a/b","labels":["a","b"],"source":"s","model":"m"}""", "bad-value")]
    [InlineData("""{"name":"a\u0000b","labels":["a","b"],"source":"s","model":"m"}""", "bad-value")]
    [InlineData("""{"name":"a","labels":["a"],"source":"s","model":"m"}""", "bad-value")]
    [InlineData("""{"name":"a","labels":["a","a"],"source":"s","model":"m"}""", "bad-value")]
    [InlineData("""{"name":"a","labels":["a",null],"source":"s","model":"m"}""", "bad-value")]
    [InlineData("""{"name":"a","labels":["a","b"],"source":"s","model":"m","retentionDays":0}""", "bad-value")]
    [InlineData("""{"name":"a","labels":["a","b"],"source":"s","model":"m","retentionDays":1e99}""", "bad-value")]
    [InlineData("""{"name":"a","labels":["a","b"],"source":"s"}""", "malformed-json")]
    [InlineData("""{"name":null,"labels":["a","b"],"source":"s","model":"m"}""", "malformed-json")]
    [InlineData("""{"name":"a","labels":"a","source":"s","model":"m"}""", "malformed-json")]
    [InlineData("null", "malformed-json")]
    [InlineData("{", "malformed-json")]
    public async Task A_bad_session_gets_its_problem(string json, string problem)
    {
        using var answer = await Server.SendJsonAsync("POST", "/v1/sessions", json);
        await RunningServer.ProblemAsync(answer, 400, problem);
    }

    [Theory]
    [InlineData("\"time\":-1", "bad-value")]
    [InlineData("\"time\":1e300", "bad-value")]
    [InlineData("\"time\":1e999", "bad-value")]
    [InlineData("\"time\":\"1\"", "malformed-json")]
    [InlineData("\"width\":0", "bad-value")]
    [InlineData("\"width\":99999999", "bad-value")]
    [InlineData("\"frame\":-1", "bad-value")]
    [InlineData("\"track\":0", "bad-value")]
    [InlineData("\"track\":2147483647", "bad-value")]
    [InlineData("\"box\":[1,2,3]", "bad-value")]
    [InlineData("\"box\":[1,2,0,4]", "bad-value")]
    [InlineData("\"box\":[1e39,2,3,4]", "bad-value")]
    [InlineData("\"detection\":1.5", "bad-value")]
    [InlineData("\"scores\":{\"happiness\":1}", "bad-value")]
    [InlineData("\"scores\":{\"happiness\":0.5,\"neutral\":0.9}", "bad-value")]
    [InlineData("\"scores\":{\"happiness\":0.5,\"neutral\":0.5,\"x\":0}", "bad-value")]
    [InlineData("\"smoothed\":{\"happiness\":-1,\"neutral\":2}", "bad-value")]
    [InlineData("\"smoothed\":null", "malformed-json")]
    [InlineData("\"event\":\"alert\"", "bad-value")]
    [InlineData("\"faces\":[null]", "bad-value")]
    public async Task Bad_readings_get_their_problem_and_are_not_stored(string value, string problem)
    {
        string name = $"bad {Guid.NewGuid():N}";
        (await Server.SendJsonAsync("POST", "/v1/sessions", Named(name))).Dispose();
        string field = value[..value.IndexOf(':', StringComparison.Ordinal)];
        string good = Readings(0, 2, 0.5, """{"time":0.05,"event":"entered","track":1}""");
        int at = good.IndexOf($"{field}:", StringComparison.Ordinal) + field.Length + 1;
        int end = field == "\"faces\"" ? good.IndexOf(']', good.IndexOf("}}", StringComparison.Ordinal)) + 1 : good[at] switch { '[' => good.IndexOf(']', at) + 1, '{' => good.IndexOf('}', at) + 1, _ => good.IndexOfAny([',', '}'], at) };
        using (var answer = await Server.SendJsonAsync("POST", $"/v1/sessions/{name}/readings", good[..at] + value[(field.Length + 1)..] + good[end..]))
            await RunningServer.ProblemAsync(answer, 400, problem);
        using var shown = await Server.GetAsync($"/v1/sessions/{name}");
        Assert.Equal(0, (await RunningServer.JsonAsync(shown)).GetProperty("frames").GetInt32());
        await NoContentAsync(Server.SendJsonAsync("POST", $"/v1/sessions/{name}/readings", good));
    }

    [Fact]
    public async Task Frames_come_in_order_and_labels_do_not_change()
    {
        (await Server.SendJsonAsync("POST", "/v1/sessions", Named("order"))).Dispose();
        await NoContentAsync(Server.SendJsonAsync("POST", "/v1/sessions/order/readings", Readings(5, 2, 0.5)));
        using (var answer = await Server.SendJsonAsync("POST", "/v1/sessions/order/readings", Readings(6, 2, 0.5)))
            await RunningServer.ProblemAsync(answer, 400, "bad-value");
        using (var answer = await Server.SendJsonAsync("POST", "/v1/sessions", Named("order").Replace("neutral", "anger", StringComparison.Ordinal)))
            await RunningServer.ProblemAsync(answer, 409, "other-labels");
        using (var answer = await Server.SendJsonAsync("POST", "/v1/sessions/order/markers", """{"time":-1,"marker":"a"}"""))
            await RunningServer.ProblemAsync(answer, 400, "bad-value");
        using (var answer = await Server.SendJsonAsync("POST", "/v1/sessions/order/markers", """{"time":1,"marker":""}"""))
            await RunningServer.ProblemAsync(answer, 400, "bad-value");
        using (var answer = await Server.GetAsync("/v1/sessions/order/readings?format=xml"))
            await RunningServer.ProblemAsync(answer, 400, "bad-value");
        using (var answer = await Server.SendAsync("POST", "/v1/sessions", "a"u8.ToArray(), "text/plain"))
            await RunningServer.ProblemAsync(answer, 415, "unsupported-content-type");
        using (var answer = await Server.SendJsonAsync("POST", "/v1/sessions/nonsense/markers", """{"time":1,"marker":"a"}"""))
            await RunningServer.ProblemAsync(answer, 404, "unknown-session");
    }

    [Fact]
    public async Task Many_requests_at_once_store_all_that_they_bring()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            (await Server.SendJsonAsync("POST", "/v1/sessions", Named($"many {i}"))).Dispose();
            for (int batch = 0; batch < 3; batch++)
                await NoContentAsync(Server.SendJsonAsync("POST", $"/v1/sessions/many {i}/readings", Readings(10 * batch, 10, 0.5)));
        }));
        using var list = await Server.GetAsync("/v1/sessions");
        var sessions = (await RunningServer.JsonAsync(list)).GetProperty("sessions").EnumerateArray().Where(session => session.GetProperty("name").GetString()!.StartsWith("many ", StringComparison.Ordinal)).ToList();
        Assert.Equal(8, sessions.Count);
        Assert.All(sessions, session => Assert.Equal(30, session.GetProperty("frames").GetInt32()));
    }

    private static string Named(string name) => Begin.Replace("NAME", name, StringComparison.Ordinal);

    /// <summary>Frames of a tenth of a second with one face.</summary>
    private static string Readings(int first, int count, double happiness, string events = "")
    {
        string scores = string.Create(CultureInfo.InvariantCulture, $$"""{"happiness":{{happiness}},"neutral":{{1 - happiness}}}""");
        var frames = Enumerable.Range(first, count).Select(i => string.Create(CultureInfo.InvariantCulture,
            $$"""{"frame":{{i}},"time":{{i / 10.0}},"width":640,"height":480,"faces":[{"track":1,"label":"ignored","box":[10,20,100,120],"detection":0.9,"scores":{{scores}},"smoothed":{{scores}}}]}"""));
        return $$"""{"frames":[{{string.Join(',', frames)}}],"events":[{{events}}]}""";
    }

    private static async Task NoContentAsync(Task<HttpResponseMessage> request)
    {
        using var answer = await request;
        Assert.True(answer.StatusCode == HttpStatusCode.NoContent, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
    }

    private async Task<string> TextAsync(string path)
    {
        using var answer = await Server.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}

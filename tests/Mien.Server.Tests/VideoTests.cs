using System.Net;
using System.Text;
using System.Text.Json;
using Mien.Output;

namespace Mien.Tests;

public sealed class VideoTests(DefaultServer running) : IClassFixture<DefaultServer>
{
    private RunningServer Server => running.Server;

    [Fact]
    public async Task A_video_reads_as_the_library_reads_it()
    {
        string path = SharedData.Require("data", "media", "head_turning.mp4");
        using var expected = new MemoryStream();
        using (var analyzer = EmotionAnalyzer.Create(RunningServer.Haar))
        using (var source = FrameSource.Open(path, cancellation: TestContext.Current.CancellationToken))
        using (var json = new VideoJson(expected, "Größe.mp4"))
            await new VideoWatch(source, new VideoAnalyzer(analyzer), [json]).RunAsync(TestContext.Current.CancellationToken);

        string id = await SendAsync(Server, File.ReadAllBytes(path), "?name=Gr%C3%B6%C3%9Fe.mp4");
        // Followed from the beginning to the end.
        using var readings = await Server.GetAsync($"/v1/videos/{id}/readings");
        Assert.Equal("application/x-ndjson", readings.Content.Headers.ContentType!.MediaType);
        Assert.Equal(Encoding.UTF8.GetString(expected.ToArray()), await readings.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var job = await EndAsync(Server, id);
        Assert.Equal(("done", "Größe.mp4", 1), (job.GetProperty("status").GetString(), job.GetProperty("source").GetString(), job.GetProperty("progress").GetInt32()));
        Assert.False(job.TryGetProperty("message", out _));
        using var summary = await Server.GetAsync($"/v1/videos/{id}/summary");
        Assert.NotEmpty((await RunningServer.JsonAsync(summary)).GetProperty("summary").GetProperty("whole").GetProperty("people").EnumerateArray());
    }

    [Fact]
    public async Task A_video_is_listed_stored_as_a_session_and_forgotten()
    {
        string id;
        using (var form = new MultipartFormDataContent { { new ByteArrayContent(Video()), "file", "talk.mp4" } })
        using (var answer = await Server.Client.PostAsync(new Uri("/v1/videos?session=talk", UriKind.Relative), form, TestContext.Current.CancellationToken))
        {
            id = (await RunningServer.JsonAsync(answer)).GetProperty("id").GetString()!;
            Assert.Equal((HttpStatusCode.Accepted, $"/v1/videos/{id}"), (answer.StatusCode, answer.Headers.Location!.OriginalString));
        }
        var job = await EndAsync(Server, id);
        Assert.Equal(("done", 12, "talk.mp4"), (job.GetProperty("status").GetString(), job.GetProperty("frames").GetInt32(), job.GetProperty("source").GetString()));
        using (var list = await Server.GetAsync("/v1/videos"))
            Assert.Contains((await RunningServer.JsonAsync(list)).GetProperty("videos").EnumerateArray(), job => job.GetProperty("id").GetString() == id);
        using (var session = await Server.GetAsync("/v1/sessions/talk"))
            Assert.Equal(12, (await RunningServer.JsonAsync(session)).GetProperty("frames").GetInt32());

        Assert.Equal(HttpStatusCode.NoContent, (await Server.SendAsync("DELETE", $"/v1/videos/{id}")).StatusCode);
        foreach (string path in (string[])["", "/readings", "/summary"])
        {
            using var gone = await Server.GetAsync($"/v1/videos/{id}{path}");
            await RunningServer.ProblemAsync(gone, 404, "unknown-video");
        }
        using var twice = await Server.SendAsync("DELETE", $"/v1/videos/{id}");
        await RunningServer.ProblemAsync(twice, 404, "unknown-video");
    }

    [Fact]
    public async Task Of_a_video_that_is_cut_off_what_there_is_is_read()
    {
        byte[] video = Video(30);
        var job = await EndAsync(Server, await SendAsync(Server, video[..(video.Length * 4 / 5)], "?name=cut.mp4"));
        Assert.Equal("done", job.GetProperty("status").GetString());
        Assert.InRange(job.GetProperty("frames").GetInt32(), 1, 29);
    }

    [Fact]
    public async Task A_video_of_which_nothing_can_be_read_says_why_and_not_where_it_lies()
    {
        // Its index is at the end, and gone.
        byte[] whole = File.ReadAllBytes(SharedData.Require("data", "media", "face_noface.mov"));
        var problem = (await EndAsync(Server, await SendAsync(Server, whole[..(whole.Length / 2)], "?name=cut.mov"))).GetProperty("problem");
        Assert.Equal("urn:mien:problem:unreadable-video", problem.GetProperty("type").GetString());
        Assert.StartsWith("cut.mov: ", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("mien-videos-", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_certainly_no_video_is_refused_at_once()
    {
        byte[] video = Video();
        foreach (var (body, type, query, status, problem) in ((byte[], string?, string, int, string)[])[
            ([], "video/mp4", "", 400, "no-video"),
            ("hello"u8.ToArray(), "video/mp4", "", 422, "unreadable-video"),
            ("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n"u8.ToArray(), "application/octet-stream", "", 422, "unreadable-video"),
            (RunningServer.Sample, "video/mp4", "", 422, "unreadable-video"),
            (video, "application/json", "", 415, "unsupported-content-type"),
            (video, null, "", 415, "unsupported-content-type"),
            (video, "multipart/form-data", "", 400, "malformed-multipart"),
            ("--b--\r\n"u8.ToArray(), "multipart/form-data; boundary=b", "", 400, "malformed-multipart"),
            (video, "video/mp4", "?session=..", 400, "bad-value"),
            (video, "video/mp4", "?name=", 400, "bad-value"),
            (video, "video/mp4", "?nmae=a", 400, "unknown-parameter")])
        {
            using var answer = await Server.SendAsync("POST", $"/v1/videos{query}", body, type);
            await RunningServer.ProblemAsync(answer, status, problem);
        }
    }

    [Theory]
    // A byte that no text has hides them from the first look, but not from FFmpeg's.
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nFILE\n\u0001")]
    [InlineData("ffconcat version 1.0\nfile 'FILE'\n\u0001")]
    public async Task A_playlist_in_disguise_opens_no_other_file(string playlist)
    {
        string other = SharedData.Require("data", "media", "head_turning.mp4");
        var job = await EndAsync(Server, await SendAsync(Server, Encoding.UTF8.GetBytes(playlist.Replace("FILE", other, StringComparison.Ordinal)), ""));
        Assert.Equal("urn:mien:problem:unreadable-video", job.GetProperty("problem").GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("01-video-width-heap-overflow", "rotated360.mp4", 10)]
    [InlineData("01-video-width-heap-overflow", "small24.mp4", 50)]
    [InlineData("04-short-and-sparse-video", "still.gif", 1)]
    [InlineData("04-short-and-sparse-video", "every-2.5-s.mp4", 8)]
    [InlineData("12-audio-only-video", "audio-only.mp4", 0)]
    [InlineData("16-video-without-class", "crash_video_8k.mpg", 2)]
    [InlineData("16-video-without-class", "kill2_127_v.mpg", 17)]
    public async Task A_video_that_once_ended_the_server_is_read_or_named(string folder, string name, int frames)
    {
        byte[] video = File.ReadAllBytes(SharedData.Require("cases", folder, name));
        var job = await EndAsync(Server, await SendAsync(Server, video, $"?name={name}"));
        if (frames > 0)
            Assert.Equal(("done", frames), (job.GetProperty("status").GetString(), job.GetProperty("frames").GetInt32()));
        else
            Assert.Equal($"{name}: it holds sound alone, no video.", job.GetProperty("problem").GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Limits_on_videos_are_settings()
    {
        byte[] video = Video();
        await using (var server = await RunningServer.StartAsync(new() { MaximumVideoBytes = 1000, MaximumRequestBytes = 100 }))
        {
            using var answer = await server.SendAsync("POST", "/v1/videos", video, "video/mp4");
            await RunningServer.ProblemAsync(answer, 413, "request-too-large");
        }
        await using (var server = await RunningServer.StartAsync(new() { MaximumVideoDuration = TimeSpan.FromSeconds(0.5) }))
        {
            var job = await EndAsync(server, await SendAsync(server, video, ""));
            Assert.Equal("urn:mien:problem:video-too-long", job.GetProperty("problem").GetProperty("type").GetString());
            // One that does not say how long it is, because its end was never written, is read up to the limit.
            job = await EndAsync(server, await SendAsync(server, Video(150, extension: ".mkv", finish: false), ""));
            Assert.InRange(job.GetProperty("frames").GetInt32(), 5, 12);
            Assert.Contains("limit", job.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
        await using (var server = await RunningServer.StartAsync(new() { Pictures = new() { MaximumPixels = 10_000 } }))
        {
            var job = await EndAsync(server, await SendAsync(server, video, ""));
            Assert.Equal("urn:mien:problem:unreadable-video", job.GetProperty("problem").GetProperty("type").GetString());
            Assert.Contains("max pixel count 10000", job.GetProperty("problem").GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
        // Larger than a request may be otherwise: the video's own limit counts.
        await using (var server = await RunningServer.StartAsync(new() { MaximumRequestBytes = 100, MaximumVideos = 2 }))
        {
            var ids = new List<string>();
            for (int i = 0; i < 3; i++)
            {
                ids.Add(await SendAsync(server, video, ""));
                await EndAsync(server, ids[i]);
            }
            using var list = await server.GetAsync("/v1/videos");
            Assert.Equal(ids[1..], (await RunningServer.JsonAsync(list)).GetProperty("videos").EnumerateArray().Select(job => job.GetProperty("id").GetString()!));
        }
    }

    [Fact]
    public async Task A_video_can_be_cancelled_and_the_next_one_has_its_turn()
    {
        byte[] video = Video(150, width: 960);
        await using var server = await RunningServer.StartAsync(new() { MaximumVideos = 2 });
        string first = await SendAsync(server, video, ""), second = await SendAsync(server, Video(), "");
        using (var busy = await server.SendAsync("POST", "/v1/videos", video, "video/mp4"))
            await RunningServer.ProblemAsync(busy, 503, "busy");
        while ((await AskAsync(server, first)).GetProperty("frames").GetInt32() == 0)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal("queued", (await AskAsync(server, second)).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("DELETE", $"/v1/videos/{first}")).StatusCode);
        Assert.Equal("done", (await EndAsync(server, second)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Uploads_lie_in_a_private_folder_that_goes_with_the_server_or_with_the_next_one()
    {
        string left = Directory.CreateTempSubdirectory("mien-videos-").FullName;
        File.WriteAllText(Path.Combine(left, "lock"), "");
        File.WriteAllText(Path.Combine(left, "a.video"), "left by a crash");
        string own;
        await using (var server = await RunningServer.StartAsync())
        {
            Assert.False(Directory.Exists(left));
            // Other tests have servers too: ours is the one in which the upload appears.
            string id = await SendAsync(server, Video(150, width: 960), "");
            own = Directory.GetDirectories(Path.GetTempPath(), "mien-videos-*").Single(folder => File.Exists(Path.Combine(folder, $"{id}.video")));
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(own));
            await using (var second = await RunningServer.StartAsync())
                Assert.True(Directory.Exists(own));
            Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("DELETE", $"/v1/videos/{id}")).StatusCode);
            for (int i = 0; i < 200 && Directory.GetFiles(own, $"{id}.*").Length > 0; i++)
                await Task.Delay(20, TestContext.Current.CancellationToken);
            Assert.Empty(Directory.GetFiles(own, $"{id}.*"));
            // One that is still read does not keep the server from stopping.
            await SendAsync(server, Video(150, width: 960), "");
            await server.App.StopAsync(TestContext.Current.CancellationToken);
        }
        Assert.False(Directory.Exists(own));
    }

    /// <summary>Frames of the sample, a tenth of a second each.</summary>
    private static byte[] Video(int frames = 12, int width = 240, string extension = ".mp4", bool finish = true)
    {
        string path = Path.Combine(Path.GetTempPath(), $"mien {Guid.NewGuid():N}{extension}");
        try
        {
            var picture = FaceCrop.Resize(Image.Load(RunningServer.SamplePath), width, width / 5);
            using (var writer = VideoWriter.Create(path, picture.Width, picture.Height, frameRate: 10))
            {
                for (int i = 0; i < frames; i++)
                    writer.Write(picture, TimeSpan.FromSeconds(i / 10.0));
                if (finish)
                    writer.Finish();
            }
            return File.ReadAllBytes(path);
        }
        catch (MienException error)
        {
            Assert.Skip(error.Message);
            throw;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<string> SendAsync(RunningServer server, byte[] video, string query)
    {
        using var answer = await server.SendAsync("POST", $"/v1/videos{query}", video, "video/mp4");
        var job = await RunningServer.JsonAsync(answer);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return job.GetProperty("id").GetString()!;
    }

    private static async Task<JsonElement> AskAsync(RunningServer server, string id)
    {
        using var answer = await server.GetAsync($"/v1/videos/{id}");
        return await RunningServer.JsonAsync(answer);
    }

    private static async Task<JsonElement> EndAsync(RunningServer server, string id)
    {
        while (true)
        {
            var job = await AskAsync(server, id);
            if (job.GetProperty("status").GetString() is not ("queued" or "running"))
                return job;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}

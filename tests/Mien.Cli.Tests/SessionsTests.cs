using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mien.Reporting;

namespace Mien.Tests;

public sealed partial class SessionsTests : IDisposable
{
    private static readonly string[] Labels = [Emotion.Neutral, Emotion.Happiness, Emotion.Sadness];

    private readonly TemporaryFolder _folder = new();

    private string Store => _folder["sessions.db"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sessions_are_listed_shown_and_deleted()
    {
        Record("interview", TimeSpan.FromDays(30));
        Record("other", retention: null);
        var list = await Run("list");
        Assert.Contains(list.Lines, line => line.Contains("interview", StringComparison.Ordinal) && line.Contains("30 d", StringComparison.Ordinal) && line.Contains("0:00:09", StringComparison.Ordinal));
        Assert.Contains(list.Lines, line => line.Contains("other", StringComparison.Ordinal) && line.Contains("until deleted", StringComparison.Ordinal));

        var shown = await Run("show", "interview");
        foreach (string part in (ReadOnlySpan<string>)["100 frames", "2 faces, at most 2 at once", "before the first marker", "question <1>", "not a person's inner state", "happiness > sadness 1x"])
            Assert.Contains(part, shown.Output, StringComparison.Ordinal);

        await Run("delete", "interview");
        Assert.DoesNotContain("interview", (await Run("list")).Output, StringComparison.Ordinal);
        var gone = await CommandLine.Run("sessions", "show", "interview", "--store", Store);
        Assert.Equal(1, gone.ExitCode);
        Assert.Contains("no session 'interview'; it holds other", Assert.Single(gone.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_is_exported_as_JSON_lines_and_CSV()
    {
        Record("interview", retention: null);
        var lines = (await Run("export", "interview", "--json")).Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var frames = lines.Where(line => line.TryGetProperty("frame", out _)).ToList();
        Assert.Equal(100, frames.Count);
        Assert.Equal(Enumerable.Range(0, 100), frames.Select(frame => frame.GetProperty("frame").GetInt32()));
        Assert.Equal((64, 48), (frames[0].GetProperty("width").GetInt32(), frames[0].GetProperty("height").GetInt32()));
        var face = frames[80].GetProperty("faces")[1];
        Assert.Equal((2, Emotion.Sadness), (face.GetProperty("track").GetInt32(), face.GetProperty("label").GetString()));
        Assert.Equal(0.8, face.GetProperty("smoothed").GetProperty(Emotion.Sadness).GetDouble(), tolerance: 0.01);
        Assert.InRange(face.GetProperty("valence").GetDouble(), -0.63, 0);
        Assert.Equal(["entered", "entered", "marker", "alert-raised", "left"], lines.Where(line => line.TryGetProperty("event", out _)).Select(line => line.GetProperty("event").GetString()));

        await Run("export", "interview", "--csv", "-o", _folder["interview.csv"]);
        string[] rows = await File.ReadAllLinesAsync(_folder["interview.csv"], TestContext.Current.CancellationToken);
        Assert.Equal(201, rows.Length);
        Assert.StartsWith("source,frame,time,track,", rows[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stored_session_becomes_a_page_without_people()
    {
        Record("interview", retention: null);
        await Run("show", "interview", "--report", _folder["page.html"]);
        string page = await File.ReadAllTextAsync(_folder["page.html"], TestContext.Current.CancellationToken);
        foreach (string part in (ReadOnlySpan<string>)
            ["Expressions over time", "Valence over time", "Segments compared", "question &lt;1&gt;", "Moments of strongest change", "Longest episodes", "Transitions", "Alerts", "sadness&gt;0.5", "<em>reads as</em>", "camera 0"])
            Assert.Contains(part, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain("faces of people", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("question <1>", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("\\s(?:src|href)=\"http", page);
        // A row for all and one for each face; a curve for each too.
        Assert.Equal(["all", "face 1", "face 2"], FaceName().Matches(page).Select(match => match.Groups[1].Value).Distinct().Order());
        Assert.Equal(3, Directory.GetFiles(_folder.Path, "page.*.svg").Length);
    }

    [Fact]
    public void A_page_shows_faces_only_if_asked()
    {
        foreach (bool show in (bool[])[false, true])
        {
            using var sink = new SessionReportSink(_folder["page.html"], "video", "video.mp4", showFaces: show);
            Play(sink);
            string page = File.ReadAllText(_folder["page.html"]);
            Assert.Equal(show ? 2 : 0, Regex.Count(page, "<img class=\"portrait\" src=\"data:image/png;base64,"));
            Assert.Equal(show, page.Contains("shows the faces of people", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Names_of_any_kind_make_no_page_fail()
    {
        string[] markers = ["bell \u0007 and null \0", "half a pair \ud83d", "مرحبا 面接 👩‍🎤", " ", "]]> &amp; <b>", "a name " + new string('m', 300)];
        using var sink = new SessionReportSink(_folder["page.html"], "video", "video.mp4");
        for (int number = 0; number < 100 * markers.Length; number++)
        {
            if (number % 100 == 0)
                sink.Mark(TimeSpan.FromSeconds(number), markers[number / 100]);
            sink.Add(new(number, TimeSpan.FromSeconds(number), [Face(1, number / 50 % 3)], []), Picture);
        }
        sink.Finish([]);
        foreach (string plot in (ReadOnlySpan<string>)["expressions", "valence", "segments"])
        {
            string[] texts = [.. XDocument.Load(_folder[$"page.{plot}.svg"]).Descendants().Where(element => element.Name.LocalName == "text").Select(text => text.Value)];
            Assert.Contains(texts, text => text.Contains("مرحبا 面接 👩‍🎤", StringComparison.Ordinal));
            Assert.Contains(texts, text => text.Contains("]]> &amp; <b>", StringComparison.Ordinal));
            Assert.Contains(texts, text => text.Contains("half a pair \ufffd", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_page_on_a_video_without_faces_says_so()
    {
        using var sink = new SessionReportSink(_folder["page.html"], "video", "video.mp4");
        for (int number = 0; number < 10; number++)
            sink.Add(new(number, TimeSpan.FromSeconds(number / 10.0), [], []), Picture);
        sink.Finish([]);
        Assert.Contains("No face was read", File.ReadAllText(_folder["page.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_watch_leaves_its_session_and_the_next_continues_it()
    {
        string video = SharedData.Require("data", "media", "distress_to_smile.mp4");
        string[] watch = ["watch", video, "--real-time", "--detector", SharedData.Require("weights", "yunet_n_dynamic.onnx"), "--session", "live", "--store", Store, "--retention", "2d", "--json"];
        var killed = await CommandLine.Kill(watch, () => Frames("live") > 30);
        if (killed.Error.Contains("needs", StringComparison.Ordinal))
            Assert.Skip(killed.Error);
        long before = Frames("live");
        // What was told on stdout but not stored is a second or little more.
        Assert.InRange(killed.Lines.Count(line => line.Contains("\"frame\"", StringComparison.Ordinal)) - before, -5, 60);
        await CommandLine.Kill(watch, () => Frames("live") > before + 30);
        using var store = SessionStore.Open(Store);
        var session = store.Get("live");
        Assert.Equal((2, TimeSpan.FromDays(2)), (session.Parts.Count, session.Retention));
        var exported = (await Run("export", "live")).Lines.Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.TryGetProperty("frame", out _)).ToList();
        var times = exported.Select(frame => frame.GetProperty("time").GetDouble()).ToList();
        Assert.Equal(times.Order(), times);
        Assert.Equal(2, exported.SelectMany(frame => frame.GetProperty("faces").EnumerateArray()).Select(face => face.GetProperty("track").GetInt32()).Distinct().Count());
    }

    [Theory]
    [InlineData("--retention needs --session", "--retention", "30d")]
    [InlineData("--store needs --session", "--store", "x.db")]
    [InlineData("--report-faces needs --report", "--report-faces")]
    [InlineData("such as 30d, 12h or 45m", "--session", "a", "--retention", "soon")]
    [InlineData("such as 30d, 12h or 45m", "--session", "a", "--retention", "0d")]
    public async Task Options_that_make_no_sense_are_refused(string expected, params string[] options)
    {
        var result = await CommandLine.Run(["watch", "nothing.mp4", .. options]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_not_made()
    {
        var result = await CommandLine.Run("sessions", "list", "--store", Store);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no store of sessions", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.False(File.Exists(Store));
    }

    private static Image Picture { get; } = Image.FromPixels(64, 48, PixelFormat.Gray8, new byte[64 * 48]);

    private void Record(string name, TimeSpan? retention)
    {
        using var recorder = SessionRecorder.Start(new() { Name = name, Source = "camera 0", Model = "model", Labels = Labels, Retention = retention }, Store);
        Play(recorder);
    }

    /// <summary>Two faces over ten seconds; the second reads as happiness, then as sadness.</summary>
    private static void Play(IReadingSink sink)
    {
        for (int number = 0; number < 100; number++)
        {
            var time = TimeSpan.FromSeconds(number / 10.0);
            TrackedReading[] faces = [Face(1, 0), Face(2, number < 50 ? 1 : 2)];
            if (number == 30)
                sink.Mark(time, "question <1>");
            sink.Add(new(number, time, faces, number > 0 ? [] : [new(TrackEventKind.Entered, 1, time), new(TrackEventKind.Entered, 2, time)]), Picture);
            if (number == 60)
                sink.Alert(new(AlertEventKind.Raised, AlertRule.Parse("sadness>0.5", Labels), time, 2, 0.8));
        }
        sink.Finish([new(TrackEventKind.Left, 1, TimeSpan.FromSeconds(9.9))]);
    }

    private static TrackedReading Face(int track, int label)
    {
        float[] values = [0.1f, 0.1f, 0.1f];
        values[label] = 0.8f;
        var scores = new EmotionScores(Labels, values);
        return new(track, new(new(10 * track, 10, 12, 12), 0.9f, null, scores), scores);
    }

    private long Frames(string session)
    {
        if (!File.Exists(Store))
            return 0;
        try
        {
            using var store = SessionStore.Open(Store, create: false);
            return store.List().FirstOrDefault(stored => stored.Name == session)?.Frames ?? 0;
        }
        catch (MienException)
        {
            // It is being made.
            return 0;
        }
    }

    private async Task<CommandLine.Result> Run(params string[] arguments)
    {
        var result = await CommandLine.Run(["sessions", .. arguments, "--store", Store]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result;
    }

    [GeneratedRegex(">(all|face \\d+)</text>")]
    private static partial Regex FaceName();
}

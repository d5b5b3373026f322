using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Mien.Tests.Video;

namespace Mien.Tests.Sessions;

public sealed class SessionStoreTests : IDisposable
{
    private const string WriterStore = "MIEN_TEST_WRITER_STORE";

    private readonly TemporaryFolder _folder = new();

    private string File => _folder["data/sessions.db"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_recorded_comes_back()
    {
        var rule = AlertRule.Parse("happiness>0.5 for 1s", RecordedSession.Labels);
        using (var recorder = SessionRecorder.Start(RecordedSession.Description("interview"), File))
        {
            Assert.False(recorder.Continues);
            for (int number = 0; number < 40; number++)
            {
                // The second half misses frames, and its last frames have no face.
                int shown = number < 20 ? number : number + 100;
                recorder.Add(RecordedSession.Frame(shown, number < 35 ? 2 : 0), RecordedSession.Picture);
                if (number == 10)
                    recorder.Alert(new(AlertEventKind.Raised, rule, RecordedSession.TimeOf(10), 2, 0.625));
                if (number == 19)
                    recorder.Mark(RecordedSession.TimeOf(19), "Über „1“");
            }
            recorder.Alert(new(AlertEventKind.Cleared, rule, RecordedSession.TimeOf(139), 2, null));
            recorder.Finish([new(TrackEventKind.Left, 2, RecordedSession.TimeOf(134))]);
        }

        using var store = SessionStore.Open(File, create: false);
        var kept = KeptReadings.Of(store, "interview");
        Assert.Equal(40, kept.Frames.Count);
        Assert.All(kept.Sizes, size => Assert.Equal((64, 48), size));
        for (int i = 0; i < 40; i++)
        {
            var expected = RecordedSession.Frame(i < 20 ? i : i + 100, i < 35 ? 2 : 0);
            var actual = kept.Frames[i];
            Assert.Equal(expected.Number, actual.Number);
            Assert.Equal(expected.Time.TotalSeconds, actual.Time.TotalSeconds, tolerance: 1e-6);
            Assert.Equal(expected.Events, actual.Events);
            Assert.Equal(expected.Faces.Select(face => face.Track), actual.Faces.Select(face => face.Track));
            foreach (var (before, after) in expected.Faces.Zip(actual.Faces))
            {
                Assert.Equal(before.Face.Box.X, after.Face.Box.X, tolerance: 0.126f);
                Assert.Equal(before.Face.Box.Width, after.Face.Box.Width, tolerance: 0.126f);
                Assert.Equal(before.Face.Detection, after.Face.Detection, tolerance: 0.002f);
                Assert.Equal(before.Face.Scores.Top, after.Face.Scores.Top);
                Assert.Equal(before.Smoothed.Top, after.Smoothed.Top);
                foreach (string label in RecordedSession.Labels)
                {
                    Assert.Equal(before.Face.Scores[label], after.Face.Scores[label], tolerance: 0.008f);
                    Assert.Equal(before.Smoothed[label], after.Smoothed[label], tolerance: 0.008f);
                }
            }
        }
        Assert.Equal([(TimeSpan.FromMicroseconds(1266667), "Über „1“")], kept.Markers);
        Assert.Equal([(AlertEventKind.Raised, rule.Text, 2, 0.625), (AlertEventKind.Cleared, rule.Text, 2, null)],
            kept.Alerts.Select(alert => (alert.Kind, alert.Rule.Text, alert.Track ?? 0, alert.Value)));
        Assert.Equal([(TrackEventKind.Left, 2)], kept.Left.Select(left => (left.Kind, left.Track)));

        var session = store.Get("interview");
        Assert.Equal(("camera 0", "model"), (session.Parts[0].Source, session.Parts[0].Model));
        Assert.Equal((40, 9.267), (session.Frames, Math.Round(session.Duration.TotalSeconds, 3)));
        Assert.Equal(RecordedSession.Labels, session.Labels);
    }

    [Fact]
    public void The_most_probable_label_stays_the_most_probable()
    {
        using (var recorder = SessionRecorder.Start(RecordedSession.Description("near"), File))
        {
            EmotionScores near = new(RecordedSession.Labels, [0.3330f, 0.0005f, 0.3335f, 0.3330f, 0, 0, 0]);
            recorder.Add(new(0, TimeSpan.Zero, [new(1, new(new(0, 0, 10, 10), 1, null, near), near)], []), RecordedSession.Picture);
        }
        using var store = SessionStore.Open(File);
        var face = KeptReadings.Of(store, "near").Frames[0].Faces[0];
        Assert.Equal((Emotion.Surprise, Emotion.Surprise), (face.Face.Scores.Top, face.Smoothed.Top));
        Assert.Equal(1, face.Smoothed.Values.ToArray().Sum(), tolerance: 1e-5f);
    }

    [Fact]
    public void A_second_run_continues_a_session()
    {
        Record("day", frames: 30, faces: 2, marker: "morning");
        using (var recorder = SessionRecorder.Start(RecordedSession.Description("day") with { Source = "camera 1" }, File))
        {
            Assert.True(recorder.Continues);
            recorder.Mark(TimeSpan.Zero, "evening");
            for (int number = 0; number < 15; number++)
                recorder.Add(RecordedSession.Frame(number, 1), RecordedSession.Picture);
            recorder.Finish([new(TrackEventKind.Left, 1, RecordedSession.TimeOf(14))]);
        }
        using var store = SessionStore.Open(File);
        var kept = KeptReadings.Of(store, "day");
        Assert.Equal(45, kept.Frames.Count);
        Assert.Equal([1, 2], kept.Frames[29].Faces.Select(face => face.Track));
        Assert.Equal([3], kept.Frames[30].Faces.Select(face => face.Track));
        // Who had left when the first run ended is told with the first frame after it.
        Assert.Equal([(TrackEventKind.Left, 2), (TrackEventKind.Entered, 3)], kept.Frames[30].Events.Select(happened => (happened.Kind, happened.Track)));
        Assert.Equal([3], kept.Left.Select(left => left.Track));
        Assert.Equal(kept.Frames.Select(frame => frame.Time).Order(), kept.Frames.Select(frame => frame.Time));
        Assert.Equal(["morning", "evening"], kept.Markers.Select(marker => marker.Marker));
        var session = store.Get("day");
        Assert.Equal(["camera 0", "camera 1"], session.Parts.Select(part => part.Source));
        Assert.Equal(kept.Frames[29].Time, session.Parts[1].Start);
    }

    [Fact]
    public void A_session_has_one_set_of_labels()
    {
        Record("day", frames: 1);
        var error = Assert.Throws<MienException>(() => SessionRecorder.Start(RecordedSession.Description("day") with { Labels = ["a", "b"] }, File));
        Assert.Contains("a, b", error.Message, StringComparison.Ordinal);
        Assert.Contains("another name", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_runs_that_record_one_session_the_later_wins()
    {
        using var first = SessionRecorder.Start(RecordedSession.Description("day"), File);
        first.Add(RecordedSession.Frame(0, 1), RecordedSession.Picture);
        using var second = SessionRecorder.Start(RecordedSession.Description("day"), File);
        second.Add(RecordedSession.Frame(0, 1), RecordedSession.Picture);
        second.Finish([]);
        var error = Assert.ThrowsAny<MienException>(() => first.Finish([]));
        Assert.Contains("another run", error.Message, StringComparison.Ordinal);
        using var store = SessionStore.Open(File);
        Assert.Single(KeptReadings.Of(store, "day").Frames);
    }

    [Fact]
    public void A_new_store_can_be_opened_and_written_by_several_at_once()
    {
        Parallel.For(0, 6, new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken }, i =>
        {
            using var recorder = SessionRecorder.Start(RecordedSession.Description($"camera {i}"), File);
            for (int number = 0; number < 400; number++)
                recorder.Add(RecordedSession.Frame(number, 2), RecordedSession.Picture);
            recorder.Finish([]);
        });
        using var store = SessionStore.Open(File);
        Assert.Equal([400, 400, 400, 400, 400, 400], store.List().Select(session => session.Frames));
    }

    [Fact]
    public async Task A_killed_process_loses_the_last_second_at_most()
    {
        string log = _folder["times"];
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Mien.Tests.dll"), "--explicit", "only", "--filter-method", $"*.{nameof(Write_until_killed)}"])
        {
            RedirectStandardOutput = true, Environment = { [WriterStore] = File, ["MIEN_TEST_WRITER_LOG"] = log },
        };
        using var writer = Process.Start(start)!;
        try
        {
            var written = DateTime.UtcNow;
            while (!(System.IO.File.Exists(log) && Times(log).LastOrDefault() > 3))
            {
                Assert.True(DateTime.UtcNow - written < TimeSpan.FromMinutes(2), "the writer did not begin");
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
        finally
        {
            writer.Kill();
        }
        await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
        double told = Times(log).Last();
        using (var store = SessionStore.Open(File, create: false))
        {
            var frames = KeptReadings.Of(store, "live").Frames;
            // A second, and what a busy machine takes to wake the writer and to write.
            Assert.InRange(frames[^1].Time.TotalSeconds, told - 2, told + 0.2);
            Assert.Equal(Enumerable.Range(0, frames.Count).Select(number => (long)number), frames.Select(frame => frame.Number));
        }
        // And it can be continued.
        Record("live", frames: 1);
    }

    [Fact(Explicit = true)]
    public void Write_until_killed()
    {
        using var recorder = SessionRecorder.Start(RecordedSession.Description("live"), Environment.GetEnvironmentVariable(WriterStore));
        using var log = new StreamWriter(Environment.GetEnvironmentVariable("MIEN_TEST_WRITER_LOG")!) { AutoFlush = true };
        var clock = Stopwatch.StartNew();
        for (int number = 0; clock.Elapsed < TimeSpan.FromMinutes(1); number++)
        {
            Thread.Sleep(50);
            recorder.Add(RecordedSession.Frame(number, 2) with { Time = clock.Elapsed }, RecordedSession.Picture);
            log.WriteLine(clock.Elapsed.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void What_is_older_than_the_retention_is_gone_when_a_store_is_opened()
    {
        Record("kept", frames: 15);
        Record("short", frames: 15, retention: TimeSpan.FromDays(30));
        Record("long", frames: 15, retention: TimeSpan.FromDays(365));
        Age("mien_readings", "written", TimeSpan.FromDays(40));
        Age("mien_sessions", "updated", TimeSpan.FromDays(40));
        Record("fresh", frames: 15, retention: TimeSpan.FromDays(30));
        using var store = SessionStore.Open(File);
        Assert.Equal(["fresh", "kept", "long"], store.List().Select(session => session.Name));
        Assert.Equal(15, KeptReadings.Of(store, "long").Frames.Count);
    }

    [Fact]
    public void Of_a_session_that_goes_on_only_what_is_older_than_the_retention_is_gone()
    {
        Record("door", frames: 15, retention: TimeSpan.FromDays(30));
        Age("mien_readings", "written", TimeSpan.FromDays(40));
        // The second run says nothing of retention, so what the session says goes on.
        Record("door", frames: 10);
        using var store = SessionStore.Open(File);
        Assert.Equal(10, KeptReadings.Of(store, "door").Frames.Count);
        Assert.Equal(TimeSpan.FromDays(30), store.Get("door").Retention);
    }

    [Fact]
    public void Deleting_leaves_no_bytes()
    {
        Record("other", frames: 200);
        Record("secret", frames: 400, marker: "a marker to be forgotten");
        byte[][] blocks;
        using (var connection = Connect())
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT data FROM mien_readings WHERE session = (SELECT id FROM mien_sessions WHERE name = 'secret')";
            using var reader = command.ExecuteReader();
            var found = new List<byte[]>();
            while (reader.Read())
                found.Add(reader.GetFieldValue<byte[]>(0));
            blocks = [.. found];
        }
        // A large block lies on several pages; a piece of each page is looked for.
        var pieces = blocks.SelectMany(block => Enumerable.Range(0, block.Length / 1000).Select(i => block.AsMemory(i * 1000, 48))).ToList();
        Assert.NotEmpty(pieces);
        Assert.All(pieces, piece => Assert.True(Holds(piece.Span)));
        long size = new FileInfo(File).Length;
        using (var store = SessionStore.Open(File))
            store.Delete("secret");
        Assert.All(pieces, piece => Assert.False(Holds(piece.Span)));
        Assert.False(Holds("secret"u8));
        Assert.True(new FileInfo(File).Length < size);
        using var rest = SessionStore.Open(File);
        Assert.Equal(200, KeptReadings.Of(rest, "other").Frames.Count);

        bool Holds(ReadOnlySpan<byte> piece)
        {
            foreach (string file in Directory.GetFiles(Path.GetDirectoryName(File)!))
            {
                if (System.IO.File.ReadAllBytes(file).AsSpan().IndexOf(piece) >= 0)
                    return true;
            }
            return false;
        }
    }

    [Fact]
    public void A_full_disk_is_one_clear_message_and_what_was_written_stays_readable()
    {
        string disk = Directory.CreateDirectory(_folder["disk"]).FullName;
        if (!OperatingSystem.IsLinux() || Run("mount", "-t", "tmpfs", "-o", "size=2m", "mien-test", disk) != 0)
            Assert.Skip("needs a small disk: Linux, and the right to mount one");
        try
        {
            string file = Path.Combine(disk, "sessions.db");
            int number = 0;
            var error = Assert.Throws<MienException>(() =>
            {
                using var recorder = SessionRecorder.Start(RecordedSession.Description("long"), file);
                while (number < 200_000)
                    recorder.Add(RecordedSession.Frame(number++, 3), RecordedSession.Picture);
            });
            Assert.Contains("disk", error.Message, StringComparison.Ordinal);
            Assert.Contains("full", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
            // Before there is room again.
            using var store = SessionStore.Open(file, create: false);
            var frames = KeptReadings.Of(store, "long").Frames;
            Assert.InRange(frames.Count, 1000, number);
            Assert.Equal(frames.Count - 1, frames[^1].Number);
        }
        finally
        {
            Run("umount", disk);
        }
    }

    [Fact]
    public void A_file_that_is_no_store_is_named()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, string.Concat(Enumerable.Repeat("this is no database; ", 500)));
        var error = Assert.Throws<MienException>(() => SessionStore.Open(File));
        Assert.StartsWith(File, error.Message, StringComparison.Ordinal);
        Assert.Contains("damaged or no store", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_store_is_named()
    {
        Record("day", frames: 600);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        new Random(1).NextBytes(bytes.AsSpan(8192, bytes.Length - 8192));
        System.IO.File.WriteAllBytes(File, bytes);
        var error = Assert.Throws<MienException>(() =>
        {
            using var store = SessionStore.Open(File);
            KeptReadings.Of(store, "day");
        });
        Assert.StartsWith(File, error.Message, StringComparison.Ordinal);
        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_store_is_refused()
    {
        Record("day", frames: 1);
        using (var connection = Connect())
        {
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE mien_schema SET version = 2";
            command.ExecuteNonQuery();
        }
        Assert.Contains("update Mien", Assert.Throws<MienException>(() => SessionStore.Open(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_is_named()
    {
        Assert.Contains(File, Assert.Throws<MienException>(() => SessionStore.Open(File, create: false)).Message, StringComparison.Ordinal);
        Record("day", frames: 1);
        using var store = SessionStore.Open(File);
        foreach (var act in (Action[])[() => store.Get("night"), () => store.Delete("night"), () => KeptReadings.Of(store, "night")])
            Assert.Contains("'night'; it holds day", Assert.Throws<MienException>(act).Message, StringComparison.Ordinal);
        Assert.Contains("mysql://", Assert.Throws<MienException>(() => SessionStore.Open("mysql://host/db")).Message, StringComparison.Ordinal);
    }

    private void Record(string name, int frames, int faces = 1, string? marker = null, TimeSpan? retention = null)
    {
        using var recorder = SessionRecorder.Start(RecordedSession.Description(name, retention), File);
        if (marker is not null)
            recorder.Mark(TimeSpan.Zero, marker);
        for (int number = 0; number < frames; number++)
            recorder.Add(RecordedSession.Frame(number, faces), RecordedSession.Picture);
        recorder.Finish([.. Enumerable.Range(2, faces - 1).Select(track => new TrackEvent(TrackEventKind.Left, track, RecordedSession.TimeOf(frames)))]);
    }

    /// <summary>Makes what is stored older than it is.</summary>
    private void Age(string table, string column, TimeSpan by)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = $"UPDATE {table} SET {column} = {column} - {(long)by.TotalMilliseconds}";
        command.ExecuteNonQuery();
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        return connection;
    }

    private static List<double> Times(string log)
    {
        using var stream = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        string text = new StreamReader(stream).ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture)).ToList();
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}

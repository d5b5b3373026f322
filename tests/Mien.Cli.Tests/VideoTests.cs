using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Mien.Tests;

/// <summary>`mien analyze VIDEO` and `mien watch`, on a video of the seven faces of the sample.</summary>
public sealed class VideoTests : IDisposable
{
    private const int Frames = 16, FrameRate = 10;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Json_has_an_object_for_each_frame_and_each_event()
    {
        string video = Video("faces.mp4");
        var result = await CommandLine.Run("analyze", video, "--json", "--mark", "0.5=second scene", "--alert", "faces>3");
        Assert.True(result.ExitCode == 0, result.Error);
        var lines = Array.ConvertAll(result.Lines, Json);
        Assert.All(lines, line => Assert.Equal((1, video), (line.GetProperty("schema").GetInt32(), line.GetProperty("source").GetString())));
        var frames = lines.Where(line => line.TryGetProperty("frame", out _)).ToList();
        Assert.Equal(Enumerable.Range(0, Frames), frames.Select(frame => frame.GetProperty("frame").GetInt32()));
        Assert.Equal(Enumerable.Range(0, Frames).Select(number => (decimal)number / FrameRate), frames.Select(frame => frame.GetProperty("time").GetDecimal()));

        var last = frames[^1].GetProperty("faces").EnumerateArray().ToList();
        Assert.Equal(7, last.Count);
        Assert.Equal(Enumerable.Range(1, 7), last.Select(face => face.GetProperty("track").GetInt32()));
        foreach (var face in last)
        {
            Assert.Equal(4, face.GetProperty("box").GetArrayLength());
            Assert.Equal(1, face.GetProperty("smoothed").EnumerateObject().Sum(score => score.Value.GetDouble()), 3);
            Assert.Equal(face.GetProperty("confidence").GetDouble(), face.GetProperty("scores").GetProperty(face.GetProperty("label").GetString()!).GetDouble());
            Assert.InRange(face.GetProperty("valence").GetDouble(), -1, 1);
            Assert.InRange(face.GetProperty("arousal").GetDouble(), -1, 1);
        }
        string[] events = [.. lines.Where(line => line.TryGetProperty("event", out _)).Select(line => line.GetProperty("event").GetString()!)];
        Assert.Equal(["alert-raised", "entered", "left", "marker"], events.Distinct().Order());
        Assert.Equal((7, 7), (events.Count(name => name == "entered"), events.Count(name => name == "left")));
        int marker = Array.FindIndex(lines, line => line.TryGetProperty("marker", out var name) && name.GetString() == "second scene");
        Assert.Equal(5, lines[marker + 1].GetProperty("frame").GetInt32());
        var alert = lines.First(line => line.TryGetProperty("rule", out _));
        Assert.Equal(("faces>3", 7.0), (alert.GetProperty("rule").GetString(), alert.GetProperty("value").GetDouble()));
    }

    [Fact]
    public async Task Csv_has_a_row_for_each_face_and_frame()
    {
        var result = await CommandLine.Run("analyze", Video("faces.mp4"), "--csv");
        Assert.True(result.ExitCode == 0, result.Error);
        string[] header = result.Lines[0].Split(',');
        Assert.Equal(["source", "frame", "time", "track", "x", "y", "width", "height", "detection", "label", "confidence"], header[..11]);
        Assert.Equal(["valence", "arousal"], header[^2..]);
        var rows = result.Lines[1..].Select(line => line.Split(',')).ToList();
        Assert.All(rows, row => Assert.Equal(header.Length, row.Length));
        Assert.Equal(7, rows.Count(row => row[1] == "15"));
        Assert.Equal("", Assert.Single(rows, row => row[1] == "0")[3]);
    }

    [Fact]
    public async Task An_annotated_copy_has_the_same_frames_with_something_drawn_on_them()
    {
        string video = Video("faces.mp4"), copy = _folder["copy.mp4"];
        var result = await CommandLine.Run("analyze", video, "--annotate", copy);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("7 faces", result.Output, StringComparison.Ordinal);
        var (before, after) = (Read(video), Read(copy));
        Assert.Equal(before.Select(frame => frame.Time), after.Select(frame => frame.Time));
        Assert.Equal((before[0].Image.Width, before[0].Image.Height), (after[0].Image.Width, after[0].Image.Height));
        Assert.InRange(Difference(before[0].Image, after[0].Image), 0, 3);
        Assert.InRange(Difference(before[^1].Image, after[^1].Image), 5, 100);
    }

    [Fact]
    public async Task The_summary_is_given_from_marker_to_marker_too()
    {
        var result = await CommandLine.Run("analyze", Video("faces.mp4"), "--mark", "1=question 2");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains($"{Frames} frames, 1.5 s, 7 faces", result.Output, StringComparison.Ordinal);
        Assert.Contains("before the first marker: 0.0 s to 1.0 s", result.Output, StringComparison.Ordinal);
        Assert.Contains("question 2: 1.0 s to 1.5 s", result.Output, StringComparison.Ordinal);
        Assert.Contains("not a person's inner state", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alerts_go_to_the_terminal_a_command_and_a_webhook()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var posted = AnswerAsync(listener);
        string file = _folder["alert.json"];
        var result = await CommandLine.Run("analyze", Video("faces.mp4"), "--alert", "faces>3", "--alert-command", $"cat > '{file}'",
            "--alert-webhook", $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/alerts");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains(result.ErrorLines, line => line.EndsWith("alert: faces>3, now 7", StringComparison.Ordinal));
        foreach (string text in new[] { File.ReadAllText(file), await posted })
        {
            var alert = Json(text);
            Assert.Equal(("alert-raised", "faces>3"), (alert.GetProperty("event").GetString(), alert.GetProperty("rule").GetString()));
        }
    }

    [Fact]
    public async Task A_webhook_that_does_not_answer_and_a_command_that_fails_are_reported_and_stop_nothing()
    {
        var result = await CommandLine.Run("analyze", Video("faces.mp4"), "--json", "--alert", "faces>3", "--alert-webhook", "http://127.0.0.1:9/", "--alert-command", "exit 3");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(Frames, result.Lines.Count(line => line.Contains("\"frame\":", StringComparison.Ordinal)));
        Assert.Contains("mien: an alert could not be sent to the webhook 127.0.0.1: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("mien: the alert command ended with exit code 3: exit 3", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_truncated_video_what_can_be_read_is_given()
    {
        string video = Video("half.mkv", Frames * 4);
        byte[] whole = File.ReadAllBytes(video);
        File.WriteAllBytes(video, whole[..(whole.Length / 2)]);
        var result = await CommandLine.Run("analyze", video, "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.InRange(result.Lines.Count(line => line.Contains("\"frame\":", StringComparison.Ordinal)), 5, (Frames * 4) - 1);
        Assert.Contains("the video ends early", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_can_be_read_it_is_said_and_the_others_are_analyzed()
    {
        string broken = _folder["broken.mp4"];
        File.WriteAllBytes(broken, [0, 0, 0, 32, .. "ftypisom"u8, .. new byte[500]]);
        var result = await CommandLine.Run("analyze", broken, Video("faces.mp4"), "--json");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"mien: {broken}: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Equal(Frames, result.Lines.Count(line => line.Contains("\"frame\":", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Pictures_and_videos_go_together()
    {
        var result = await CommandLine.Run("analyze", CommandLine.Sample, Video("faces.mp4"), "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(CommandLine.Sample, Json(result.Lines[0]).GetProperty("source").GetString());
        Assert.Equal(Frames, result.Lines.Count(line => line.Contains("\"frame\":", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_file_in_real_time_can_be_watched_and_stopped_and_what_was_written_is_whole()
    {
        string copy = _folder["copy.mp4"];
        var result = await CommandLine.Interrupt(["watch", Video("long.mp4", 300), "--real-time", "--json", "--annotate", copy],
            () => File.Exists(copy) && new FileInfo(copy).Length > 20_000);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.All(result.Lines, line => Json(line));
        int frames = result.Lines.Count(line => line.Contains("\"frame\":", StringComparison.Ordinal));
        Assert.InRange(frames, 1, 299);
        Assert.InRange(Read(copy).Count, frames - 1, frames + 1);
    }

    [Fact]
    public async Task An_analysis_that_is_stopped_says_so_and_what_was_written_is_whole()
    {
        string copy = _folder["copy.mp4"];
        var result = await CommandLine.Interrupt(["analyze", Video("long.mp4", 300), "--annotate", copy], () => File.Exists(copy) && new FileInfo(copy).Length > 20_000);
        Assert.Equal(130, result.ExitCode);
        Assert.InRange(Read(copy).Count, 1, 299);
        Assert.Contains("7 faces", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Raw_frames_can_be_piped_in()
    {
        var image = Image.Load(CommandLine.Sample);
        byte[] pixels = [.. image.Pixels];
        string layout = $"{image.Width}x{image.Height}@10:{(image.Format == PixelFormat.Gray8 ? "gray" : "rgb24")}";
        var result = await CommandLine.Run([.. Enumerable.Repeat(pixels, 5).SelectMany(frame => frame)], ["watch", "-", "--raw", layout, "--json"]);
        Assert.True(result.ExitCode == 0, result.Error);
        var last = Json(result.Lines.Last(line => line.Contains("\"frame\":", StringComparison.Ordinal)));
        Assert.Equal((4, 0.4, 7), (last.GetProperty("frame").GetInt32(), last.GetProperty("time").GetDouble(), last.GetProperty("faces").GetArrayLength()));
    }

    [Fact]
    public async Task A_full_disk_is_said_and_ends_what_has_no_other_use()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        var (exitCode, error) = await Shell($"watch '{Video("faces.mp4")}' --json > /dev/full");
        Assert.Equal(1, exitCode);
        Assert.Contains("No space left", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_watched_for_a_reader_that_has_gone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        var (_, error) = await Shell($"watch '{Video("long.mp4", 300)}' --real-time --json | head -n 1");
        Assert.Single(error.Split('\n'), line => line.StartsWith("mien: the output cannot be written", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("watch", "/dev/video99")]
    [InlineData("watch", "missing.mp4")]
    [InlineData("watch", "http://127.0.0.1:9/stream")]
    [InlineData("analyze", "missing.mp4")]
    public async Task A_source_that_is_not_there_is_named_in_one_line(string command, string source)
    {
        var result = await CommandLine.Run(command, source, "--json");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(source, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("01-video-width-heap-overflow", "rotated360.mp4", 10)]
    [InlineData("01-video-width-heap-overflow", "small24.mp4", 50)]
    [InlineData("04-short-and-sparse-video", "still.gif", 1)]
    [InlineData("04-short-and-sparse-video", "every-2.5-s.mp4", 8)]
    [InlineData("12-audio-only-video", "audio-only.mp4", 0)]
    [InlineData("16-video-without-class", "crash_video_8k.mpg", 2)]
    [InlineData("16-video-without-class", "kill2_127_v.mpg", 17)]
    public async Task A_video_that_once_was_the_end_is_read_or_named_and_the_next_one_is_read(string folder, string name, int frames)
    {
        string video = SharedData.Require("cases", folder, name);
        var result = await CommandLine.Run("analyze", video, Video("faces.mp4"), "--json");
        Assert.Equal(frames == 0 ? 1 : 0, result.ExitCode);
        Assert.Equal(frames + Frames, result.Lines.Count(line => line.Contains("\"frame\":", StringComparison.Ordinal)));
        if (frames == 0)
            Assert.Contains($"mien: {video}: it holds sound alone, no video.", result.Error, StringComparison.Ordinal);
        if (folder.StartsWith("04", StringComparison.Ordinal))
            Assert.All(result.Lines.Where(line => line.Contains(name, StringComparison.Ordinal) && line.Contains("\"frame\":", StringComparison.Ordinal)),
                line => Assert.Equal(7, Json(line).GetProperty("faces").GetArrayLength()));
    }

    [Fact]
    public async Task A_playlist_in_disguise_opens_no_other_file()
    {
        string other = Video("faces.mp4"), list = _folder["list.mp4"];
        File.WriteAllText(list, "ffconcat version 1.0\nfile 'faces.mp4'\n\u0001");
        var result = await CommandLine.Run("analyze", list, "--json");
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"mien: {list}: not a video that FFmpeg can read", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.True(File.Exists(other));
    }

    [Fact]
    public async Task Without_ffmpeg_its_package_is_named()
    {
        string video = Video("faces.mp4");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Mien.Cli.dll"), "analyze", video])
        {
            RedirectStandardError = true, RedirectStandardOutput = true, Environment = { ["MIEN_FFMPEG"] = _folder["none"] },
        })!;
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains(_folder["none"], error, StringComparison.Ordinal);
        Assert.Contains("apt-get install ffmpeg", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_killed_leaves_no_decoder_behind_and_a_copy_that_can_be_played()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "looks into /proc");
        string video = Video("long.mp4", 300), copy = _folder["copy.mp4"];
        await CommandLine.Kill(["watch", video, "--real-time", "--json", "--annotate", copy], () => File.Exists(copy) && new FileInfo(copy).Length > 20_000);
        for (int i = 0; i < 200 && Programs().Any(); i++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Empty(Programs());
        Assert.InRange(Read(copy).Count, 1, 299);

        // Both programs have a file of this test's folder in their arguments.
        IEnumerable<string> Programs() => Directory.GetDirectories("/proc").Where(process => Path.GetFileName(process).All(char.IsAsciiDigit))
            .Select(Arguments).Where(arguments => arguments.Contains(_folder["long.mp4"], StringComparison.Ordinal) || arguments.Contains(copy, StringComparison.Ordinal));

        static string Arguments(string process)
        {
            try
            {
                return File.ReadAllText(Path.Combine(process, "cmdline"));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return "";
            }
        }
    }

    [Theory]
    [InlineData("--alert", "anger>0.6 for three", "expected a duration")]
    [InlineData("--mark", "soon=question", "time in seconds")]
    [InlineData("--alert-webhook", "ftp://somewhere", "http://")]
    [InlineData("--alert-command", "true", "--alert")]
    [InlineData("--annotate", "copy.avi", ".mp4")]
    public async Task A_wrong_option_is_explained(string option, string value, string expected)
    {
        var result = await CommandLine.Run("watch", Video("faces.mp4"), option, value);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_video_is_never_overwritten_by_its_annotated_copy()
    {
        string video = Video("faces.mp4");
        byte[] before = File.ReadAllBytes(video);
        var result = await CommandLine.Run("analyze", video, "--annotate", video);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("would overwrite the video itself", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(video));
    }

    [Fact]
    public async Task Without_a_display_a_window_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("DISPLAY") is null && Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is null, "there is a display");
        var result = await CommandLine.Run("watch", Video("faces.mp4"), "--window");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("there is no display", result.Error, StringComparison.Ordinal);
    }

    private static JsonElement Json(string line) => JsonDocument.Parse(line).RootElement;

    /// <summary>Writes a video that shows the sample all the time.</summary>
    private string Video(string name, int frames = Frames)
    {
        string path = _folder[name];
        try
        {
            var image = Image.Load(CommandLine.Sample);
            using var writer = VideoWriter.Create(path, image.Width, image.Height, FrameRate);
            for (int number = 0; number < frames; number++)
                writer.Write(image, TimeSpan.FromSeconds((double)number / FrameRate));
            writer.Finish();
        }
        catch (NativeLibraryException error)
        {
            Assert.Skip(error.Message);
        }
        return path;
    }

    private static List<VideoFrame> Read(string path)
    {
        using var source = FrameSource.Open(path);
        var frames = new List<VideoFrame>();
        while (source.Read(TestContext.Current.CancellationToken) is { } frame)
            frames.Add(frame);
        return frames;
    }

    private static double Difference(Image one, Image other)
    {
        double sum = 0;
        for (int i = 0; i < one.Pixels.Length; i++)
            sum += Math.Abs(one.Pixels[i] - other.Pixels[i]);
        return sum / one.Pixels.Length;
    }

    /// <summary>Answers one request and gives its body.</summary>
    private static async Task<string> AnswerAsync(TcpListener listener)
    {
        using var client = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        var request = new StringBuilder();
        var block = new byte[4096];
        // The alert is one line.
        while (!request.ToString().EndsWith("}\n", StringComparison.Ordinal))
        {
            int count = await client.ReceiveAsync(block);
            if (count == 0)
                break;
            request.Append(Encoding.UTF8.GetString(block, 0, count));
        }
        await client.SendAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray());
        client.Shutdown(SocketShutdown.Both);
        return request.ToString().Split("\r\n\r\n")[1];
    }

    private static async Task<(int ExitCode, string Error)> Shell(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh",
            ["-c", $"dotnet '{Path.Combine(AppContext.BaseDirectory, "Mien.Cli.dll")}' {arguments}"])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, error);
    }
}

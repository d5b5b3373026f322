using System.Text.Json;

namespace Mien.Tests.Video;

/// <summary>The shared videos against ffprobe's and ffmpeg's answers; video_reference.py made those.</summary>
public sealed class SharedVideoTests
{
    private static readonly JsonElement Reference = JsonDocument.Parse(File.ReadAllText(
        Path.Combine(SharedData.Checkout, "tests", "Mien.Tests", "Video", "video-reference.json"))).RootElement.GetProperty("videos");

    public static TheoryData<string> Videos() => [.. Reference.EnumerateObject().Select(video => video.Name)];

    [Theory]
    [MemberData(nameof(Videos))]
    public void Each_frame_has_its_time_and_its_pixels(string name)
    {
        VideoRequired.Video();
        string path = SharedData.Require("data", "media", name);
        JsonElement expected = Reference.GetProperty(name);
        int[] size = [.. expected.GetProperty("size").EnumerateArray().Select(value => value.GetInt32())];
        double[] times = [.. expected.GetProperty("times").EnumerateArray().Select(value => value.GetDouble())];

        using IFrameSource source = TestVideos.Open(path);
        var found = new List<double>();
        double[]? middle = null;
        while (source.Read(TestContext.Current.CancellationToken) is { } frame)
        {
            Assert.Equal((size[0], size[1]), (frame.Image.Width, frame.Image.Height));
            if (found.Count == times.Length / 2)
                middle = Mean(frame.Image);
            found.Add(frame.Time.TotalMilliseconds);
            frame.Dispose();
        }

        Assert.Equal(times.Length, found.Count);
        Assert.All(times.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 0.1));
        Assert.All(expected.GetProperty("middle").EnumerateArray().Zip(middle!), pair => Assert.Equal(pair.First.GetDouble(), pair.Second, 1.0));
        Assert.Equal(SourceEndReason.Complete, source.Ending!.Reason);
        Assert.Equal(found.Count, source.Ending.Frames);
    }

    [Theory]
    [InlineData(15_000, 1000)]
    [InlineData(25_000, 1583)]
    [InlineData(45_000, 3500)]
    public void Damage_in_the_middle_is_told_and_the_rest_is_read(int at, int milliseconds)
    {
        VideoRequired.Video();
        using var folder = new TemporaryFolder();
        byte[] file = File.ReadAllBytes(SharedData.Require("data", "media", "head_turning.mp4"));
        foreach (ref byte value in file.AsSpan(at, 40))
            value ^= 0xff;
        File.WriteAllBytes(folder["head.mp4"], file);

        (_, List<int> times, SourceEnd ending) = TestVideos.Read(folder["head.mp4"]);
        Assert.InRange(times.Count, 60, 62);
        Assert.Equal(5083, times[^1]);
        Assert.Equal(SourceEndReason.Damaged, ending.Reason);
        Assert.InRange(ending.Time.TotalMilliseconds, milliseconds - 600, milliseconds + 100);
        Assert.StartsWith($"{folder["head.mp4"]}: the video is damaged from about ", ending.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_file_gives_half_the_video_and_says_where_it_ends()
    {
        VideoRequired.Video();
        using var folder = new TemporaryFolder();
        byte[] file = File.ReadAllBytes(SharedData.Require("data", "media", "distress_to_smile.mp4"));
        File.WriteAllBytes(folder["half.mp4"], file[..(file.Length / 2)]);

        (_, List<int> times, SourceEnd ending) = TestVideos.Read(folder["half.mp4"]);
        Assert.InRange(times.Count, 215, 235);
        Assert.Equal(SourceEndReason.Truncated, ending.Reason);
        Assert.Equal(times[^1], ending.Time.TotalMilliseconds, 1.0);
        Assert.Contains(" of 19.69 s", ending.Message, StringComparison.Ordinal);
    }

    private static double[] Mean(Image image)
    {
        var sum = new double[3];
        for (int i = 0; i < image.Pixels.Length; i++)
            sum[i % 3] += image.Pixels[i];
        return [.. sum.Select(value => value * 3 / image.Pixels.Length)];
    }
}

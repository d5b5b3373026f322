using Mien.Tests.Video;

namespace Mien.Tests.Golden;

/// <summary>Frames, times and pixels of the shared videos.</summary>
public sealed class VideoTests
{
    private const int Step = 30;

    [Fact]
    public void Videos_have_the_frames_that_they_had()
    {
        VideoRequired.Video();
        string media = SharedData.Require("data", "media");
        string[] videos = [.. Directory.GetFiles(media).Where(file => Path.GetExtension(file) is ".mp4" or ".mov").Order(StringComparer.Ordinal)];
        GoldenFile.Check("videos.txt", videos.SelectMany(Describe), Tolerance);
    }

    private static List<string> Describe(string path)
    {
        string name = Path.GetFileName(path);
        using IFrameSource source = FrameSource.Open(path, cancellation: TestContext.Current.CancellationToken);
        var lines = new List<string>
        {
            $"{name} duration: {GoldenFile.Number(source.Duration!.Value.TotalMilliseconds, 1)}",
            $"{name} rate: {GoldenFile.Number(source.FrameRate!.Value, 3)}",
        };
        var times = new List<double>();
        while (source.Read(TestContext.Current.CancellationToken) is { } frame)
        {
            using (frame)
            {
                if (frame.Number % Step == 0)
                    lines.AddRange(SampledLevels.Of($"{name} frame {frame.Number}", frame.Image));
                times.Add(frame.Time.TotalMilliseconds);
            }
        }
        lines.Add($"{name} frames: {times.Count}");
        lines.Add($"{name} ending: {source.Ending!.Reason} {source.Ending.Frames}");
        double[] some = [times[0], times[1], times[times.Count / 4], times[times.Count / 2], times[times.Count * 3 / 4], times[^1], times.Average()];
        lines.Add($"{name} times: {string.Join(' ', some.Select(time => GoldenFile.Number(time, 2)))}");
        return lines;
    }

    /// <summary>Levels, milliseconds, frames a second.</summary>
    private static double Tolerance(string line) => line.Split(' ')[^1] switch
    {
        "levels" => 3,
        "mean" => 0.5,
        "times" => 0.1,
        "duration" => 50,
        "rate" => 0.01,
        _ => 0,
    };
}

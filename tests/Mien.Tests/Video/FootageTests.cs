using Mien.OpenCv;

namespace Mien.Tests.Video;

/// <summary>The shared videos of real people.</summary>
public sealed class FootageTests
{
    private const string Own = "face-detector";

    private static readonly string[] Negative = [Emotion.Sadness, Emotion.Fear, Emotion.Anger, Emotion.Disgust];

    [Theory]
    [InlineData(Own)]
    [InlineData("haar")]
    public void Distress_turns_to_happiness_and_it_is_one_face_throughout(string detector)
    {
        var (readings, events) = Read("distress_to_smile.mp4", detector, every: 4);
        int[] ids = [.. readings.SelectMany(reading => reading.Faces).Select(face => face.Track).Distinct()];
        Assert.Equal([1], ids);
        Assert.InRange(readings.Count(reading => reading.Faces.Count == 1), 0.9 * readings.Count, readings.Count);
        Assert.Contains(Usual(readings, 0, 5), Negative);
        Assert.Equal(Emotion.Happiness, Usual(readings, 14, 20));
        Assert.Single(events, happened => happened.Kind == TrackEventKind.Entered);
    }

    [Fact]
    public void A_face_that_goes_out_of_view_leaves()
    {
        var (readings, events) = Read("face_noface.mov", Own, every: 3);
        var left = events.First(happened => happened.Kind == TrackEventKind.Left);
        Assert.Contains(readings, reading => reading.Faces.Count > 0 && reading.Time <= left.Time);
        Assert.Contains(readings, reading => reading.Faces.Count == 0 && reading.Time > left.Time);
    }

    [Fact]
    public void Where_there_is_no_face_nothing_is_read()
    {
        var (readings, events) = Read("no_face.mp4", Own, every: 1);
        Assert.All(readings, reading => Assert.Empty(reading.Faces));
        Assert.Empty(events);
    }

    [Fact]
    public void A_head_that_turns_keeps_its_id()
    {
        var (readings, _) = Read("head_turning.mp4", Own, every: 1);
        Assert.Equal([1], readings.SelectMany(reading => reading.Faces).Select(face => face.Track).Distinct());
        Assert.InRange(readings.Count(reading => reading.Faces.Count == 1), 0.8 * readings.Count, readings.Count);
    }

    [Fact]
    public void Several_people_have_several_ids()
    {
        var (readings, _) = Read("classroom.mp4", Own, every: 1);
        Assert.InRange(readings.Max(reading => reading.Faces.Count), 3, 6);
        Assert.All(readings, reading => Assert.Equal(reading.Faces.Count, reading.Faces.Select(face => face.Track).Distinct().Count()));
        // Nobody changes places: who has an id is where that id was before.
        foreach (var (before, after) in readings.Zip(readings.Skip(1)))
        {
            foreach (var face in after.Faces)
            {
                if (before.Faces.FirstOrDefault(other => other.Track == face.Track) is { } same)
                    Assert.True(same.Face.Box.IntersectionOverUnion(face.Face.Box) > 0.3f, $"face {face.Track} jumps at {after.Time}");
            }
        }
    }

    /// <summary>Reads every n-th frame of a video.</summary>
    private static (List<FrameReading> Readings, List<TrackEvent> Events) Read(string name, string detector, int every)
    {
        VideoRequired.Video();
        string path = SharedData.Require("data", "media", name);
        using var analyzer = EmotionAnalyzer.Create(detector == HaarDetection.Name ? new AnalyzerOptions().WithHaar() : new() { Detector = detector });
        using var source = TestVideos.Open(path);
        var video = new VideoAnalyzer(analyzer);
        var readings = new List<FrameReading>();
        while (source.Read(TestContext.Current.CancellationToken) is { } frame)
        {
            using (frame)
            {
                if (frame.Number % every == 0)
                    readings.Add(video.Analyze(frame));
            }
        }
        return (readings, [.. readings.SelectMany(reading => reading.Events), .. video.Finish()]);
    }

    /// <summary>The most frequent smoothed label from one second to another.</summary>
    private static string Usual(List<FrameReading> readings, double from, double to) => readings
        .Where(reading => reading.Time.TotalSeconds >= from && reading.Time.TotalSeconds < to)
        .SelectMany(reading => reading.Faces).CountBy(face => face.Smoothed.Top).MaxBy(label => label.Value).Key;
}

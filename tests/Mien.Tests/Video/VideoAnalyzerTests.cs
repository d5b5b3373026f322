namespace Mien.Tests.Video;

public sealed class VideoAnalyzerTests
{
    [Fact]
    public void Each_frame_is_read_although_faces_are_looked_for_in_few()
    {
        using var faces = new FakeFaces();
        var video = new VideoAnalyzer(faces.Analyzer);
        for (int number = 0; number < 75; number++)
        {
            // 60 pixels a second.
            double x = 20 + (number * 2.4);
            var reading = video.Analyze(faces.Frame(number, Time(number), (0, x, 50, true)));
            Assert.Equal((number, Time(number)), ((int)reading.Number, reading.Time));
            if (Time(number) < TimeSpan.FromSeconds(0.2))
            {
                Assert.Empty(reading.Faces);
                continue;
            }
            if (number < 8)
                continue;
            var face = Assert.Single(reading.Faces);
            Assert.Equal(1, face.Track);
            Assert.Equal(Emotion.Happiness, face.Face.Scores.Top);
            // A face that has just come has no known speed.
            Assert.InRange(face.Face.Box.X - x, -6, number < 25 ? 8 : 6);
        }
        Assert.InRange(faces.Detections, 26, 28);
    }

    [Fact]
    public void Faces_can_be_looked_for_in_each_frame()
    {
        using var faces = new FakeFaces();
        var video = new VideoAnalyzer(faces.Analyzer, new() { DetectEvery = TimeSpan.Zero });
        for (int number = 0; number < 20; number++)
            video.Analyze(faces.Frame(number, Time(number), (0, 20, 50, true)));
        Assert.Equal(20, faces.Detections);
    }

    [Fact]
    public void All_faces_of_a_frame_go_through_the_network_together()
    {
        using var faces = new FakeFaces();
        var video = new VideoAnalyzer(faces.Analyzer);
        for (int number = 0; number < 20; number++)
        {
            var reading = video.Analyze(faces.Frame(number, Time(number), (0, 10, 50, true), (1, 110, 50, false), (2, 210, 50, true)));
            if (number >= 8)
                Assert.Equal([(1, Emotion.Happiness), (2, Emotion.Sadness), (3, Emotion.Happiness)], reading.Faces.Select(face => (face.Track, face.Face.Scores.Top)));
        }
        Assert.NotEmpty(faces.Session.Runs);
        Assert.All(faces.Session.Runs, run => Assert.Equal(3, run[0]));
    }

    [Fact]
    public void A_single_odd_frame_is_in_the_raw_scores_and_not_in_the_smoothed()
    {
        using var faces = new FakeFaces();
        var video = new VideoAnalyzer(faces.Analyzer);
        for (int number = 0; number < 40; number++)
        {
            var reading = video.Analyze(faces.Frame(number, Time(number), (0, 20, 50, number != 30)));
            if (number != 30)
                continue;
            Assert.Equal(Emotion.Sadness, reading.Faces[0].Face.Scores.Top);
            Assert.Equal(Emotion.Happiness, reading.Faces[0].Smoothed.Top);
            Assert.True(reading.Faces[0].Affect!.Value.Valence > 0);
        }
    }

    [Fact]
    public void Who_comes_and_goes_is_told_with_the_time_of_it()
    {
        using var faces = new FakeFaces();
        var video = new VideoAnalyzer(faces.Analyzer);
        var events = new List<TrackEvent>();
        for (int number = 0; number < 125; number++)
        {
            (int, double, double, bool)[] there = number is >= 25 and <= 50 ? [(0, 20, 50, true), (1, 150, 50, true)] : [(1, 150, 50, true)];
            var reading = video.Analyze(faces.Frame(number, Time(number), there));
            events.AddRange(reading.Events);
            if (number > 54)
                Assert.Equal(1, Assert.Single(reading.Faces).Track);
        }
        events.AddRange(video.Finish());
        Assert.Equal([(TrackEventKind.Entered, 1), (TrackEventKind.Entered, 2), (TrackEventKind.Left, 2), (TrackEventKind.Left, 1)], events.Select(happened => (happened.Kind, happened.Track)));
        Assert.Equal([0, 1, 2, 4.96], events.Select(happened => happened.Time.TotalSeconds), (expected, actual) => Math.Abs(expected - actual) < 0.13);
    }

    [Fact]
    public void Without_faces_nothing_is_read()
    {
        using var faces = new FakeFaces();
        var video = new VideoAnalyzer(faces.Analyzer);
        for (int number = 0; number < 20; number++)
        {
            var reading = video.Analyze(faces.Frame(number, Time(number)));
            Assert.Empty(reading.Faces);
            Assert.Empty(reading.Events);
        }
        Assert.Empty(video.Finish());
        Assert.Empty(faces.Session.Runs);
    }

    private static TimeSpan Time(int number) => TimeSpan.FromSeconds(number / 25.0);
}

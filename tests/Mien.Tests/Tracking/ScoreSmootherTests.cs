namespace Mien.Tests.Tracking;

public sealed class ScoreSmootherTests
{
    private static readonly EmotionScores Neutral = Mostly(Emotion.Neutral);
    private static readonly EmotionScores Surprise = Mostly(Emotion.Surprise);

    [Theory]
    [InlineData(60)]
    [InlineData(30)]
    [InlineData(15)]
    [InlineData(10)]
    public void A_surprise_of_a_third_of_a_second_survives(int framesPerSecond)
    {
        var smoothed = Smooth(framesPerSecond, 3, time => time is >= 1 and < 1.3 ? Surprise : Neutral);
        var surprised = smoothed.Where(reading => reading.Scores.Top == Emotion.Surprise).ToList();
        Assert.NotEmpty(surprised);
        Assert.InRange(surprised[0].Time, 1, 1.2);
        Assert.InRange(surprised[^1].Time, surprised[0].Time, 1.5);
        Assert.Equal(Emotion.Neutral, smoothed[^1].Scores.Top);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(30)]
    [InlineData(15)]
    [InlineData(10)]
    public void A_single_frame_that_reads_differently_does_not(int framesPerSecond)
    {
        var smoothed = Smooth(framesPerSecond, 3, time => (int)Math.Round(time * framesPerSecond) % 12 == 5 ? Surprise : Neutral);
        Assert.All(smoothed, reading => Assert.Equal(Emotion.Neutral, reading.Scores.Top));
    }

    [Fact]
    public void The_noise_of_steady_scores_is_averaged()
    {
        var random = new Random(1);
        var raw = new List<float>();
        var smoothed = Smooth(30, 20, _ =>
        {
            float neutral = 0.6f + (0.2f * (random.NextSingle() - 0.5f));
            raw.Add(neutral);
            return new([Emotion.Neutral, Emotion.Sadness], [neutral, 1 - neutral]);
        });
        Assert.True(Deviation([.. smoothed.Skip(30).Select(reading => reading.Scores[Emotion.Neutral])]) < 0.35 * Deviation(raw));
        Assert.Equal(0.6, smoothed.Skip(30).Average(reading => reading.Scores[Emotion.Neutral]), tolerance: 0.02);
    }

    [Fact]
    public void The_frame_rate_makes_little_difference()
    {
        static EmotionScores Face(double time) => time < 2 ? Mostly(Emotion.Sadness, 0.5f) : Mostly(Emotion.Happiness, 0.5f);
        var slow = Smooth(15, 4, Face).ToDictionary(reading => Math.Round(reading.Time, 3), reading => reading.Scores);
        foreach (var (time, scores) in Smooth(60, 4, Face))
        {
            if (time is < 2 or > 2.5 && slow.TryGetValue(Math.Round(time, 3), out var other))
                Assert.Equal(other[Emotion.Happiness], scores[Emotion.Happiness], tolerance: 0.1f);
        }
    }

    [Fact]
    public void Smoothed_scores_are_probabilities_and_raw_ones_are_left_alone()
    {
        var smoother = new ScoreSmoother();
        Assert.Same(Neutral, smoother.Smooth(TimeSpan.FromSeconds(0), Neutral));
        float[] raw = Surprise.Values.ToArray();
        for (int frame = 1; frame < 20; frame++)
            Assert.Equal(1, smoother.Smooth(TimeSpan.FromSeconds(frame / 30.0), Surprise).Values.ToArray().Sum(), tolerance: 1e-5f);
        Assert.Equal(raw, Surprise.Values);
    }

    [Fact]
    public void After_a_long_gap_the_new_reading_counts() =>
        Assert.Equal(Emotion.Surprise, Smooth(0.5, 4, time => time < 1 ? Neutral : Surprise)[1].Scores.Top);

    [Fact]
    public void Time_does_not_go_back_and_labels_do_not_change()
    {
        var smoother = new ScoreSmoother();
        smoother.Smooth(TimeSpan.FromSeconds(1), Neutral);
        Assert.Throws<ArgumentOutOfRangeException>(() => smoother.Smooth(TimeSpan.FromSeconds(0.9), Neutral));
        Assert.Throws<ArgumentException>(() => smoother.Smooth(TimeSpan.FromSeconds(1.1), new(["awake", "asleep"], [0.5f, 0.5f])));
    }

    /// <summary>Scores over all eight labels with most on one.</summary>
    internal static EmotionScores Mostly(string label, float probability = 0.9f) =>
        new(Emotion.All, [.. Emotion.All.Select(other => other == label ? probability : (1 - probability) / 7)]);

    private static List<(double Time, EmotionScores Scores)> Smooth(double framesPerSecond, double seconds, Func<double, EmotionScores> face)
    {
        var smoother = new ScoreSmoother();
        return [.. Enumerable.Range(0, (int)(seconds * framesPerSecond)).Select(frame => (frame / framesPerSecond, smoother.Smooth(TimeSpan.FromSeconds(frame / framesPerSecond), face(frame / framesPerSecond))))];
    }

    private static double Deviation(List<float> values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}

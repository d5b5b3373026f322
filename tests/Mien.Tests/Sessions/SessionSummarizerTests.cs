namespace Mien.Tests.Sessions;

public sealed class SessionSummarizerTests
{
    private static readonly string[] Labels = [Emotion.Neutral, Emotion.Happiness, Emotion.Sadness];
    private readonly SessionSummarizer _summarizer = new();

    [Fact]
    public void Shares_are_of_time_and_not_of_frames()
    {
        // Happiness is read ten times as often as neutral, over the same time.
        Watch(0, 2, 5, _ => [Reading(1, Emotion.Neutral)]);
        Watch(2, 4, 50, _ => [Reading(1, Emotion.Happiness)]);
        _summarizer.Add(Seconds(4), []);
        var everyone = _summarizer.Summarize().Whole.Everyone;
        Assert.Equal(1, everyone.Shares.Sum(), tolerance: 1e-5);
        Assert.Equal(0.5, everyone.Shares[0], tolerance: 0.01);
        Assert.Equal(0.5, everyone.Shares[1], tolerance: 0.01);
        Assert.Equal(0, everyone.Shares[2]);
        Assert.Equal(4, everyone.Duration.TotalSeconds, tolerance: 0.05);
    }

    [Fact]
    public void Of_a_single_picture_shares_are_of_readings()
    {
        _summarizer.Add(Seconds(0), [Reading(1, Emotion.Neutral), Reading(2, Emotion.Sadness), Reading(3, Emotion.Sadness), Reading(4, Emotion.Sadness)]);
        var whole = _summarizer.Summarize().Whole;
        Assert.Equal([0.25, 0, 0.75], whole.Everyone.Shares);
        Assert.Equal([1, 0, 0], whole.Tracks[0].Expressions.Shares);
        Assert.Equal(TimeSpan.Zero, whole.Everyone.Duration);
    }

    [Fact]
    public void Gaps_do_not_count()
    {
        Watch(0, 1, 10, _ => [Reading(1, Emotion.Neutral)]);
        Watch(1, 9, 10, _ => []);
        Watch(9, 10, 10, _ => [Reading(1, Emotion.Sadness)]);
        var track = Assert.Single(_summarizer.Summarize().Whole.Tracks);
        Assert.Equal((0, 9.9), (track.FirstSeen.TotalSeconds, track.LastSeen.TotalSeconds));
        Assert.Equal(1.8, track.Expressions.Duration.TotalSeconds, tolerance: 1e-5);
        Assert.Equal([0.5, 0, 0.5], track.Expressions.Shares.Select(share => Math.Round(share, 9)));
        Assert.All(track.Expressions.Transitions, row => Assert.All(row, count => Assert.Equal(0, count)));
        Assert.Equal([(0, 0.9), (9, 9.9)], track.Expressions.LongestEpisodes.OrderBy(episode => episode.Start).Select(episode => (episode.Start.TotalSeconds, episode.End.TotalSeconds)));
    }

    [Fact]
    public void A_slow_source_needs_a_larger_gap()
    {
        var slow = new SessionSummarizer(maximumGap: Seconds(5));
        for (int time = 0; time <= 12; time += 4)
            slow.Add(Seconds(time), [Reading(1, Emotion.Neutral)]);
        Assert.Equal(12, slow.Summarize().Whole.Everyone.Duration.TotalSeconds);
    }

    [Fact]
    public void Transitions_and_episodes_are_those_of_each_face()
    {
        string[] first = [Emotion.Neutral, Emotion.Happiness, Emotion.Neutral, Emotion.Happiness, Emotion.Sadness];
        Watch(0, 10, 10, time => [Reading(1, first[(int)(time / 2)]), Reading(2, Emotion.Sadness, 0.7f)]);
        _summarizer.Add(Seconds(10), [Reading(1, Emotion.Sadness), Reading(2, Emotion.Sadness, 0.7f)]);
        var whole = _summarizer.Summarize().Whole;
        int[][] expected = [[0, 2, 0], [1, 0, 1], [0, 0, 0]];
        Assert.Equal(expected, whole.Tracks[0].Expressions.Transitions);
        Assert.Equal(expected, whole.Everyone.Transitions);
        Assert.All(whole.Tracks[1].Expressions.Transitions, row => Assert.All(row, count => Assert.Equal(0, count)));
        var longest = whole.Everyone.LongestEpisodes[0];
        Assert.Equal((2, Emotion.Sadness, 0, 10), (longest.Track, longest.Label, longest.Start.TotalSeconds, longest.End.TotalSeconds));
        Assert.Equal(0.7, longest.Confidence, tolerance: 1e-6);
        Assert.Equal(5, whole.Everyone.LongestEpisodes.Count);
        Assert.Equal([2, 2, 2, 2, 2], whole.Tracks[0].Expressions.LongestEpisodes.Select(episode => Math.Round((episode.End - episode.Start).TotalSeconds, 5)));
    }

    [Fact]
    public void Valence_and_people_are_told_over_time()
    {
        Watch(0, 3, 10, time => time < 2 ? [Reading(1, Emotion.Happiness, 1)] : [Reading(1, Emotion.Sadness, 1), Reading(2, Emotion.Sadness, 1)]);
        _summarizer.Add(Seconds(3), [Reading(1, Emotion.Sadness, 1), Reading(2, Emotion.Sadness, 1)]);
        var whole = _summarizer.Summarize().Whole;
        Assert.Equal(2, whole.MostPeople);
        Assert.Equal(12, whole.Everyone.Timeline.Count);
        Assert.Equal([(0, 0.25, 1, 0.81), (1, 1.25, 1, 0.81), (2, 2.25, 2, -0.63)],
            whole.Everyone.Timeline.Where((_, i) => i % 4 == 0).Select(bin => (bin.Start.TotalSeconds, bin.End.TotalSeconds, Math.Round(bin.People, 6), Math.Round(bin.Valence!.Value, 6))));
        Assert.Equal(1, whole.Everyone.Timeline[11].Scores![Emotion.Sadness], tolerance: 1e-5f);
        Assert.Equal(4, whole.Tracks[1].Expressions.Timeline.Count);
    }

    [Fact]
    public void The_strongest_changes_are_found_where_they_are()
    {
        Watch(0, 30, 10, time => [Reading(1, Emotion.Neutral, time is >= 8 and < 12 ? 0.8f : 1), Reading(2, time is >= 20 and < 24 ? Emotion.Happiness : Emotion.Neutral)]);
        var changes = _summarizer.Summarize().Whole.Everyone.StrongestChanges;
        Assert.Equal([20, 24], changes.OrderBy(change => change.Time).Select(change => Math.Round(change.Time.TotalSeconds, 6)));
        Assert.All(changes, change => Assert.Equal(2, change.Track));
        var smile = changes.MinBy(change => change.Time)!;
        Assert.Equal((Emotion.Neutral, Emotion.Happiness), (smile.From, smile.To));
        Assert.Equal(0.85, smile.Strength, tolerance: 0.01);
    }

    [Fact]
    public void Markers_divide_a_session_without_losing_time()
    {
        Watch(0, 4, 10, _ => [Reading(1, Emotion.Neutral)]);
        _summarizer.Mark(Seconds(4), "question 1");
        Watch(4.05, 7, 10, _ => [Reading(1, Emotion.Happiness)]);
        _summarizer.Mark(Seconds(7.03), "question 2");
        Watch(7.06, 9, 10, _ => [Reading(1, Emotion.Sadness), Reading(2, Emotion.Sadness)]);
        var (whole, segments) = (_summarizer.Summarize().Whole, _summarizer.Summarize().Segments);
        Assert.Equal([null, "question 1", "question 2"], segments.Select(segment => segment.Marker));
        Assert.Equal([(0, 4), (4, 7.03)], segments.Take(2).Select(segment => (segment.Start.TotalSeconds, segment.End.TotalSeconds)));
        Assert.Equal(whole.Everyone.Duration.TotalSeconds, segments.Sum(segment => segment.Everyone.Duration.TotalSeconds), tolerance: 1e-5);
        Assert.True(segments[1].Everyone.Shares[1] > 0.95);
        Assert.Equal([1, 1, 2], segments.Select(segment => segment.MostPeople));
        Assert.Equal([1, 1, 2], segments.Select(segment => segment.Tracks.Count));
    }

    [Fact]
    public void A_marker_at_the_beginning_has_nothing_before_it()
    {
        _summarizer.Mark(Seconds(0), "scene 1");
        Watch(0, 2, 10, _ => [Reading(1, Emotion.Neutral)]);
        Assert.Equal("scene 1", Assert.Single(_summarizer.Summarize().Segments).Marker);
    }

    [Fact]
    public void Nobody_there_is_a_summary_too()
    {
        Assert.Empty(_summarizer.Summarize().Whole.Tracks);
        Watch(0, 5, 10, _ => []);
        var summary = _summarizer.Summarize();
        Assert.Equal((0, 4.9, 0, 0), (summary.Whole.Start.TotalSeconds, Math.Round(summary.Whole.End.TotalSeconds, 6), summary.Whole.MostPeople, summary.Whole.Everyone.Duration.TotalSeconds));
        Assert.Empty(summary.Segments);
        Assert.Empty(summary.Whole.Everyone.Timeline);
    }

    [Fact]
    public void Three_hours_have_as_many_bins_as_ten_minutes()
    {
        Watch(0, 3 * 3600, 2, time => [Reading(1, (int)(time / 100) % 2 == 0 ? Emotion.Neutral : Emotion.Happiness)]);
        var everyone = _summarizer.Summarize().Whole.Everyone;
        Assert.InRange(everyone.Timeline.Count, 300, 600);
        Assert.All(everyone.Timeline, bin => Assert.Equal(1, bin.People, tolerance: 1e-6));
        Assert.Equal(everyone.Duration.TotalSeconds, everyone.Timeline.Sum(bin => bin.People * (bin.End - bin.Start).TotalSeconds), tolerance: 1e-3);
        Assert.All(everyone.Timeline.Zip(everyone.Timeline.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.Start));
        Assert.Equal(5, everyone.LongestEpisodes.Count);
        Assert.Equal(107, everyone.Transitions.Sum(row => row.Sum()));
    }

    [Fact]
    public void Labels_without_a_place_in_the_circumplex_have_no_valence()
    {
        for (int frame = 0; frame < 20; frame++)
            _summarizer.Add(Seconds(frame / 10.0), [new(1, new(["awake", "asleep"], [0.9f, 0.1f]))]);
        Assert.All(_summarizer.Summarize().Whole.Everyone.Timeline, bin => Assert.Null(bin.Valence));
    }

    [Fact]
    public void Time_does_not_go_back_and_labels_do_not_change()
    {
        _summarizer.Add(Seconds(1), [Reading(1, Emotion.Neutral)]);
        Assert.Throws<ArgumentOutOfRangeException>(() => _summarizer.Add(Seconds(0.9), []));
        Assert.Throws<ArgumentOutOfRangeException>(() => _summarizer.Mark(Seconds(0.9), "early"));
        Assert.Throws<ArgumentException>(() => _summarizer.Add(Seconds(1.1), [new(1, new(["awake", "asleep"], [0.5f, 0.5f]))]));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static TrackReading Reading(int track, string label, float probability = 0.9f) =>
        new(track, new(Labels, [.. Labels.Select(other => other == label ? probability : (1 - probability) / 2)]));

    private void Watch(double start, double end, int framesPerSecond, Func<double, TrackReading[]> faces)
    {
        for (int frame = 0; start + ((double)frame / framesPerSecond) < end - 1e-9; frame++)
            _summarizer.Add(Seconds(start + ((double)frame / framesPerSecond)), faces(start + ((double)frame / framesPerSecond)));
    }
}

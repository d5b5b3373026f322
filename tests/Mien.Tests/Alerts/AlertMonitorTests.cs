namespace Mien.Tests.Alerts;

public sealed class AlertMonitorTests
{
    private static readonly string[] Labels = [Emotion.Anger, Emotion.Neutral];

    [Fact]
    public void An_alert_is_raised_when_it_has_held_long_enough_and_cleared_when_it_is_over()
    {
        var events = Watch("anger>0.6 for 3s", 20, time => [Angry(1, time is >= 2 and < 8 ? 0.8f : 0.1f)]);
        Assert.Equal([(AlertEventKind.Raised, 5, 1), (AlertEventKind.Cleared, 8, 1)], events.Select(e => (e.Kind, e.Time.TotalSeconds, e.Track!.Value)));
        Assert.Equal(0.8, events[0].Value!.Value, tolerance: 1e-6);
    }

    [Fact]
    public void A_break_begins_the_time_anew()
    {
        var events = Watch("anger>0.6 for 3s", 10, time => [Angry(1, time is 2 ? 0.59f : 0.8f)]);
        Assert.Equal(5.1, Assert.Single(events).Time.TotalSeconds, tolerance: 1e-6);
    }

    [Fact]
    public void Without_a_time_the_first_frame_raises_it() =>
        Assert.Equal(1, Watch("anger>=0.5", 3, time => [Angry(1, time < 1 ? 0.4f : 0.5f)])[0].Time.TotalSeconds);

    [Theory]
    [InlineData("anger>0.6", 0.7f, 0.58f, 0.54f)]
    [InlineData("anger<0.4", 0.3f, 0.42f, 0.46f)]
    public void Just_past_the_threshold_an_alert_is_neither_cleared_nor_raised_again(string rule, float met, float between, float released)
    {
        var wavering = Watch(rule + " cooldown 0s", 10, time => [Angry(1, (int)(time * 10) % 2 == 0 ? met : between)]);
        Assert.Equal([AlertEventKind.Raised], wavering.Select(e => e.Kind));
        var over = Watch(rule + " cooldown 0s", 10, time => [Angry(1, time < 5 ? met : released)]);
        Assert.Equal([AlertEventKind.Raised, AlertEventKind.Cleared], over.Select(e => e.Kind));
    }

    [Fact]
    public void During_the_cool_down_it_is_not_raised_again_and_after_it_what_still_holds_is()
    {
        var events = Watch("anger>0.6 cooldown 10s", 16, time => [Angry(1, time is < 1 or (>= 3 and < 4) or >= 6 ? 0.9f : 0.1f)]);
        Assert.Equal([(AlertEventKind.Raised, 0), (AlertEventKind.Cleared, 1), (AlertEventKind.Raised, 10)], events.Select(e => (e.Kind, e.Time.TotalSeconds)));
    }

    [Fact]
    public void Each_face_is_watched_by_itself()
    {
        // Each is angry half of the time: together always, but none for three seconds.
        Assert.Empty(Watch("anger>0.6 for 3s", 20, time => [Angry(1, (int)time % 2 == 0 ? 0.9f : 0), Angry(2, (int)time % 2 == 1 ? 0.9f : 0)]));
        var both = Watch("anger>0.6 for 3s", 10, time => [Angry(1, 0.9f), Angry(2, time < 2 ? 0 : 0.9f)]);
        Assert.Equal([(1, 3), (2, 5)], both.Select(e => (e.Track!.Value, e.Time.TotalSeconds)));
    }

    [Fact]
    public void A_face_that_has_gone_clears_its_alert_and_begins_anew()
    {
        var events = Watch("anger>0.6 for 1s cooldown 0s", 12, time => time is >= 3 and < 8 ? [] : [Angry(1, 0.9f)]);
        Assert.Equal([(AlertEventKind.Raised, 1), (AlertEventKind.Cleared, 5), (AlertEventKind.Raised, 9)], events.Select(e => (e.Kind, Math.Round(e.Time.TotalSeconds))));
        Assert.Null(events[1].Value);
    }

    [Fact]
    public void A_short_occlusion_does_not_break_what_holds() =>
        Assert.Equal(3, Assert.Single(Watch("anger>0.6 for 3s", 5, time => time is >= 1 and < 2 ? [] : [Angry(1, 0.9f)])).Time.TotalSeconds);

    [Fact]
    public void Nobody_there_is_an_alert_of_the_frame()
    {
        var events = Watch("no-face for 10s", 40, time => time is >= 5 and < 20 ? [] : [Angry(1, 0)]);
        Assert.Equal([(AlertEventKind.Raised, 15, null), (AlertEventKind.Cleared, 20, (int?)null)], events.Select(e => (e.Kind, e.Time.TotalSeconds, e.Track)));
    }

    [Fact]
    public void Faces_are_counted()
    {
        var events = Watch("faces>3 for 2s", 10, time => [.. Enumerable.Range(1, time is >= 2 and < 6 ? 4 : 3).Select(track => Angry(track, 0))]);
        Assert.Equal([(AlertEventKind.Raised, 4, 4), (AlertEventKind.Cleared, 6, 3)], events.Select(e => (e.Kind, e.Time.TotalSeconds, e.Value!.Value)));
    }

    [Fact]
    public void Valence_is_derived_from_the_scores()
    {
        var events = Watch("valence<-0.4 for 5s", 10, _ => [Angry(1, 0.9f)]);
        Assert.Equal(5, Assert.Single(events).Time.TotalSeconds);
        Assert.Equal(-0.459, events[0].Value!.Value, tolerance: 1e-3);
        Assert.Empty(Watch("valence<-0.4 for 5s", 10, _ => [Angry(1, 0.7f)]));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(50)]
    public void A_share_is_of_the_time_in_a_sliding_window(int framesPerSecond)
    {
        // From 30 s on angry in two of three seconds: the share over 20 s passes one half some 15 s later.
        var events = Watch("anger share>0.5 over 20s", 100, time => [Angry(1, time >= 30 && (int)time % 3 != 0 && time < 60 ? 0.9f : 0.1f)], framesPerSecond);
        Assert.Equal([AlertEventKind.Raised, AlertEventKind.Cleared], events.Select(e => e.Kind));
        Assert.InRange(events[0].Time.TotalSeconds, 44, 47);
        Assert.InRange(events[1].Time.TotalSeconds, 62, 69);
    }

    [Fact]
    public void A_share_needs_its_whole_window_first() =>
        Assert.Equal(20, Assert.Single(Watch("anger share>0.5 over 20s", 30, _ => [Angry(1, 0.9f)])).Time.TotalSeconds, tolerance: 1e-6);

    [Fact]
    public void Several_rules_are_watched_at_once()
    {
        var monitor = new AlertMonitor([AlertRule.Parse("no-face", Labels), AlertRule.Parse("anger>0.6", Labels), AlertRule.Parse("faces>=1", Labels)]);
        Assert.Equal(["anger>0.6", "faces>=1"], monitor.Update(TimeSpan.FromSeconds(0), [Angry(1, 0.9f)]).Select(e => e.Rule.Text));
        Assert.Equal([(AlertEventKind.Raised, "no-face"), (AlertEventKind.Cleared, "faces>=1")], monitor.Update(TimeSpan.FromSeconds(1), []).Select(e => (e.Kind, e.Rule.Text)));
    }

    [Fact]
    public void Passers_by_are_forgotten()
    {
        var monitor = new AlertMonitor([AlertRule.Parse("anger>0.6 for 1s", Labels), AlertRule.Parse("anger share>0.5 over 1m", Labels), AlertRule.Parse("no-face", Labels)]);
        for (int frame = 0; frame < 36_000; frame++)
        {
            monitor.Update(TimeSpan.FromSeconds(frame / 10.0), [Angry(frame / 40, 0.9f)]);
            Assert.InRange(monitor.Watched, 1, 25);
        }
    }

    [Fact]
    public void Time_does_not_go_back()
    {
        var monitor = new AlertMonitor([]);
        monitor.Update(TimeSpan.FromSeconds(1), []);
        Assert.Throws<ArgumentOutOfRangeException>(() => monitor.Update(TimeSpan.FromSeconds(0.5), []));
    }

    private static TrackReading Angry(int track, float anger) => new(track, new(Labels, [anger, 1 - anger]));

    private static List<AlertEvent> Watch(string rule, double seconds, Func<double, TrackReading[]> faces, int framesPerSecond = 10)
    {
        var monitor = new AlertMonitor([AlertRule.Parse(rule, Labels)]);
        return [.. Enumerable.Range(0, (int)(seconds * framesPerSecond)).SelectMany(frame => monitor.Update(TimeSpan.FromSeconds((double)frame / framesPerSecond), faces((double)frame / framesPerSecond)))];
    }
}

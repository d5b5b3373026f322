namespace Mien.Tests.Alerts;

public sealed class AlertRuleTests
{
    [Theory]
    [InlineData("anger>0.6 for 3s", AlertQuantity.Probability, Emotion.Anger, AlertComparison.Greater, 0.6, 3, 0, 30)]
    [InlineData("anger > .6", AlertQuantity.Probability, Emotion.Anger, AlertComparison.Greater, 0.6, 0, 0, 30)]
    [InlineData("Happy<=0.1 for 500ms", AlertQuantity.Probability, Emotion.Happiness, AlertComparison.LessOrEqual, 0.1, 0.5, 0, 30)]
    [InlineData("no-face for 10s", AlertQuantity.Faces, null, AlertComparison.Less, 1, 10, 0, 30)]
    [InlineData("faces>3 for 2s cooldown 1m", AlertQuantity.Faces, null, AlertComparison.Greater, 3, 2, 0, 60)]
    [InlineData("sadness share>0.5 over 60s", AlertQuantity.Share, Emotion.Sadness, AlertComparison.Greater, 0.5, 0, 60, 30)]
    [InlineData("sadness share >= 0.5 over 1.5m for 5s cooldown 0s", AlertQuantity.Share, Emotion.Sadness, AlertComparison.GreaterOrEqual, 0.5, 5, 90, 0)]
    [InlineData("  valence<-0.4 for 5s ", AlertQuantity.Valence, null, AlertComparison.Less, -0.4, 5, 0, 30)]
    [InlineData("AROUSAL>=0.5 FOR 5 s", AlertQuantity.Arousal, null, AlertComparison.GreaterOrEqual, 0.5, 5, 0, 30)]
    public void A_rule_says_what_it_means(string text, AlertQuantity quantity, string? label, AlertComparison comparison, double threshold, double hold, double over, double cooldown)
    {
        var rule = AlertRule.Parse(text, Emotion.All);
        Assert.Equal((quantity, label, comparison, threshold), (rule.Quantity, rule.Label, rule.Comparison, rule.Threshold));
        Assert.Equal((hold, over, cooldown), (rule.For.TotalSeconds, rule.Over.TotalSeconds, rule.Cooldown.TotalSeconds));
        Assert.Equal(text, rule.Text);
    }

    [Theory]
    [InlineData("", 1, "expected no-face, faces, valence, arousal or a label of the model (neutral", "found the end")]
    [InlineData("angre>0.6", 1, "a label of the model (neutral, happiness", "found 'angre>0.6'")]
    [InlineData("bored>0.6", 1, "a label of the model", "found 'bored>0.6'")]
    [InlineData("angerr share>0.6 over 3s", 1, "a label of the model", "found 'angerr'")]
    [InlineData("anger", 6, "expected <, <=, >, >= or 'share'", "found the end")]
    [InlineData("anger=0.6 for 3s", 6, "expected <, <=, >, >= or 'share'", "found '=0.6'")]
    [InlineData("faces for 3s", 7, "expected <, <=, > or >=", "found 'for'")]
    [InlineData("anger share for 3s", 13, "expected <, <=, > or >=", "found 'for'")]
    [InlineData("anger>high", 7, "expected a number from 0 to 1, as probabilities are", "found 'high'")]
    [InlineData("anger > 60 for 3s", 9, "expected a number from 0 to 1, as probabilities are", "found '60'")]
    [InlineData("anger>0.6.1", 7, "expected a number from 0 to 1, as probabilities are", "found '0.6.1'")]
    [InlineData("anger share>2 over 3s", 13, "expected a number from 0 to 1, as shares are", "found '2'")]
    [InlineData("valence<-4", 9, "expected a number from -1 to 1, as valence is", "found '-4'")]
    [InlineData("faces>-1", 7, "expected a number of faces, 0 or more", "found '-1'")]
    [InlineData("anger share>0.5", 16, "expected 'over' and the time that the share is of, such as 'over 60s'", "found the end")]
    [InlineData("anger share>0.5 for 3s", 17, "expected 'over'", "found 'for'")]
    [InlineData("anger share>0.5 over 0s", 22, "expected a duration of more than 0, such as 500ms, 3s or 2m", "found '0s'")]
    [InlineData("anger>0.6 for", 14, "expected a duration, such as 500ms, 3s or 2m", "found the end")]
    [InlineData("anger>0.6 for three", 15, "expected a duration, such as 500ms, 3s or 2m", "found 'three'")]
    [InlineData("anger>0.6 for -3s", 15, "expected a duration, such as 500ms, 3s or 2m", "found '-3s'")]
    [InlineData("anger>0.6 for 3", 16, "expected a unit: ms, s or m", "found the end")]
    [InlineData("anger>0.6 for 3 hours", 17, "expected a unit: ms, s or m", "found 'hours'")]
    [InlineData("anger>0.6 over 3s", 11, "expected 'for' or 'cooldown' or the end of the rule", "found 'over'")]
    [InlineData("anger>0.6 for 3s for 4s", 18, "expected 'cooldown' or the end of the rule", "found 'for'")]
    [InlineData("no-face for 3s cooldown 60s now", 29, "expected the end of the rule", "found 'now'")]
    public void A_fault_is_shown_where_it_is(string text, int column, string expected, string found)
    {
        var error = Assert.Throws<MienException>(() => AlertRule.Parse(text, Emotion.All));
        Assert.StartsWith($"Alert rule, column {column}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(found, error.Message, StringComparison.Ordinal);
        string[] lines = error.Message.Split('\n');
        Assert.Equal(["  " + text, "  " + new string(' ', column - 1) + "^"], lines[^2..]);
    }

    [Fact]
    public void Labels_of_ones_own_may_have_several_words_but_no_valence()
    {
        string[] labels = ["very tired", "very", "awake"];
        Assert.Equal("very tired", AlertRule.Parse("very tired>0.5 for 1s", labels).Label);
        Assert.Equal("very", AlertRule.Parse("very share>0.5 over 1s", labels).Label);
        var error = Assert.Throws<MienException>(() => AlertRule.Parse("valence<0", labels));
        Assert.Contains("column 1: valence is derived from the eight emotions, and this model has other labels: very tired", error.Message, StringComparison.Ordinal);
    }
}

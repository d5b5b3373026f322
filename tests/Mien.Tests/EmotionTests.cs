namespace Mien.Tests;

public sealed class EmotionTests
{
    [Theory]
    [InlineData("angry", Emotion.Anger)]
    [InlineData("Happy", Emotion.Happiness)]
    [InlineData(" FEARFUL ", Emotion.Fear)]
    public void Usual_spellings_name_the_same_emotion(string spelling, string emotion) =>
        Assert.Equal(emotion, Emotion.FromSpelling(spelling));

    [Fact]
    public void An_unknown_word_is_no_emotion() => Assert.Null(Emotion.FromSpelling("bored"));

    [Fact]
    public void The_top_label_is_the_most_probable_one()
    {
        var scores = new EmotionScores([Emotion.Fear, Emotion.Anger], [0.25f, 0.75f]);
        Assert.Equal(Emotion.Anger, scores.Top);
        Assert.Equal(0.75f, scores.Confidence);
        Assert.Equal(0.25f, scores[Emotion.Fear]);
        Assert.Equal(0, scores[Emotion.Contempt]);
    }
}

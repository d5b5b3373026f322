namespace Mien.Tests.Recognition;

public sealed class CircumplexTests
{
    [Theory]
    [InlineData(Emotion.Happiness, 1, 1)]
    [InlineData(Emotion.Surprise, 1, 1)]
    [InlineData(Emotion.Sadness, -1, -1)]
    [InlineData(Emotion.Anger, -1, 1)]
    [InlineData(Emotion.Fear, -1, 1)]
    [InlineData(Emotion.Disgust, -1, 1)]
    [InlineData(Emotion.Contempt, -1, 1)]
    [InlineData(Emotion.Neutral, 0, 0)]
    public void Each_emotion_lies_in_its_quarter(string emotion, int valence, int arousal)
    {
        var place = Circumplex.Of(new EmotionScores([emotion], [1]))!.Value;
        Assert.Equal((valence, arousal), (Math.Sign(place.Valence), Math.Sign(place.Arousal)));
        Assert.InRange(MathF.Sqrt((place.Valence * place.Valence) + (place.Arousal * place.Arousal)), 0, 1);
    }

    [Fact]
    public void A_mixture_lies_between()
    {
        var half = Circumplex.Of(new EmotionScores([Emotion.Happiness, Emotion.Neutral], [0.5f, 0.5f]))!.Value;
        Assert.Equal((0.405f, 0.255f), (half.Valence, half.Arousal));
    }

    [Fact]
    public void Labels_of_ones_own_have_no_place()
    {
        Assert.Null(Circumplex.Of(new EmotionScores(["happy", "bored"], [0.5f, 0.5f])));
        Assert.NotNull(Circumplex.Of(new EmotionScores(["happy", "angry"], [0.5f, 0.5f])));
    }
}

namespace Mien.Training.Tests.Fitting;

public sealed class LearningRateTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.5)]
    [InlineData(2, 1)]
    [InlineData(6, 0.5)]
    [InlineData(10, 0)]
    [InlineData(11, 0)]
    public void Cosine_rises_in_the_warm_up_and_falls_to_zero(double epoch, double expected) =>
        Assert.Equal(expected, LearningRate.Cosine(1, epoch, 10, 2), 12);

    [Fact]
    public void Without_warm_up_cosine_starts_at_its_peak() => Assert.Equal(0.3, LearningRate.Cosine(0.3, 0, 5));

    [Fact]
    public void A_warm_up_as_long_as_the_training_only_rises()
    {
        Assert.Equal(0.5, LearningRate.Cosine(1, 2.5, 5, 5));
        Assert.Equal(0, LearningRate.Cosine(1, 5, 5, 5), 12);
    }

    [Fact]
    public void Warm_up_ends_at_the_peak()
    {
        Assert.Equal(0.25, LearningRate.Warmup(1, 0.5, 2));
        Assert.Equal(1, LearningRate.Warmup(1, 2, 2));
        Assert.Equal(1, LearningRate.Warmup(1, 0, 0));
    }

    [Fact]
    public void Plateau_cuts_once_patience_is_over()
    {
        PlateauState state = PlateauState.Start;
        double[] metrics = [.5, .6, .6, .55, .59, .59, .59, .59, .7, .6];
        double[] scales = [.. metrics.Select(metric => (state = state.Next(metric, 0.1, 2)).Scale)];
        Assert.Equal([1, 1, 1, 1, .1, .1, .1, .01, .01, .01], scales.Select(scale => Math.Round(scale, 9)));
    }

    [Fact]
    public void Plateau_does_not_cut_below_the_minimum()
    {
        PlateauState state = PlateauState.Start.Next(1, 0.1, 0, 0.05);
        for (int i = 0; i < 5; i++)
            state = state.Next(0, 0.1, 0, 0.05);
        Assert.Equal(0.05, state.Scale);
    }
}

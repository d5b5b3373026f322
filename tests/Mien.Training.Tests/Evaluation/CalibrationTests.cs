namespace Mien.Training.Tests.Evaluation;

public sealed class CalibrationTests
{
    [Theory]
    [InlineData(0.4)]
    [InlineData(1)]
    [InlineData(2.5)]
    public void Answers_drawn_at_a_temperature_give_that_temperature(double temperature)
    {
        (float[] logits, int[] targets) = Draw(temperature, 20000);
        Calibration calibration = Calibration.Fit(logits, targets);
        Assert.Equal(temperature, calibration.Temperature, 0.05 * temperature);
        Assert.InRange(calibration.EceAfter, 0, 0.012);
        Assert.True(Math.Abs(temperature - 1) < 0.1 || calibration.EceBefore > 0.05, $"before {calibration.EceBefore}");
    }

    [Fact]
    public void The_temperature_has_the_least_loss()
    {
        (float[] logits, int[] targets) = Draw(1.7, 500);
        double best = Calibration.Fit(logits, targets).Temperature;
        double Loss(double temperature) => ClassificationReport.Create(["a", "b", "c"],
            [.. logits.Select(logit => (float)Math.Exp(logit / temperature))], targets).LogLoss;
        Assert.True(Loss(best) < Loss(best * 1.02) && Loss(best) < Loss(best / 1.02));
    }

    [Fact]
    public void Without_an_error_to_learn_from_the_temperature_stays_one()
    {
        Assert.Equal(1, Calibration.Fit([2, 1, 0, 3], [0, 1]).Temperature);
        Assert.Equal(new Calibration(1, 0, 0), Calibration.Fit([], []));
    }

    [Fact]
    public void An_always_wrong_network_gets_a_finite_temperature() =>
        Assert.InRange(Calibration.Fit([2, 1, 0, 3], [1, 0]).Temperature, 10, 20);

    [Fact]
    public void Undoing_a_temperature_gives_the_probabilities_before_it()
    {
        double[] logits = [1, -2, 0.5];
        float[] tempered = [.. logits.Select(logit => (float)(Math.Exp(logit / 2.5) / logits.Sum(other => Math.Exp(other / 2.5))))];
        float[] raw = Calibration.Undo(tempered, 2.5);
        for (int i = 0; i < logits.Length; i++)
            Assert.Equal(Math.Exp(logits[i]) / logits.Sum(Math.Exp), raw[i] / raw.Sum(), 5);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused() =>
        Assert.Throws<ArgumentException>(() => Calibration.Fit([1, 2, 3], [0, 1]));

    /// <summary>Random logits of three classes, and targets drawn from their softmax at a temperature.</summary>
    private static (float[] Logits, int[] Targets) Draw(double temperature, int count)
    {
        var random = new Random(3);
        var logits = new float[count * 3];
        var targets = new int[count];
        for (int i = 0; i < count; i++)
        {
            Span<float> row = logits.AsSpan(i * 3, 3);
            double sum = 0;
            foreach (ref float logit in row)
                sum += Math.Exp((logit = (float)((random.NextDouble() * 8) - 4)) / temperature);
            double draw = random.NextDouble() * sum;
            while ((draw -= Math.Exp(row[targets[i]] / temperature)) > 0 && targets[i] < 2)
                targets[i]++;
        }
        return (logits, targets);
    }
}

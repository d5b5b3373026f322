using System.Text.Json;

namespace Mien.Training.Tests.Evaluation;

public sealed class ClassificationReportTests
{
    private static readonly string[] Labels = ["a", "b", "c", "d"];

    [Fact]
    public void Figures_are_those_of_their_definitions()
    {
        // truth a a b b b; predicted a b b b a; c and d never occur.
        ClassificationReport report = ClassificationReport.Create(Labels,
            [.7f, .1f, .1f, .1f, .2f, .6f, .1f, .1f, .1f, .9f, 0, 0, .25f, .5f, .25f, 0, .5f, .25f, .25f, 0], [0, 0, 1, 1, 1]);
        Assert.Equal(5, report.N);
        Assert.Equal(0.6, report.Accuracy, 12);
        Assert.Equal(((1.0 / 2) + (2.0 / 3)) / 2, report.BalancedAccuracy, 12);
        Assert.Equal(((1.0 / 2) + (2.0 / 3)) / 2, report.MacroF1, 12);
        Assert.Equal(-(Math.Log(.7) + Math.Log(.2) + Math.Log(.9) + Math.Log(.5) + Math.Log(.25)) / 5, report.LogLoss, 6);
        Assert.Equal([1, 1, 0, 0], report.Confusion[0]);
        Assert.Equal([1, 2, 0, 0], report.Confusion[1]);
        Assert.Equal(new ClassReport("a", 0.5, 0.5, 0.5, 2), report.PerClass[0]);
        Assert.Equal(new ClassReport("c", 0, 0, 0, 0), report.PerClass[2]);
    }

    [Fact]
    public void A_class_that_is_only_predicted_counts_in_macro_F1_but_not_in_balanced_accuracy()
    {
        ClassificationReport report = ClassificationReport.Create(["a", "b", "c"], [1, 0, 0, 0, 1, 0], [0, 0]);
        Assert.Equal(0.5, report.BalancedAccuracy, 12);
        Assert.Equal(2.0 / 3 / 2, report.MacroF1, 12);
    }

    [Fact]
    public void A_certain_error_costs_a_finite_loss()
    {
        ClassificationReport report = ClassificationReport.Create(["a", "b"], [1, 0, 0, 0], [1, 1]);
        Assert.Equal(-Math.Log(1.1920928955078125e-7), report.LogLoss, 9);
    }

    [Fact]
    public void Rows_are_scaled_to_one() =>
        Assert.Equal(-Math.Log(0.75), ClassificationReport.Create(["a", "b"], [3, 1], [0]).LogLoss, 9);

    [Fact]
    public void No_sample_gives_zeros_and_no_NaN()
    {
        ClassificationReport report = ClassificationReport.Create(Labels, [], []);
        Assert.Equal(0, report.N);
        Assert.Equal(0, report.Accuracy);
        Assert.Equal(0, report.BalancedAccuracy);
        Assert.Equal(0, report.MacroF1);
        Assert.Equal(0, report.LogLoss);
        Assert.Equal(0, report.Ece);
        Assert.Equal((0, 0), (report.AccuracyLow, report.AccuracyHigh));
    }

    [Fact]
    public void The_calibration_error_is_the_mean_distance_of_confidence_and_accuracy_over_fifteen_bins()
    {
        // Three samples at 0.95 of which two are right share a bin with one at 1, which is right; one at 0.62 is wrong.
        ClassificationReport report = ClassificationReport.Create(["a", "b"], [.95f, .05f, .95f, .05f, .05f, .95f, 1, 0, .38f, .62f], [0, 0, 0, 0, 0]);
        double full = Math.Abs((((3 * .95) + 1) / 4) - .75);
        Assert.Equal(((4 * full) + (1 * .62)) / 5, report.Ece, 6);
        Assert.Equal(15, report.Reliability.Count);
        Assert.Equal((4, 0.75), (report.Reliability[^1].Count, report.Reliability[^1].Accuracy));
        Assert.Equal(1, report.Reliability.Single(bin => bin.Low < .62 && .62 <= bin.High).Count);
    }

    [Fact]
    public void Perfect_calibration_has_no_error()
    {
        float[] probabilities = [.. Enumerable.Range(0, 100).SelectMany(_ => (float[])[.75f, .25f])];
        Assert.Equal(0, ClassificationReport.Create(["a", "b"], probabilities, [.. Enumerable.Range(0, 100).Select(i => i < 75 ? 0 : 1)]).Ece, 6);
    }

    [Theory]
    [InlineData(3589, 2373)]
    [InlineData(400, 30)]
    public void The_interval_of_the_accuracy_is_that_of_a_sample_of_its_size(int count, int right)
    {
        ClassificationReport report = Answers(count, right);
        double p = (double)right / count, deviation = Math.Sqrt(p * (1 - p) / count);
        Assert.Equal(p - (1.96 * deviation), report.AccuracyLow, 0.4 * deviation);
        Assert.Equal(p + (1.96 * deviation), report.AccuracyHigh, 0.4 * deviation);
        Assert.Equal((report.AccuracyLow, report.AccuracyHigh), (Answers(count, right).AccuracyLow, Answers(count, right).AccuracyHigh));
    }

    private static ClassificationReport Answers(int count, int right) => ClassificationReport.Create(["a", "b"],
        [.. Enumerable.Range(0, count).SelectMany(_ => (float[])[1, 0])], [.. Enumerable.Range(0, count).Select(i => i < right ? 0 : 1)]);

    [Fact]
    public void Sizes_and_values_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ClassificationReport.Create(["a", "b"], [1, 0, 0], [0]));
        Assert.Throws<ArgumentException>(() => ClassificationReport.Create(["a", "b"], [1, 0], [2]));
        Assert.Throws<ArgumentException>(() => ClassificationReport.Create(["a", "b"], [float.NaN, 0], [0]));
        Assert.Throws<ArgumentException>(() => ClassificationReport.Create([], [], []));
    }

    [Fact]
    public void The_JSON_has_the_promised_names()
    {
        using JsonDocument json = JsonDocument.Parse(ClassificationReport.Create(["a", "b"], [1, 0, 1, 0], [0, 1]).ToJson());
        Assert.Equal(["n", "accuracy", "accuracyLow", "accuracyHigh", "balancedAccuracy", "macroF1", "logLoss", "ece", "labels", "perClass", "confusion"],
            json.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal("[[1,0],[1,0]]", json.RootElement.GetProperty("confusion").GetRawText());
        Assert.Equal(["label", "precision", "recall", "f1", "support"],
            json.RootElement.GetProperty("perClass")[0].EnumerateObject().Select(property => property.Name));
    }
}

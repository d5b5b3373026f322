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
    }

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
        Assert.Equal(["n", "accuracy", "balancedAccuracy", "macroF1", "logLoss", "labels", "perClass", "confusion"],
            json.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal("[[1,0],[1,0]]", json.RootElement.GetProperty("confusion").GetRawText());
        Assert.Equal(["label", "precision", "recall", "f1", "support"],
            json.RootElement.GetProperty("perClass")[0].EnumerateObject().Select(property => property.Name));
    }
}

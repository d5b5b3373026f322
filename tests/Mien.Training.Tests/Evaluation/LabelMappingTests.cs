namespace Mien.Training.Tests.Evaluation;

public sealed class LabelMappingTests
{
    [Fact]
    public void Order_and_spelling_do_not_matter()
    {
        LabelMapping mapping = LabelMapping.Create(["anger", "happiness"], ["Happy", "angry"]);
        ClassificationReport report = mapping.Evaluate([.9f, .1f, .2f, .8f], [1, 0], out int leftOut);
        Assert.Equal(1, report.Accuracy);
        Assert.Equal(0, leftOut);
        Assert.Equal(["anger", "happiness"], report.Labels);
        Assert.Null(mapping.Describe());
    }

    [Fact]
    public void A_label_that_the_model_does_not_know_is_refused_by_name()
    {
        var error = Assert.Throws<MienException>(() => LabelMapping.Create(["anger", "fear"], ["anger", "contempt"]));
        Assert.Contains("contempt", error.Message, StringComparison.Ordinal);
        Assert.Contains("anger, fear", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_only_the_model_knows_stays_an_error_that_it_can_make()
    {
        LabelMapping mapping = LabelMapping.Create(["anger", "contempt"], ["anger"]);
        ClassificationReport report = mapping.Evaluate([.4f, .6f, .6f, .4f], [0, 0], out _);
        Assert.Equal(0.5, report.Accuracy);
        Assert.False(mapping.IsRestricted);
        Assert.Contains("contempt", mapping.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void Restricted_to_shared_classes_others_are_left_out_and_counted()
    {
        LabelMapping mapping = LabelMapping.Create(["anger", "neutral", "fear"], ["fear", "contempt", "anger"], sharedOnly: true);
        ClassificationReport report = mapping.Evaluate([.2f, .7f, .1f, .1f, .1f, .8f, 0, 0, 1], [2, 1, 0], out int leftOut);
        Assert.Equal(["anger", "fear"], report.Labels);
        Assert.Equal(1, leftOut);
        Assert.Equal(2, report.N);
        Assert.Equal(1, report.Accuracy);
        Assert.Equal(-Math.Log(.2 / .3) / 2, report.LogLoss, 5);
        Assert.Equal([0, 2], mapping.Apply([.2f, .7f, .1f, .1f, .1f, .8f, 0, 0, 1], [2, 1, 0]).Images);
        Assert.True(mapping.IsRestricted);
        Assert.Equal("Restricted to the 2 shared classes: samples of contempt are left out; the model may not answer neutral.", mapping.Describe());
    }

    [Fact]
    public void Nothing_shared_is_an_error() =>
        Assert.Throws<MienException>(() => LabelMapping.Create(["anger"], ["cat", "dog"], sharedOnly: true));

    [Fact]
    public void The_same_label_twice_is_an_error() =>
        Assert.Throws<MienException>(() => LabelMapping.Create(["anger", "angry"], ["anger"]));
}

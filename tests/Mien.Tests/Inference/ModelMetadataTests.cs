namespace Mien.Tests.Inference;

public sealed class ModelMetadataTests
{
    [Fact]
    public void A_manifest_may_leave_out_what_has_a_default()
    {
        var metadata = ModelMetadata.Parse("""{"name": "mine", "labels": ["calm", "tense"]}""", "mine.onnx.json");
        Assert.Equal("emotion", metadata.Task);
        Assert.Equal(1, metadata.Temperature);
        Assert.True(metadata.NormalizationInGraph);
        Assert.True(metadata.SoftmaxInGraph);
        Assert.Empty(metadata.Mean);
        Assert.Empty(metadata.Metrics);
    }

    [Fact]
    public void What_a_model_says_of_itself_survives_the_file()
    {
        var metadata = new ModelMetadata
        {
            Name = "mine", Labels = ["calm", "tense"], InputSize = 48, Color = ColorOrder.Bgr, Mean = [1, 2, 3], Deviation = [4, 5, 6],
            CropMargin = 0.1f, Temperature = 1.5f, License = "MIT", TrainingData = "my own", Metrics = new Dictionary<string, double> { ["test.accuracy"] = 0.7 },
        };
        Assert.Equal(metadata.ToJson(), ModelMetadata.Parse(metadata.ToJson(), "mine.onnx").ToJson());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"labels": ["calm"]}""")]
    [InlineData("""{"name": "mine", "temperature": 0}""")]
    public void A_broken_manifest_is_refused_by_its_file_name(string json) =>
        Assert.Contains("mine.onnx.json", Assert.Throws<ModelException>(() => ModelMetadata.Parse(json, "mine.onnx.json")).Message, StringComparison.Ordinal);
}

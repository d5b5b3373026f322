namespace Mien.Tests;

public sealed class ExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_model_in_the_box_becomes_int8_and_still_reads_the_sample()
    {
        var random = new Random(1);
        foreach (string label in (ReadOnlySpan<string>)["happy", "sad"])
        {
            Directory.CreateDirectory(_folder["data", label]);
            for (int i = 0; i < 20; i++)
            {
                var region = new CropRegion(60 + random.Next(700), 60, 90);
                FaceCrop.Cut(Image.Load(CommandLine.Sample), region, 48, PixelFormat.Gray8).Save(_folder["data", label, $"{i}.png"]);
            }
        }
        string output = _folder["klein.onnx"];
        var exported = await CommandLine.Run("export", ModelBox.Default, "--int8", "--data", _folder["data"], "-o", output, "--metric", "validation.accuracy=0.6");
        Assert.True(exported.ExitCode == 0, exported.Error);
        Assert.Contains("int8, 1.1", exported.Output, StringComparison.Ordinal);
        using (var full = EmotionClassifier.Load(ModelBox.Find(ModelBox.Default)))
        using (var reduced = EmotionClassifier.Load(output))
        {
            Assert.Equal("int8", reduced.Metadata.Precision);
            Assert.Equal(full.Labels, reduced.Labels);
            Assert.Equal((full.Metadata.Name, full.Metadata.License, full.Metadata.TrainingData), (reduced.Metadata.Name, reduced.Metadata.License, reduced.Metadata.TrainingData));
            // The fp32 file's figures are not this file's.
            Assert.Equal(["validation.accuracy"], reduced.Metadata.Metrics.Keys);
        }

        var analyzed = await CommandLine.Run("analyze", CommandLine.Sample, "--model", output);
        Assert.Contains("7 faces", analyzed.Output, StringComparison.Ordinal);
        var again = await CommandLine.Run("export", output, "--fp16", "-o", _folder["again.onnx"]);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("fp32 model", again.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["again.onnx"]));
    }

    [Fact]
    public async Task A_model_gets_another_description_and_keeps_its_weights()
    {
        string output = _folder["mine.onnx"];
        var result = await CommandLine.Run("export", ModelBox.Find(ModelBox.Default), "-o", output, "--name", "mine");
        Assert.True(result.ExitCode == 0, result.Error);
        using var before = EmotionClassifier.Load(ModelBox.Find(ModelBox.Default));
        using var after = EmotionClassifier.Load(output);
        Assert.Equal(("mine", "fp32"), (after.Metadata.Name, after.Metadata.Precision));
        Assert.Equal(before.Metadata.Metrics, after.Metadata.Metrics);
        var face = Image.Load(CommandLine.Sample);
        Assert.Equal(before.Classify(face).Values, after.Classify(face).Values);
    }

    [Theory]
    [InlineData("Choose one of --int8 and --fp16", "--int8", "--fp16", "--data", "x")]
    [InlineData("name a data set with --data", "--int8")]
    [InlineData("--data is for --int8", "--fp16", "--data", "x")]
    [InlineData("no-such-data", "--int8", "--data", "no-such-data")]
    public async Task Options_that_do_not_fit_are_explained(string message, params string[] options)
    {
        var result = await CommandLine.Run(["export", ModelBox.Default, "-o", _folder["model.onnx"], .. options]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["model.onnx"]));
    }

    [Fact]
    public async Task A_detector_is_no_model_to_export()
    {
        string yunet = SharedData.Require("weights", "face_detection_yunet_2023mar.onnx");
        var result = await CommandLine.Run("export", yunet, "--fp16", "-o", _folder["model.onnx"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(yunet, result.Error, StringComparison.Ordinal);
    }
}

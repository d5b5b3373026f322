using Mien.Training.Tests.Data;

namespace Mien.Training.Tests.Export;

/// <summary>Models in 8 bits and in 16-bit floats answer as the fp32 model does, and are as small as they should be.</summary>
[Collection(Fer2013Shared.Name)]
public sealed class PrecisionTests(Fer2013Fixture fer2013) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mien-precision-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_model_in_the_box_in_int8_is_a_quarter_of_the_size_and_reads_faces_alike()
    {
        var model = OnnxExporter.Load(ModelBox.Find(ModelBox.Default), out var metadata);
        var quantized = Quantize(model, metadata, Quantization.CalibrationFaces(fer2013.Original));
        AssertAlike(quantized, largest: 1_500_000, agreement: 0.96, accuracyLoss: 0.007);
    }

    [Fact]
    public void The_model_in_the_box_in_fp16_is_half_the_size_and_reads_faces_the_same()
    {
        var half = HalfPrecision.Convert(OnnxExporter.Load(ModelBox.Find(ModelBox.Default), out _));
        AssertAlike(half, largest: 2_200_000, agreement: 0.998, accuracyLoss: 0.002);
    }

    [Fact]
    public void A_model_that_tells_apart_two_label_sets_keeps_both()
    {
        var model = OnnxExporter.Load(ModelBox.Find(ModelBox.Default), out var metadata);
        string path = Path.Combine(_folder, "both.onnx");
        OnnxExporter.Save(Quantize(model, metadata, Quantization.CalibrationFaces(fer2013.Original)), path);
        var faces = fer2013.Original["validation"].Subset([.. Enumerable.Range(0, 200)]);
        using var full = EmotionClassifier.Load(ModelBox.Find(ModelBox.Default), labels: AlternativeLabels.FerPlus);
        using var quantized = EmotionClassifier.Load(path, labels: AlternativeLabels.FerPlus);
        Image[] images = [.. Enumerable.Range(0, faces.Count).Select(faces.ImageAt)];
        var expected = full.Classify(images);
        var actual = quantized.Classify(images);
        Assert.Contains(Emotion.Contempt, quantized.Labels);
        Assert.InRange(Enumerable.Range(0, faces.Count).Count(i => expected[i].Top == actual[i].Top), 190, 200);
    }

    [Fact]
    public void Each_kind_of_layer_that_networks_are_made_of_runs_in_integers()
    {
        var graph = EveryLayer();
        var faces = Shapes(64);
        var quantized = Quantize(graph, Metadata, faces);
        Assert.InRange(Distance(graph, quantized, faces), 1e-7, 0.01);

        string path = Path.Combine(_folder, "quantized.onnx");
        OnnxExporter.Save(quantized, path);
        var operators = PlainOnnxRuntime.OptimizedOperators(path).ToHashSet();
        Assert.Subset(operators, new HashSet<string> { "QLinearConv", "QLinearAdd", "QLinearMul", "QLinearSigmoid", "QLinearConcat", "QLinearGlobalAveragePool", "QGemm" });
        Assert.Empty(operators.Intersect(["Conv", "FusedConv", "Gemm", "Relu", "Clip", "Add", "Sigmoid", "Concat", "GlobalAveragePool"]));
    }

    [Fact]
    public void Each_kind_of_layer_runs_in_16_bit_floats()
    {
        var graph = EveryLayer();
        Assert.InRange(Distance(graph, HalfPrecision.Convert(graph), Shapes(64)), 1e-7, 2e-3);
    }

    [Fact]
    public void The_scale_of_an_activation_comes_from_the_faces_it_is_calibrated_on()
    {
        var graph = EveryLayer();
        var dark = Enumerable.Range(0, 8).Select(_ => Image.FromPixels(16, 16, PixelFormat.Gray8, new byte[256])).ToArray();
        var faces = Shapes(64);
        Assert.True(Distance(graph, Quantize(graph, Metadata, dark), faces) > 2 * Distance(graph, Quantize(graph, Metadata, faces), faces));
    }

    [Fact]
    public void A_model_of_reduced_precision_is_not_reduced_again()
    {
        var graph = EveryLayer();
        foreach (var reduced in (ReadOnlySpan<OnnxGraph>)[Quantize(graph, Metadata, Shapes(4)), HalfPrecision.Convert(graph)])
        {
            Assert.Contains("fp32 model", Assert.Throws<MienException>(() => HalfPrecision.Convert(reduced)).Message, StringComparison.Ordinal);
            Assert.Contains("fp32 model", Assert.Throws<MienException>(() => Quantize(reduced, Metadata, Shapes(4))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Operators_that_are_not_known_are_named()
    {
        var graph = new OnnxGraph("foreign");
        string face = graph.Input("face", -1, 1, 16, 16);
        graph.Output(graph.Add("Erf", [graph.Add("Einsum", [face])]), "scores", -1, 2);
        var error = Assert.Throws<MienException>(() => HalfPrecision.Convert(graph));
        Assert.Contains("Einsum, Erf", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_model_is_a_named_error_or_a_model()
    {
        byte[] model = EveryLayer().ToBytes("Mien", "0");
        var random = new Random(11);
        string path = Path.Combine(_folder, "damaged.onnx");
        int refused = 0;
        for (int i = 0; i < 1000; i++)
        {
            byte[] damaged = [.. model];
            for (int k = random.Next(1, 6); k > 0; k--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                HalfPrecision.Convert(OnnxGraph.Read(damaged, path));
                if (i % 10 == 0)
                {
                    File.WriteAllBytes(path, damaged);
                    OnnxExporter.Load(path, out _);
                }
            }
            catch (MienException error)
            {
                refused++;
                if (error is ModelException)
                    Assert.Contains("damaged.onnx", error.Message, StringComparison.Ordinal);
            }
        }
        Assert.InRange(refused, 100, 990);
    }

    [Fact]
    public void Without_faces_nothing_is_quantized() =>
        Assert.Contains("faces", Assert.Throws<MienException>(() => Quantize(EveryLayer(), Metadata, [])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_weight_beyond_16_bit_floats_is_named()
    {
        var graph = new OnnxGraph("large");
        string face = graph.Input("face", -1, 4);
        graph.Output(graph.Add("MatMul", [face, graph.Constant([1e5f, 0, 0, 0], 4, 1)]), "scores", -1, 1);
        Assert.Contains("100000", Assert.Throws<MienException>(() => HalfPrecision.Convert(graph)).Message, StringComparison.Ordinal);
    }

    private static OnnxGraph Quantize(OnnxGraph graph, ModelMetadata metadata, IReadOnlyList<Image> faces) =>
        Quantization.Quantize(graph, metadata, faces, progress: null, TestContext.Current.CancellationToken);

    private static ModelMetadata Metadata { get; } = new()
    {
        Name = "layers", Labels = ["a", "b", "c"], InputSize = 16, Color = ColorOrder.Gray,
    };

    /// <summary>
    /// A small network with random weights: convolution, ReLU6, pooling, an inverted residual block with depthwise convolution,
    /// SiLU and squeeze-and-excitation, a residual sum, a concatenation, HardSwish and a linear layer.
    /// </summary>
    private static OnnxGraph EveryLayer()
    {
        var random = new Random(5);
        var graph = new OnnxGraph("layers");
        string face = graph.Input("face", -1, 1, 16, 16);
        string normalised = graph.Add("Div", [graph.Add("Sub", [face, graph.Constant([128f])]), graph.Constant([64f])]);
        string stem = graph.Add("Clip", [Conv(normalised, 1, 8, 3), graph.Constant([0f]), graph.Constant([6f])]);
        string pooled = graph.Add("MaxPool", [stem], new("kernel_shape", 2, 2), new("strides", 2, 2));
        string wide = Silu(Conv(pooled, 8, 16, 1));
        string deep = Silu(Conv(wide, 16, 16, 3, group: 16));
        string squeezed = graph.Add("Relu", [Conv(graph.Add("GlobalAveragePool", [deep]), 16, 4, 1)]);
        string excited = graph.Add("Mul", [deep, graph.Add("Sigmoid", [Conv(squeezed, 4, 16, 1)])]);
        string sum = graph.Add("Relu", [graph.Add("Add", [Conv(excited, 16, 8, 1), pooled])]);
        string both = graph.Add("Concat", [sum, graph.Add("HardSwish", [Conv(sum, 8, 8, 1)])], new OnnxArgument("axis", 1));
        string flat = graph.Add("Flatten", [graph.Add("GlobalAveragePool", [both])]);
        string hidden = graph.Add("Relu", [Linear(flat, 16, 8)]);
        graph.Output(graph.Add("Softmax", [Linear(hidden, 8, 3)], new OnnxArgument("axis", 1)), "scores", -1, 3);
        graph.Metadata(ModelMetadata.Key, Metadata.ToJson());
        return graph;

        string Conv(string input, int inputs, int outputs, int kernel, int group = 1) => graph.Add("Conv",
            [input, Random(inputs / group * kernel * kernel, outputs, inputs / group, kernel, kernel), Random(16, outputs)],
            new("kernel_shape", kernel, kernel), new("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2), new("group", (long)group));

        string Linear(string input, int inputs, int outputs) =>
            graph.Add("Gemm", [input, Random(inputs, outputs, inputs), Random(16, outputs)], new OnnxArgument("transB", 1));

        string Silu(string input) => graph.Add("Mul", [input, graph.Add("Sigmoid", [input])]);

        string Random(int fanIn, params long[] shape)
        {
            float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size)).Select(_ => ((random.NextSingle() * 2) - 1) * MathF.Sqrt(9f / fanIn))];
            return graph.Constant(values, shape);
        }
    }

    /// <summary>Pictures of bright rectangles on dark noise.</summary>
    private static Image[] Shapes(int count)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var pixels = new byte[256];
            random.NextBytes(pixels);
            (int left, int top, int width, int height) = (random.Next(8), random.Next(8), random.Next(2, 9), random.Next(2, 9));
            for (int i = 0; i < pixels.Length; i++)
            {
                bool inside = i % 16 >= left && i % 16 < left + width && i / 16 >= top && i / 16 < top + height;
                pixels[i] = (byte)(inside ? 255 - (pixels[i] / 8) : pixels[i] / 3);
            }
            return Image.FromPixels(16, 16, PixelFormat.Gray8, pixels);
        })];
    }

    /// <summary>The mean difference of two graphs' probabilities.</summary>
    private static double Distance(OnnxGraph one, OnnxGraph other, IReadOnlyList<Image> faces)
    {
        float[] expected = Scores(one, faces), found = Scores(other, faces);
        // The check means something only if the pictures are told apart.
        Assert.True(expected.Max() - expected.Min() > 0.3, $"all scores are alike: {expected.Min()} to {expected.Max()}");
        return expected.Zip(found, (a, b) => Math.Abs(a - b)).Average();
    }

    private static float[] Scores(OnnxGraph graph, IReadOnlyList<Image> faces)
    {
        using var classifier = EmotionClassifier.Load(graph.ToBytes("Mien", "0"), "graph");
        return [.. classifier.Classify(faces).SelectMany(scores => scores.Values.ToArray())];
    }

    private void AssertAlike(OnnxGraph graph, long largest, double agreement, double accuracyLoss)
    {
        byte[] bytes = graph.ToBytes("Mien", "0");
        Assert.InRange(bytes.Length, 0, largest);
        var data = fer2013.Original.Validation!;
        int[] indices = [.. Enumerable.Range(0, 1500).Select(i => i * data.Count / 1500)];
        Image[] faces = [.. indices.Select(data.ImageAt)];
        using var full = EmotionClassifier.Load(ModelBox.Find(ModelBox.Default));
        using var reduced = EmotionClassifier.Load(bytes, "reduced");
        string[] expected = [.. full.Classify(faces).Select(scores => scores.Top)], found = [.. reduced.Classify(faces).Select(scores => scores.Top)];
        Assert.InRange(expected.Zip(found).Count(pair => pair.First == pair.Second) / 1500.0, agreement, 1);
        Assert.InRange(Accuracy(found), Accuracy(expected) - accuracyLoss, 1);

        double Accuracy(string[] labels) => indices.Zip(labels).Count(pair => data.Labels[data.Targets[pair.First]] == pair.Second) / 1500.0;
    }
}

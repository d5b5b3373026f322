using System.IO.Compression;
using Mien.Tests;
using Mien.Training.Tests.Networks;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Export;

[Collection(SeededTests.Name)]
public sealed class OnnxExporterTests : IDisposable
{
    private const float Tolerance = 1e-4f;

    private readonly string _folder = Directory.CreateTempSubdirectory("mien export é ").FullName;

    public OnnxExporterTests()
    {
        Libtorch.Require();
        manual_seed(11);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("four-layer-cnn", 1)]
    [InlineData("four-layer-cnn", 3)]
    [InlineData("mobilenet-v2", 1)]
    [InlineData("mobilenet-v2", 3)]
    [InlineData("mobilenet-v2 112", 1)]
    [InlineData("mobilenet-v2 96", 3)]
    [InlineData("mobilenet-v2 32", 1)]
    [InlineData("plain-cnn", 1)]
    [InlineData("residual", 1)]
    [InlineData("residual", 3)]
    public void The_exported_network_agrees_with_the_trained_one_on_random_input(string name, int channels)
    {
        const int batch = 5;
        using Network network = Create(name, channels);
        var random = new Random(3);
        float[] pixels = [.. Enumerable.Range(0, batch * channels * 48 * 48).Select(_ => random.Next(256))];
        AssertParity(network, pixels, batch);
    }

    [Theory]
    [InlineData("four-layer-cnn")]
    [InlineData("mobilenet-v2 96")]
    [InlineData("plain-cnn")]
    [InlineData("residual")]
    public void The_exported_network_agrees_with_the_trained_one_on_real_faces(string name)
    {
        const int batch = 32;
        string path = SharedData.Require("data", "fer2013", "fer2013.csv.gz");
        using Network network = Create(name, 1);
        AssertParity(network, ReadFaces(path, batch), batch);
    }

    [Fact]
    public void Batch_norm_by_itself_is_exported_too()
    {
        using var network = new Sequential(new Conv2d(1, 4, 3), new Relu(), new BatchNorm2d(4), new Flatten(), new Linear(4 * 6 * 6, 7));
        Unsettle(network);
        float[] pixels = [.. Enumerable.Range(0, 2 * 64).Select(i => i * 2f)];
        AssertParity(network, pixels, 2, Metadata(1) with { InputSize = 8 });
    }

    [Fact]
    public async Task The_file_says_what_it_is()
    {
        using Network network = Create("residual", 1);
        string path = Path.Combine(_folder, "model.onnx");
        OnnxExporter.Export(network, Metadata(1) with { NormalizationInGraph = false, SoftmaxInGraph = false }, path);
        string text = await File.ReadAllTextAsync(path, System.Text.Encoding.Latin1, TestContext.Current.CancellationToken);
        Assert.Contains("Mien", text, StringComparison.Ordinal);
        Assert.Contains("\"normalizationInGraph\":true,\"softmaxInGraph\":true", text, StringComparison.Ordinal);
        Assert.DoesNotContain("BatchNormalization", text, StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void An_existing_file_is_replaced_and_a_failure_leaves_it()
    {
        using Network network = Create("residual", 1);
        string path = Path.Combine(_folder, "model.onnx");
        File.WriteAllText(path, "former");
        Assert.Throws<MienException>(() => OnnxExporter.Export(network, Metadata(1) with { Labels = ["a", "b"] }, path));
        Assert.Equal("former", File.ReadAllText(path));
        OnnxExporter.Export(network, Metadata(1), path);
        Assert.True(new FileInfo(path).Length > 3_000_000);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named()
    {
        using Network network = Create("residual", 1);
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        string path = Path.Combine(file, "model.onnx");
        var error = Assert.Throws<MienException>(() => OnnxExporter.Export(network, Metadata(1), path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, ModelMetadata> Misfits => new()
    {
        { "6 labels do not fit", Metadata(1) with { Labels = ["a", "b", "c", "d", "e", "f"] } },
        { "1 means and deviations", Metadata(1) with { Mean = [] } },
        { "more than 0", Metadata(1) with { Deviation = [0] } },
        { "temperature", Metadata(1) with { Temperature = float.NaN } },
        { "input size", Metadata(1) with { InputSize = 0 } },
        { "built for 1x48x48, not for 1x64x64", Metadata(1) with { InputSize = 64 } },
        { "built for 1x48x48, not for 3x48x48", Metadata(3) },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void Metadata_that_do_not_fit_the_network_are_refused(string message, ModelMetadata metadata)
    {
        using Network network = Create("residual", 1);
        var error = Assert.Throws<MienException>(() => OnnxExporter.ToBytes(network, metadata));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private void AssertParity(Layer network, float[] pixels, int batch, ModelMetadata? metadata = null)
    {
        metadata ??= Metadata(((Network)network).Input.Channels);
        int channels = metadata.Mean.Count, size = metadata.InputSize;
        float[] expected = Scores(network, metadata, pixels, batch);
        string path = Path.Combine(_folder, "größe – model.onnx");
        OnnxExporter.Export(network, metadata, path);
        (float[] scores, string shape) = PlainOnnxRuntime.Run(path, pixels, batch, channels, size, size);

        Assert.Equal($"{batch}x7", shape);
        Assert.Equal(expected, scores, (a, b) => MathF.Abs(a - b) <= Tolerance);
        // The check means something only if the scores are neither all alike nor all 0 and 1.
        Assert.Contains(expected, score => score is > 0.25f and < 0.95f);
        Assert.True(Enumerable.Range(0, 7).Any(label => MathF.Abs(expected[label] - expected[7 + label]) > 0.01f), "the samples all look the same");
    }

    private static ModelMetadata Metadata(int channels) => new()
    {
        Name = "test",
        Labels = ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"],
        InputSize = 48,
        Color = channels == 1 ? ColorOrder.Gray : ColorOrder.Rgb,
        Mean = channels == 1 ? [129.4f] : [123.7f, 116.3f, 103.5f],
        Deviation = channels == 1 ? [65f] : [58.4f, 57.1f, 57.4f],
        Temperature = 1.3f,
    };

    private static float[] Scores(Layer network, ModelMetadata metadata, float[] pixels, int batch)
    {
        int channels = metadata.Mean.Count;
        network.eval();
        using (no_grad())
        using (NewDisposeScope())
        {
            Tensor mean = tensor([.. metadata.Mean], [1, channels, 1, 1]);
            Tensor deviation = tensor([.. metadata.Deviation], [1, channels, 1, 1]);
            Tensor faces = tensor(pixels, [batch, channels, metadata.InputSize, metadata.InputSize]);
            Tensor logits = network.call((faces - mean).div_(deviation));
            return (logits / metadata.Temperature).softmax(1).data<float>().ToArray();
        }
    }

    private static Network Create(string name, int channels)
    {
        string[] parts = name.Split(' ');
        string options = parts.Length > 1 ? $",\"resolution\":{parts[1]}" : "";
        Network network = NetworkCatalog.Create(NetworkSpec.Parse($"{{\"name\":\"{parts[0]}\"{options}}}"), channels, 48, 7);
        Unsettle(network);
        return network;
    }

    /// <summary>Gives batch norm values as after a training, and the logits some range, so that a mistake in folding shows.</summary>
    private static void Unsettle(Layer network)
    {
        // The deeper a network, the more of the samples' difference each layer must let through.
        double gain = network is Network { Spec.Name: "mobilenet-v2" } ? 2.4 : 1.8;
        using (no_grad())
        using (NewDisposeScope())
        {
            foreach ((string name, Tensor tensor) in network.state_dict())
            {
                if (name.EndsWith("running_mean", StringComparison.Ordinal))
                    tensor.copy_(randn(tensor.shape) * 0.4);
                else if (name.EndsWith("running_var", StringComparison.Ordinal))
                    tensor.uniform_(0.3, 2.5);
                else if (tensor.dim() == 1 && name.EndsWith("weight", StringComparison.Ordinal))
                    tensor.uniform_(0.6, 1.6);
                else if (tensor.dim() == 1)
                    tensor.copy_(randn(tensor.shape) * 0.3);
                else
                    tensor.mul_(name switch { "classifier.output.weight" => 5, "classifier.1.weight" => 0.5, _ => gain });
            }
        }
    }

    /// <summary>Faces of the PublicTest split.</summary>
    private static float[] ReadFaces(string path, int count)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var pixels = new List<float>(count * 48 * 48);
        while (pixels.Count < count * 48 * 48 && reader.ReadLine() is { } line)
        {
            if (line.EndsWith("PublicTest", StringComparison.Ordinal))
                pixels.AddRange(line.Split(',')[1].Split(' ').Select(float.Parse));
        }
        return [.. pixels];
    }
}

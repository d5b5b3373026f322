using Google.Protobuf;
using Onnx;

namespace Mien.Training.Tests.Export;

public sealed class OnnxGraphTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mien-graph-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_written_graph_runs_in_onnx_runtime_with_a_dynamic_batch()
    {
        var graph = new OnnxGraph("convolution");
        string face = graph.Input("face", -1, 1, 3, 3);
        string scaled = graph.Add("Mul", [face, graph.Constant([0.5f])]);
        string convolved = graph.Add("Conv", [scaled, graph.Constant([1, -1, 2, 0.25f], 1, 1, 2, 2), graph.Constant([10f], 1)],
            new("kernel_shape", 2, 2), new("strides", 1, 1));
        string leaky = graph.Add("LeakyRelu", [convolved], new OnnxArgument("alpha", 0.125f));
        graph.Output(graph.Add("Reshape", [leaky, graph.Constant([0L, -1L], 2)]), "scores", -1, 4);
        graph.Metadata("naïve key", "value – with non-ASCII letters");
        string path = Path.Combine(_folder, "größe ü.onnx");
        File.WriteAllBytes(path, graph.ToBytes("Mien", "1.2.3"));

        float[] input = [1, 2, 3, 4, 5, 6, 7, 8, 9, -100, 2, 3, 4, 5, 6, 7, 8, 9];
        (float[] scores, string shape) = PlainOnnxRuntime.Run(path, input, 2, 1, 3, 3);

        Assert.Equal("2x4", shape);
        float Convolve(int i) => 10 + (0.5f * (input[i] - input[i + 1] + (2 * input[i + 3]) + (0.25f * input[i + 4])));
        int[] corners = [0, 1, 3, 4, 9, 10, 12, 13];
        float[] expected = [.. corners.Select(Convolve).Select(x => x < 0 ? 0.125f * x : x)];
        Assert.Equal(expected, scores, (a, b) => MathF.Abs(a - b) < 1e-5f);
        Assert.Contains(expected, x => x < 0);
    }

    [Fact]
    public void A_file_that_is_read_and_written_again_is_the_same()
    {
        var graph = new OnnxGraph("twice");
        string face = graph.Input("face", -1, 1, 3, 3);
        string convolved = graph.Add("Conv", [face, graph.Constant([1, -1, 2, 0.25f], 1, 1, 2, 2)], new("kernel_shape", 2, 2), new("strides", 1, 1));
        string leaky = graph.Add("LeakyRelu", [convolved], new OnnxArgument("alpha", 0.125f));
        graph.Output(graph.Add("Reshape", [leaky, graph.Constant([0L, -1L], 2)]), "scores", -1, 4);
        graph.Metadata("naïve key", "value – with non-ASCII letters");
        byte[] model = graph.ToBytes("Mien", "1.2.3");
        Assert.Equal(model, OnnxGraph.Read(model, "twice").ToBytes("Mien", "1.2.3"));

        // Values that are added to a graph that was read have names of their own.
        var read = OnnxGraph.Read(model, "twice");
        Assert.DoesNotContain(read.Add("Relu", ["scores"]), read.Nodes.SkipLast(1).SelectMany(node => node.Output));
        Assert.DoesNotContain(read.Constant([1f]), graph.Constants.Select(constant => constant.Name));
    }

    [Fact]
    public void Constants_in_another_file_or_of_another_length_are_named()
    {
        Assert.Contains("'weights' lies in another file", Refuse(new() { DataLocation = TensorProto.Types.DataLocation.External }), StringComparison.Ordinal);
        Assert.Contains("'weights' of shape [2, 3] has 5 values", Refuse(new() { FloatData = { 1, 2, 3, 4, 5 } }), StringComparison.Ordinal);

        static string Refuse(TensorProto weights)
        {
            weights.MergeFrom(new TensorProto { Name = "weights", DataType = (int)TensorProto.Types.DataType.Float, Dims = { 2, 3 } });
            var model = new ModelProto { Graph = new() { Initializer = { weights }, Node = { new NodeProto { OpType = "MatMul", Input = { "face", "weights" }, Output = { "scores" } } } } };
            return Assert.Throws<ModelException>(() => OnnxGraph.Read(model.ToByteArray(), "foreign.onnx")).Message;
        }
    }

    [Fact]
    public void A_truncated_or_foreign_file_is_named()
    {
        byte[] model = File.ReadAllBytes(ModelBox.Find(ModelBox.Default));
        for (int length = 0; length < model.Length; length += 150_001)
            Assert.Contains("box.onnx", Assert.Throws<ModelException>(() => OnnxGraph.Read(model.AsSpan(0, length), "box.onnx")).Message, StringComparison.Ordinal);
        Assert.Throws<ModelException>(() => OnnxGraph.Read("version https://git-lfs"u8, "pointer"));
    }

    [Fact]
    public void A_constant_whose_values_do_not_fit_its_shape_is_refused()
    {
        var graph = new OnnxGraph("g");
        var error = Assert.Throws<ArgumentException>(() => graph.Constant([1f, 2f, 3f], 2, 2));
        Assert.Contains("[2, 2] needs 4 values, got 3", error.Message, StringComparison.Ordinal);
    }
}

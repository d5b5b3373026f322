using Mien.Inference;

namespace Mien.Tests.Inference;

public sealed class OnnxModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mien Modelle für alle ").FullName;

    [Fact]
    public void A_model_says_its_input_outputs_and_metadata()
    {
        using var session = new TinyOnnx { Metadata = new() { ["who"] = "mañana", ["empty"] = "" } }.Open();
        Assert.Equal("input [? x 1 x 4 x 4]", session.Input.ToString());
        Assert.Equal("scores [? x 3]", Assert.Single(session.Outputs).ToString());
        Assert.Equal(new Dictionary<string, string> { ["who"] = "mañana", ["empty"] = "" }, session.Metadata);
    }

    [Fact]
    public void A_file_in_a_folder_with_spaces_and_foreign_letters_is_loaded()
    {
        using var session = Load(Write("Gefühle 感情.onnx", new TinyOnnx { Softmax = false }.ToBytes()));
        Assert.Equal([0.5f, -0.5f, 1], Run(session, 50));
    }

    [Fact]
    public void A_run_takes_any_batch_and_reuses_its_buffers()
    {
        using var session = new TinyOnnx { Softmax = false }.Open();
        foreach (int batch in (int[])[1, 5, 2, 64, 1])
        {
            using var call = session.Prepare([batch, 1, 4, 4]);
            Assert.Equal(batch * 16, call.Input.Length);
            for (int i = 0; i < batch; i++)
                call.Input.Slice(i * 16, 16).Fill(i);
            call.Run();
            Assert.Equal([batch, 3], call.OutputShape(0).ToArray());
            for (int i = 0; i < batch; i++)
                Assert.Equal([i * 0.01f, i * -0.01f, 1], call.Output(0).Slice(i * 3, 3).ToArray());
        }
    }

    [Fact]
    public void A_run_in_the_steady_state_allocates_nothing_on_the_managed_heap()
    {
        using var session = new TinyOnnx().Open();
        long[] shape = [2, 1, 4, 4];
        float sum = 0;
        for (int i = 0; i < 10; i++)
            sum += Once();
        long before = GC.GetAllocatedBytesForCurrentThread();
        const int runs = 1000;
        for (int i = 0; i < runs; i++)
            sum += Once();
        // The smallest object takes 24 bytes: one a run would show. The rest of a buffer that a collection closes counts as allocated too.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, runs * 24 / 2);
        Assert.True(sum > 0);

        float Once()
        {
            using var call = session.Prepare(shape);
            call.Input.Fill(3);
            call.Run();
            return call.Output(0)[0];
        }
    }

    [Fact]
    public void An_input_of_the_wrong_shape_is_refused_with_the_models_name()
    {
        using var session = new TinyOnnx().Open();
        using (var call = session.Prepare([1, 3, 4, 4]))
        {
            var error = Assert.Throws<ModelException>(call.Run);
            Assert.StartsWith("tiny: the model cannot be run on an input of 1 x 3 x 4 x 4: ", error.Message, StringComparison.Ordinal);
        }
        using var good = session.Prepare([1, 1, 4, 4]);
        good.Run();
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void A_truncated_file_is_named_with_its_size_and_a_remedy(double share)
    {
        byte[] whole = File.ReadAllBytes(SharedData.Require("weights", "face_detection_yunet_2023mar.onnx"));
        string path = Write("cut.onnx", whole[..(int)(whole.Length * share)]);
        var error = Assert.Throws<ModelException>(() => Load(path));
        Assert.StartsWith($"{path} ({(int)(whole.Length * share):N0} bytes): ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("It may be truncated or of another kind: fetch or export it again.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_cut_anywhere_never_crashes()
    {
        byte[] whole = new TinyOnnx().ToBytes();
        for (int length = 1; length < whole.Length; length++)
            Assert.Throws<ModelException>(() => OnnxModel.Open(whole.AsSpan(0, length), "cut").Dispose());
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("<html>Not found</html>", "not a model")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "git lfs pull")]
    public void A_file_of_another_kind_is_refused(string content, string expected)
    {
        string path = Write("other.onnx", System.Text.Encoding.UTF8.GetBytes(content));
        var error = Assert.Throws<ModelException>(() => Load(path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_told_apart()
    {
        Assert.EndsWith("no such model file.", Assert.Throws<ModelException>(() => OnnxModel.Open(Path.Combine(_folder, "none.onnx"))).Message, StringComparison.Ordinal);
        Assert.Contains("this is a folder", Assert.Throws<ModelException>(() => OnnxModel.Open(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_of_several_inputs_or_other_types_are_refused()
    {
        Assert.Contains("it has 2 inputs", Assert.Throws<ModelException>(() => OnnxModel.Open(TinyOnnx.TwoInputs(), "two")).Message, StringComparison.Ordinal);
        Assert.Contains("input 'a' is no tensor of 32-bit floats", Assert.Throws<ModelException>(() => OnnxModel.Open(TinyOnnx.Integers(), "integers")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_session_is_said_so_and_its_running_calls_end_well()
    {
        var session = new TinyOnnx().Open();
        var call = session.Prepare([1, 1, 4, 4]);
        call.Input.Clear();
        session.Dispose();
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Prepare([1, 1, 4, 4]));
        Assert.Throws<ObjectDisposedException>(call.Run);
        call.Dispose();
        call.Dispose();
    }

    [Fact]
    public void Negative_threads_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => OnnxModel.Open(new TinyOnnx().ToBytes(), "tiny", new OnnxOptions { Threads = -1 }));
    }

    [Fact]
    public async Task Sessions_are_made_run_and_dropped_on_many_threads()
    {
        byte[] model = new TinyOnnx { Softmax = false }.ToBytes();
        using var shared = OnnxModel.Open(model, "tiny");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                using var own = OnnxModel.Open(model, "tiny");
                foreach (var session in (IOnnxSession[])[own, shared])
                    Assert.Equal([number * 0.01f, number * -0.01f, 1], Run(session, number));
            }
        }, TestContext.Current.CancellationToken)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IOnnxSession Load(string path) => OnnxModel.Open(path);

    private static float[] Run(IOnnxSession session, float value)
    {
        using var call = session.Prepare([1, 1, 4, 4]);
        call.Input.Fill(value);
        call.Run();
        return call.Output(0).ToArray();
    }

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}

using Mien.Inference;

namespace Mien.Tests.Inference;

/// <summary>A model without ONNX Runtime: its outputs are computed by the test.</summary>
/// <param name="input">The shape of the input.</param>
/// <param name="outputs">The outputs by name, with their shapes.</param>
/// <param name="run">Gives the values of the outputs for an input of a shape.</param>
internal sealed class FakeSession(long[] input, (string Name, long[] Shape)[] outputs, Func<float[], long[], float[][]> run) : IOnnxSession
{
    public string Source => "fake.onnx";

    public OnnxTensor Input { get; } = new("input", input);

    public IReadOnlyList<OnnxTensor> Outputs { get; } = [.. outputs.Select(output => new OnnxTensor(output.Name, output.Shape))];

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The input's shape at each run.</summary>
    public List<long[]> Runs { get; } = [];

    public bool IsDisposed { get; private set; }

    public IOnnxCall Prepare(ReadOnlySpan<long> shape) => new Call(this, run, shape.ToArray());

    public void Dispose() => IsDisposed = true;

    private sealed class Call(FakeSession owner, Func<float[], long[], float[][]> run, long[] shape) : IOnnxCall
    {
        private readonly float[] _input = new float[shape.Aggregate((a, b) => a * b)];
        private float[][] _outputs = [];

        public Span<float> Input => _input;

        public void Run()
        {
            owner.Runs.Add(shape);
            _outputs = run(_input, shape);
        }

        public ReadOnlySpan<float> Output(int index) => _outputs[index];

        public ReadOnlySpan<long> OutputShape(int index) => owner.Outputs[index].Shape;

        public void Dispose()
        {
        }
    }
}

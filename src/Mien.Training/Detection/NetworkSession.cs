using Mien.Detection;
using Mien.Inference;
using Mien.Training.Torch;

namespace Mien.Training;

/// <summary>A detector under training as a model that can be run: so it is measured by the very code that will use it.</summary>
internal sealed class NetworkSession(Network network, InputRecipe input, Device device) : IOnnxSession
{
    public string Source => network.Spec.Name;

    public OnnxTensor Input { get; } = new("photo", [1, 3, -1, -1]);

    public IReadOnlyList<OnnxTensor> Outputs { get; } =
    [
        new(MienFaceDecoder.Scores, [1, -1]), new(MienFaceDecoder.Boxes, [1, -1, FaceCells.BoxValues]), new(MienFaceDecoder.Landmarks, [1, -1, FaceCells.LandmarkValues]),
    ];

    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    public IOnnxCall Prepare(ReadOnlySpan<long> shape) => new Call(this, shape);

    /// <summary>The network is the caller's.</summary>
    public void Dispose() { }

    private float[][] Run(float[] pixels, long[] shape)
    {
        using var scope = new TensorScope();
        using Autograd.Mode noGrad = Autograd.NoGrad();
        using var normalization = new Normalization(input, device);
        Tensor output = network.Forward(normalization.Apply(Tensor.From(pixels, shape, device)));
        long cells = output.Shape[3];
        Tensor rows = output.Reshape(FaceCells.Values, cells).Permute(1, 0);
        return
        [
            Values(rows.Narrow(1, 0, 1).Sigmoid()),
            Values(rows.Narrow(1, 1, FaceCells.BoxValues)),
            Values(rows.Narrow(1, 1 + FaceCells.BoxValues, FaceCells.LandmarkValues)),
        ];

        static float[] Values(Tensor tensor) => tensor.To(new Device()).Contiguous().ToArray<float>();
    }

    private sealed class Call(NetworkSession session, ReadOnlySpan<long> shape) : IOnnxCall
    {
        private readonly long[] _shape = shape.ToArray();
        private readonly float[] _pixels = new float[shape[0] * shape[1] * shape[2] * shape[3]];
        private float[][] _outputs = [];

        public Span<float> Input => _pixels;

        public void Run() => _outputs = session.Run(_pixels, _shape);

        public ReadOnlySpan<float> Output(int index) => _outputs[index];

        public ReadOnlySpan<long> OutputShape(int index) => throw new NotSupportedException("A detector's outputs are read by their length.");

        public void Dispose() { }
    }
}

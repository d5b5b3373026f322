using System.Runtime.InteropServices;
using Mien.Detection;
using Mien.Inference;
using TorchSharp;
using static TorchSharp.torch;

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
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using var normalization = new Normalization(input, device);
        Tensor output = network.call(normalization.Apply(tensor(pixels, shape, device: device)));
        long cells = output.shape[3];
        Tensor rows = output.reshape(FaceCells.Values, cells).permute(1, 0);
        return
        [
            Values(rows.narrow(1, 0, 1).sigmoid()),
            Values(rows.narrow(1, 1, FaceCells.BoxValues)),
            Values(rows.narrow(1, 1 + FaceCells.BoxValues, FaceCells.LandmarkValues)),
        ];

        static float[] Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.cpu().contiguous().bytes).ToArray();
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

using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Mien.Interop;

namespace Mien.Benchmarks;

/// <summary>The classifier in the box on ready crops: through Mien, and through the bare C API of the same ONNX Runtime with the same settings.</summary>
public unsafe class ClassifierBenchmark
{
    private const int AllOptimizations = 99;

    private EmotionClassifier _classifier = null!;
    private Image[] _faces = [];
    private OnnxRuntimeApi _api = null!;
    private IntPtr _session;
    private IntPtr _input;
    private IntPtr* _names;
    private float[] _pixels = [];
    private float[] _scores = [];

    [Params(1, 16)]
    public int Faces { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        string model = ModelBox.Find(ModelBox.Default);
        _classifier = EmotionClassifier.Load(model, new OnnxOptions { Threads = Threads });
        int size = _classifier.Metadata.InputSize;
        var random = new Random(1);
        _faces = new Image[Faces];
        _pixels = GC.AllocateArray<float>(Faces * size * size, pinned: true);
        for (int i = 0; i < Faces; i++)
        {
            var bytes = new byte[size * size];
            random.NextBytes(bytes);
            _faces[i] = Image.FromPixels(size, size, PixelFormat.Gray8, bytes);
            for (int p = 0; p < bytes.Length; p++)
                _pixels[(i * bytes.Length) + p] = bytes[p];
        }
        _scores = new float[Faces * _classifier.Labels.Count];

        var library = OnnxRuntimeLibrary.Get(null);
        _api = library.Api;
        IntPtr options, session, input;
        _api.Check(_api.CreateSessionOptions(&options));
        _api.Check(_api.SetSessionGraphOptimizationLevel(options, AllOptimizations));
        _api.Check(_api.SetIntraOpNumThreads(options, Threads));
        _api.Check(_api.CreateSession(library.Environment.DangerousGetHandle(), Marshal.StringToCoTaskMemUTF8(model), options, &session));
        long* shape = stackalloc long[] { Faces, 1, size, size };
        _api.Check(_api.CreateTensorWithDataAsOrtValue(library.CpuMemory.DangerousGetHandle(), (void*)Marshal.UnsafeAddrOfPinnedArrayElement(_pixels, 0),
            (nuint)_pixels.Length * sizeof(float), shape, 4, OnnxRuntimeApi.Float32, &input));
        (_session, _input) = (session, input);
        _names = (IntPtr*)NativeMemory.Alloc(2, (nuint)sizeof(IntPtr));
        _names[0] = Marshal.StringToCoTaskMemUTF8("face");
        _names[1] = Marshal.StringToCoTaskMemUTF8("scores");
    }

    [Benchmark(Baseline = true)]
    public float BareCApi()
    {
        IntPtr input = _input, output = IntPtr.Zero;
        void* data;
        _api.Check(_api.Run(_session, IntPtr.Zero, _names, &input, 1, _names + 1, 1, &output));
        _api.Check(_api.GetTensorMutableData(output, &data));
        new ReadOnlySpan<float>(data, _scores.Length).CopyTo(_scores);
        _api.ReleaseValue(output);
        return _scores[0];
    }

    [Benchmark]
    public float Mien() => _classifier.Classify(_faces)[0].Confidence;
}

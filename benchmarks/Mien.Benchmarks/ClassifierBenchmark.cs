using BenchmarkDotNet.Attributes;
using Microsoft.ML.OnnxRuntime;
using Mien.Inference;

namespace Mien.Benchmarks;

/// <summary>The classifier in the box on ready crops: through Mien, and as a program runs it that uses ONNX Runtime's package plainly, with the same settings.</summary>
public class ClassifierBenchmark : IDisposable
{
    private EmotionClassifier _classifier = null!;
    private Image[] _faces = [];
    private InferenceSession _session = null!;
    private RunOptions _options = null!;
    private float[] _pixels = [];
    private long[] _shape = [];

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
        _pixels = new float[Faces * size * size];
        _shape = [Faces, 1, size, size];
        for (int i = 0; i < Faces; i++)
        {
            var bytes = new byte[size * size];
            random.NextBytes(bytes);
            _faces[i] = Image.FromPixels(size, size, PixelFormat.Gray8, bytes);
            for (int p = 0; p < bytes.Length; p++)
                _pixels[(i * bytes.Length) + p] = bytes[p];
        }
        OnnxRuntime.Start();
        using var settings = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL, IntraOpNumThreads = Threads };
        _session = new(model, settings);
        _options = new();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _classifier.Dispose();
        _session.Dispose();
        _options.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The numbers are ready: what Mien does before that, from bytes to floats, counts for Mien only.</summary>
    [Benchmark(Baseline = true)]
    public float InferenceSessionRun()
    {
        using var face = OrtValue.CreateTensorValueFromMemory(_pixels, _shape);
        using var outputs = _session.Run(_options, ["face"], [face], ["scores"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray()[0];
    }

    [Benchmark]
    public float Mien() => _classifier.Classify(_faces)[0].Confidence;
}

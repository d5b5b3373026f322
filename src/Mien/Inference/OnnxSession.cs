using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Mien.Inference;

/// <summary>A model loaded into ONNX Runtime, and the pool of its calls.</summary>
internal sealed class OnnxSession : IOnnxSession
{
    private const int MostThreads = 8;

    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly Stack<OnnxCall> _idle = [];
    private int _lent;
    private bool _disposed;

    private OnnxSession(InferenceSession session, string source)
    {
        _session = session;
        Source = source;
        try
        {
            if (session.InputNames.Count != 1)
                throw new ModelException($"it has {session.InputNames.Count} inputs, and only models with one are supported.");
            Input = Describe("input", session.InputNames[0], session.InputMetadata);
            Outputs = [.. session.OutputNames.Select(name => Describe("output", name, session.OutputMetadata))];
            Metadata = session.ModelMetadata.CustomMetadataMap;
        }
        catch
        {
            Release();
            throw;
        }
    }

    public string Source { get; }

    public OnnxTensor Input { get; }

    public IReadOnlyList<OnnxTensor> Outputs { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Loads a model file.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses it.</exception>
    /// <exception cref="ModelException">It is none that Mien can run.</exception>
    public static OnnxSession FromFile(string path, OnnxOptions options)
    {
        using var settings = Settings(options);
        return new(new InferenceSession(Path.GetFullPath(path), settings), path);
    }

    /// <summary>Loads a model from memory.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses it.</exception>
    /// <exception cref="ModelException">It is none that Mien can run.</exception>
    public static OnnxSession FromBytes(byte[] model, string source, OnnxOptions options)
    {
        using var settings = Settings(options);
        return new(new InferenceSession(model, settings), source);
    }

    public IOnnxCall Prepare(ReadOnlySpan<long> shape)
    {
        OnnxCall? call;
        lock (_idle)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _idle.TryPop(out call);
            _lent++;
        }
        call ??= new(this, _session.CreateIoBinding());
        try
        {
            call.Reshape(shape);
            return call;
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    /// <summary>Runs the model on what is bound.</summary>
    internal void Run(OrtIoBinding binding)
    {
        // The model itself stays until the last call is back: see Return.
        ObjectDisposedException.ThrowIf(_disposed, this);
        _session.RunWithBinding(_runOptions, binding);
    }

    /// <summary>Takes a call back for the next run.</summary>
    internal void Return(OnnxCall call)
    {
        bool last;
        lock (_idle)
        {
            _lent--;
            if (!_disposed)
            {
                _idle.Push(call);
                return;
            }
            last = _lent == 0;
        }
        call.Free();
        if (last)
            Release();
    }

    public void Dispose()
    {
        lock (_idle)
        {
            if (_disposed)
                return;
            _disposed = true;
            while (_idle.TryPop(out var call))
                call.Free();
            if (_lent > 0)
                return;
        }
        Release();
    }

    private void Release()
    {
        _runOptions.Dispose();
        _session.Dispose();
    }

    private static SessionOptions Settings(OnnxOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads, nameof(options));
        OnnxRuntime.Start();
        return new()
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            IntraOpNumThreads = options.Threads > 0 ? options.Threads : Math.Min(Environment.ProcessorCount, MostThreads),
        };
    }

    private static OnnxTensor Describe(string kind, string name, IReadOnlyDictionary<string, NodeMetadata> tensors)
    {
        var tensor = tensors[name];
        return tensor.IsTensor && tensor.ElementDataType == TensorElementType.Float
            ? new(name, Array.ConvertAll(tensor.Dimensions, size => (long)size))
            : throw new ModelException($"its {kind} '{name}' is no tensor of 32-bit floats, the only kind that is supported.");
    }
}

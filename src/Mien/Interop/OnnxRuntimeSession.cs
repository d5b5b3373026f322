using System.Runtime.InteropServices;
using System.Text;
using Mien.Inference;

namespace Mien.Interop;

/// <summary>A model loaded into ONNX Runtime, and the pool of its call buffers.</summary>
internal sealed unsafe class OnnxRuntimeSession : IOnnxSession
{
    private const int AllOptimizations = 99;
    private const int MostThreads = 8;

    private readonly OnnxRuntimeLibrary _library;
    private readonly OnnxRuntimeHandle _session;
    private readonly Stack<OnnxRuntimeCall> _idle = [];
    private readonly byte[] _nameBytes;
    private readonly IntPtr[] _names;
    private bool _disposed;

    private OnnxRuntimeSession(OnnxRuntimeLibrary library, IntPtr session, string source)
    {
        _library = library;
        _session = new(session, library.Api.ReleaseSession);
        Source = source;
        try
        {
            nuint inputs, outputs;
            Api.Check(Api.SessionGetInputCount(session, &inputs));
            Api.Check(Api.SessionGetOutputCount(session, &outputs));
            if (inputs != 1)
                throw new ModelException($"it has {inputs} inputs, and only models with one are supported.");
            Input = ReadTensor(session, 0, isInput: true);
            Outputs = [.. Enumerable.Range(0, (int)outputs).Select(index => ReadTensor(session, (nuint)index, isInput: false))];
            Metadata = ReadMetadata(session);
            (_nameBytes, _names) = PinNames([Input, .. Outputs]);
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    public string Source { get; }

    public OnnxTensor Input { get; }

    public IReadOnlyList<OnnxTensor> Outputs { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    private OnnxRuntimeApi Api => _library.Api;

    /// <summary>Loads a model file.</summary>
    /// <exception cref="ModelException">ONNX Runtime refuses it; the message is what it says.</exception>
    public static OnnxRuntimeSession FromFile(OnnxRuntimeLibrary library, string path, OnnxOptions options)
    {
        string full = Path.GetFullPath(path);
        IntPtr native = OperatingSystem.IsWindows() ? Marshal.StringToCoTaskMemUni(full) : Marshal.StringToCoTaskMemUTF8(full);
        try
        {
            using var settings = Settings(library, options);
            IntPtr session;
            library.Api.Check(library.Api.CreateSession(library.Environment.DangerousGetHandle(), native, settings.DangerousGetHandle(), &session));
            return new(library, session, path);
        }
        finally
        {
            Marshal.FreeCoTaskMem(native);
        }
    }

    /// <summary>Loads a model from memory, which need not outlive the call.</summary>
    /// <exception cref="ModelException">ONNX Runtime refuses it; the message is what it says.</exception>
    public static OnnxRuntimeSession FromBytes(OnnxRuntimeLibrary library, ReadOnlySpan<byte> model, string source, OnnxOptions options)
    {
        using var settings = Settings(library, options);
        IntPtr session;
        fixed (byte* bytes = model)
            library.Api.Check(library.Api.CreateSessionFromArray(library.Environment.DangerousGetHandle(), bytes, (nuint)model.Length, settings.DangerousGetHandle(), &session));
        return new(library, session, source);
    }

    public IOnnxCall Prepare(ReadOnlySpan<long> shape)
    {
        OnnxRuntimeCall? call;
        lock (_idle)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_idle.TryPop(out call))
                call = new(this, _library);
        }
        call.Reshape(shape);
        return call;
    }

    /// <summary>Runs the model; the caller releases the outputs.</summary>
    /// <returns>What went wrong, or null.</returns>
    internal string? Run(IntPtr input, IntPtr[] outputs)
    {
        bool held = false;
        try
        {
            _session.DangerousAddRef(ref held);
            fixed (IntPtr* names = _names, results = outputs)
                return Api.Fault(Api.Run(_session.DangerousGetHandle(), IntPtr.Zero, names, &input, 1, names + 1, (nuint)outputs.Length, results));
        }
        finally
        {
            if (held)
                _session.DangerousRelease();
        }
    }

    /// <summary>Takes a call's buffers back for the next one.</summary>
    internal void Return(OnnxRuntimeCall call)
    {
        lock (_idle)
        {
            if (!_disposed)
            {
                _idle.Push(call);
                return;
            }
        }
        call.Free();
    }

    public void Dispose()
    {
        lock (_idle)
        {
            _disposed = true;
            while (_idle.TryPop(out var call))
                call.Free();
        }
        _session.Dispose();
    }

    private static OnnxRuntimeHandle Settings(OnnxRuntimeLibrary library, OnnxOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads, nameof(options));
        var api = library.Api;
        IntPtr settings;
        api.Check(api.CreateSessionOptions(&settings));
        var handle = new OnnxRuntimeHandle(settings, api.ReleaseSessionOptions);
        api.Check(api.SetSessionGraphOptimizationLevel(settings, AllOptimizations));
        api.Check(api.SetIntraOpNumThreads(settings, options.Threads > 0 ? options.Threads : Math.Min(Environment.ProcessorCount, MostThreads)));
        return handle;
    }

    /// <summary>The names as C strings that the collector neither moves nor, while the bytes are referenced, frees.</summary>
    private static (byte[] Bytes, IntPtr[] Names) PinNames(IReadOnlyList<OnnxTensor> tensors)
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(tensors.Select(tensor => tensor.Name + '\0')));
        byte[] bytes = GC.AllocateUninitializedArray<byte>(text.Length, pinned: true);
        text.CopyTo(bytes, 0);
        var names = new IntPtr[tensors.Count];
        int offset = 0;
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = Marshal.UnsafeAddrOfPinnedArrayElement(bytes, offset);
            offset += Encoding.UTF8.GetByteCount(tensors[i].Name) + 1;
        }
        return (bytes, names);
    }

    private OnnxTensor ReadTensor(IntPtr session, nuint index, bool isInput)
    {
        IntPtr text, type, tensor;
        Api.Check(isInput
            ? Api.SessionGetInputName(session, index, _library.Allocator, &text)
            : Api.SessionGetOutputName(session, index, _library.Allocator, &text));
        string name = TakeString(text);
        Api.Check(isInput ? Api.SessionGetInputTypeInfo(session, index, &type) : Api.SessionGetOutputTypeInfo(session, index, &type));
        try
        {
            Api.Check(Api.CastTypeInfoToTensorInfo(type, &tensor));
            int element = 0;
            if (tensor != IntPtr.Zero)
                Api.Check(Api.GetTensorElementType(tensor, &element));
            if (element != OnnxRuntimeApi.Float32)
                throw new ModelException($"its {(isInput ? "input" : "output")} '{name}' is no tensor of 32-bit floats, the only kind that is supported.");
            nuint rank;
            Api.Check(Api.GetDimensionsCount(tensor, &rank));
            var shape = new long[rank];
            fixed (long* sizes = shape)
                Api.Check(Api.GetDimensions(tensor, sizes, rank));
            return new(name, shape);
        }
        finally
        {
            Api.ReleaseTypeInfo(type);
        }
    }

    private Dictionary<string, string> ReadMetadata(IntPtr session)
    {
        IntPtr metadata;
        IntPtr* keys;
        long count;
        Api.Check(Api.SessionGetModelMetadata(session, &metadata));
        try
        {
            Api.Check(Api.ModelMetadataGetCustomMetadataMapKeys(metadata, _library.Allocator, &keys, &count));
            var pairs = new Dictionary<string, string>();
            for (long i = 0; i < count; i++)
            {
                IntPtr value;
                Api.Check(Api.ModelMetadataLookupCustomMetadataMap(metadata, _library.Allocator, keys[i], &value));
                pairs[TakeString(keys[i])] = TakeString(value);
            }
            if (count > 0)
                Api.Check(Api.AllocatorFree(_library.Allocator, (IntPtr)keys));
            return pairs;
        }
        finally
        {
            Api.ReleaseModelMetadata(metadata);
        }
    }

    /// <summary>Copies a string that the library allocated, and frees it.</summary>
    private string TakeString(IntPtr text)
    {
        string copy = Marshal.PtrToStringUTF8(text) ?? "";
        Api.Check(Api.AllocatorFree(_library.Allocator, text));
        return copy;
    }
}

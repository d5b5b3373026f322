using Mien.Inference;

namespace Mien.Interop;

/// <summary>
/// The buffers of one run, used again by later runs: the input is a pinned array that the caller fills in place, the
/// outputs are read where ONNX Runtime left them. Running allocates nothing on the managed heap.
/// </summary>
internal sealed unsafe class OnnxRuntimeCall : IOnnxCall
{
    private readonly OnnxRuntimeSession _owner;
    private readonly OnnxRuntimeLibrary _library;
    private readonly IntPtr[] _outputs;
    private readonly long[][] _outputShapes;
    private float[] _memory = [];
    private int _length;
    private long[] _shape = [];
    private OnnxRuntimeHandle? _input;
    private bool _inUse;

    public OnnxRuntimeCall(OnnxRuntimeSession owner, OnnxRuntimeLibrary library)
    {
        _owner = owner;
        _library = library;
        _outputs = new IntPtr[owner.Outputs.Count];
        _outputShapes = [.. owner.Outputs.Select(output => new long[output.Shape.Length])];
    }

    public Span<float> Input => _memory.AsSpan(0, _length);

    private OnnxRuntimeApi Api => _library.Api;

    /// <summary>Makes the input fit a shape; nothing happens if it is that of the last run.</summary>
    public void Reshape(ReadOnlySpan<long> shape)
    {
        _inUse = true;
        if (_input is not null && shape.SequenceEqual(_shape))
            return;
        Free();
        long length = 1;
        foreach (long size in shape)
            length = checked(length * size);
        _length = checked((int)length);
        if (_memory.Length < _length)
            _memory = GC.AllocateUninitializedArray<float>(_length, pinned: true);
        _shape = shape.ToArray();
        IntPtr input;
        fixed (long* sizes = _shape)
        fixed (float* memory = _memory)
        {
            Api.Check(Api.CreateTensorWithDataAsOrtValue(_library.CpuMemory.DangerousGetHandle(), memory, (nuint)_length * sizeof(float),
                sizes, (nuint)_shape.Length, OnnxRuntimeApi.Float32, &input));
        }
        _input = new(input, Api.ReleaseValue);
    }

    public void Run()
    {
        ReleaseOutputs();
        if (_owner.Run(_input!.DangerousGetHandle(), _outputs) is { } fault)
            throw new ModelException($"{_owner.Source}: the model cannot be run on an input of {string.Join(" x ", _shape)}: {fault}");
        for (int i = 0; i < _outputs.Length; i++)
            ReadShape(i);
    }

    public ReadOnlySpan<float> Output(int index)
    {
        long length = 1;
        foreach (long size in _outputShapes[index])
            length *= size;
        void* data;
        Api.Check(Api.GetTensorMutableData(_outputs[index], &data));
        return new(data, checked((int)length));
    }

    public ReadOnlySpan<long> OutputShape(int index) => _outputShapes[index];

    public void Dispose()
    {
        if (!_inUse)
            return;
        _inUse = false;
        ReleaseOutputs();
        _owner.Return(this);
    }

    /// <summary>Lets go of the input, which holds native memory; the call makes a new one if it is used again.</summary>
    public void Free()
    {
        _input?.Dispose();
        _input = null;
    }

    private void ReadShape(int index)
    {
        IntPtr info;
        Api.Check(Api.GetTensorTypeAndShape(_outputs[index], &info));
        try
        {
            nuint rank;
            Api.Check(Api.GetDimensionsCount(info, &rank));
            if ((int)rank != _outputShapes[index].Length)
                _outputShapes[index] = new long[rank];
            fixed (long* sizes = _outputShapes[index])
                Api.Check(Api.GetDimensions(info, sizes, rank));
        }
        finally
        {
            Api.ReleaseTensorTypeAndShapeInfo(info);
        }
    }

    private void ReleaseOutputs()
    {
        for (int i = 0; i < _outputs.Length; i++)
        {
            if (_outputs[i] != IntPtr.Zero)
                Api.ReleaseValue(_outputs[i]);
            _outputs[i] = IntPtr.Zero;
        }
    }
}

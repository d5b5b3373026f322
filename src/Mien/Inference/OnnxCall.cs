using Microsoft.ML.OnnxRuntime;

namespace Mien.Inference;

/// <summary>
/// The buffers of one run, used again by later runs: the input is an array that the caller fills in place, the outputs are
/// what ONNX Runtime allocated at the first run of a shape. Later runs of that shape allocate nothing.
/// </summary>
internal sealed class OnnxCall(OnnxSession owner, OrtIoBinding binding) : IOnnxCall
{
    private float[] _memory = [];
    private int _length;
    private long[] _shape = [];
    private OrtValue? _input;
    private OrtValue[] _outputs = [];
    private long[][] _outputShapes = [];
    private bool _inUse;

    public Span<float> Input => _memory.AsSpan(0, _length);

    /// <summary>Makes the input fit a shape; nothing happens if it is that of the last run.</summary>
    public void Reshape(ReadOnlySpan<long> shape)
    {
        _inUse = true;
        if (_input is not null && shape.SequenceEqual(_shape))
            return;
        ReleaseValues();
        long length = 1;
        foreach (long size in shape)
            length = checked(length * size);
        _length = checked((int)length);
        if (_memory.Length < _length)
            _memory = GC.AllocateUninitializedArray<float>(_length, pinned: true);
        _shape = shape.ToArray();
        _input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _memory.AsMemory(0, _length), _shape);
        binding.BindInput(owner.Input.Name, _input);
    }

    public void Run()
    {
        try
        {
            if (_outputs.Length > 0)
                owner.Run(binding);
            else
                RunFirst();
        }
        catch (OnnxRuntimeException error)
        {
            throw new ModelException($"{owner.Source}: the model cannot be run on an input of {string.Join(" x ", _shape)}: {error.Message}", error);
        }
    }

    public ReadOnlySpan<float> Output(int index) => _outputs[index].GetTensorDataAsSpan<float>();

    public ReadOnlySpan<long> OutputShape(int index) => _outputShapes[index];

    public void Dispose()
    {
        if (!_inUse)
            return;
        _inUse = false;
        owner.Return(this);
    }

    /// <summary>Releases what is native, for good.</summary>
    public void Free()
    {
        ReleaseValues();
        binding.Dispose();
    }

    /// <summary>Lets ONNX Runtime allocate the outputs, whose shapes are known only now, and has the next runs write there too.</summary>
    private void RunFirst()
    {
        foreach (var output in owner.Outputs)
            binding.BindOutputToDevice(output.Name, OrtMemoryInfo.DefaultInstance);
        owner.Run(binding);
        _outputs = [.. binding.GetOutputValues()];
        _outputShapes = Array.ConvertAll(_outputs, output => output.GetTensorTypeAndShape().Shape);
        for (int i = 0; i < _outputs.Length; i++)
            binding.BindOutput(owner.Outputs[i].Name, _outputs[i]);
    }

    private void ReleaseValues()
    {
        _input?.Dispose();
        _input = null;
        foreach (var output in _outputs)
            output.Dispose();
        _outputs = [];
    }
}

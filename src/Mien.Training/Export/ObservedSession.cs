using Mien.Inference;

namespace Mien.Training;

/// <summary>A session whose last outputs are hidden from its user and shown to an observer after each run.</summary>
internal sealed class ObservedSession : IOnnxSession
{
    private readonly IOnnxSession _inner;
    private readonly Action<int, ReadOnlySpan<float>> _observe;

    /// <param name="inner">The session; it is disposed with this one.</param>
    /// <param name="visible">How many outputs its user sees.</param>
    /// <param name="observe">Gets each hidden output's place among them, and its values.</param>
    public ObservedSession(IOnnxSession inner, int visible, Action<int, ReadOnlySpan<float>> observe)
    {
        (_inner, _observe) = (inner, observe);
        Outputs = [.. inner.Outputs.Take(visible)];
    }

    public string Source => _inner.Source;

    public OnnxTensor Input => _inner.Input;

    public IReadOnlyList<OnnxTensor> Outputs { get; }

    public IReadOnlyDictionary<string, string> Metadata => _inner.Metadata;

    public IOnnxCall Prepare(ReadOnlySpan<long> shape) => new Call(this, _inner.Prepare(shape));

    public void Dispose() => _inner.Dispose();

    private sealed class Call(ObservedSession session, IOnnxCall inner) : IOnnxCall
    {
        public Span<float> Input => inner.Input;

        public void Run()
        {
            inner.Run();
            int visible = session.Outputs.Count;
            for (int i = visible; i < session._inner.Outputs.Count; i++)
                session._observe(i - visible, inner.Output(i));
        }

        public ReadOnlySpan<float> Output(int index) => inner.Output(index);

        public ReadOnlySpan<long> OutputShape(int index) => inner.OutputShape(index);

        public void Dispose() => inner.Dispose();
    }
}

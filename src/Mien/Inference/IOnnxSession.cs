namespace Mien.Inference;

/// <summary>A float input or output of a model.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Shape">Its dimensions; -1 is one that a run decides.</param>
internal sealed record OnnxTensor(string Name, long[] Shape)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join(" x ", Shape.Select(size => size < 0 ? "?" : $"{size}"))}]";
}

/// <summary>A loaded model with one float input. Safe to share between threads.</summary>
internal interface IOnnxSession : IDisposable
{
    /// <summary>The file it came from, for messages.</summary>
    string Source { get; }

    /// <summary>What a run needs.</summary>
    OnnxTensor Input { get; }

    /// <summary>What a run gives, in the order of <see cref="IOnnxCall.Output"/>.</summary>
    IReadOnlyList<OnnxTensor> Outputs { get; }

    /// <summary>The file's own key-value pairs.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Takes buffers for one run from the pool; disposing the call gives them back.</summary>
    /// <param name="shape">The input's dimensions, each more than 0.</param>
    IOnnxCall Prepare(ReadOnlySpan<long> shape);
}

/// <summary>One run: fill the input, run, read the outputs, dispose.</summary>
internal interface IOnnxCall : IDisposable
{
    /// <summary>The input's values, row by row; what they hold before they are filled is undefined.</summary>
    Span<float> Input { get; }

    /// <summary>Runs the model on <see cref="Input"/>.</summary>
    /// <exception cref="ModelException">The model could not be run on an input of this shape.</exception>
    void Run();

    /// <summary>The values of an output, valid until this call is disposed or run again.</summary>
    ReadOnlySpan<float> Output(int index);

    /// <summary>The dimensions of an output, valid as long as its values.</summary>
    ReadOnlySpan<long> OutputShape(int index);
}

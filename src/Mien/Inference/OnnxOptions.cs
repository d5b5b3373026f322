namespace Mien;

/// <summary>How ONNX Runtime runs a model.</summary>
public sealed record OnnxOptions
{
    /// <summary>
    /// Threads that share one run; 0 takes the processors that this process may use, at most 8. One is best for networks as small
    /// as those in the box and for pictures that are read side by side: ONNX Runtime's threads spin for some time after each run
    /// and slow down whatever runs next. More help a program that does nothing but classify large batches, and large models.
    /// </summary>
    public int Threads { get; init; } = 1;
}

using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>Random weights, drawn from libtorch's generator: the same after the same seed.</summary>
internal static class Initialization
{
    /// <summary>PyTorch's default for weights and biases, Kaiming uniform with a = sqrt(5): uniform within 1 / sqrt(fan-in).</summary>
    public static Tensor Uniform(int fanIn, params long[] shape)
    {
        double bound = 1 / Math.Sqrt(fanIn);
        return empty(shape).uniform_(-bound, bound);
    }
}

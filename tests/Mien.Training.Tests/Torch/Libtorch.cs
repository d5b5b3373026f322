using Mien.Training.Torch;

namespace Mien.Training.Tests;

/// <summary>For tests that compute with tensors.</summary>
internal static class Libtorch
{
    /// <summary>Skips the calling test where the libtorch binding is not built.</summary>
    public static void Require()
    {
        if (!TorchRuntime.IsAvailable)
            Assert.Skip("needs libtorch and its binding: ./mien setup train");
    }
}

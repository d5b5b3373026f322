namespace Mien.Training.Tests;

/// <summary>For tests that compute with tensors.</summary>
internal static class Libtorch
{
    /// <summary>Skips the calling test where there is no libtorch for this system.</summary>
    public static void Require()
    {
        if (!TorchRuntime.IsAvailable)
            Assert.Skip("needs libtorch: dotnet build build/Libtorch");
    }
}

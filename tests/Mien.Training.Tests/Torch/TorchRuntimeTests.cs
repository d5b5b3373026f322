using Mien.Training.Interop;
using Mien.Training.Torch;

namespace Mien.Training.Tests.Torch;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void A_missing_library_is_named_with_the_remedy()
    {
        string path = Path.Combine(Path.GetTempPath(), "kein ört", "libmien_torch.so");
        string message = Assert.Throws<NativeLibraryException>(() => NativeTorch.Find(path)).Message;
        Assert.Contains("./mien setup train", message, StringComparison.Ordinal);
        Assert.Contains("MIEN_TORCH_LIBRARY", message, StringComparison.Ordinal);
        Assert.Contains($"{path}: no such file", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_library_is_refused()
    {
        string folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string path = Directory.GetFiles(folder, "*System.Native.*").FirstOrDefault(file => !file.EndsWith(".a", StringComparison.Ordinal)) ?? "";
        if (path.Length == 0)
            Assert.Skip("needs .NET's own native library as a file");
        string message = Assert.Throws<NativeLibraryException>(() => NativeTorch.Find(path)).Message;
        Assert.Contains($"{path}: is not Mien's libtorch binding", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_and_the_threads_are_told()
    {
        Libtorch.Require();
        Assert.Matches(@"^\d+\.\d+", TorchRuntime.Version);
        int threads = TorchRuntime.Threads;
        TorchRuntime.Threads = threads;
        Assert.Equal(threads, TorchRuntime.Threads);
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchRuntime.Threads = 0);
    }
}

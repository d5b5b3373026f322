using TorchSharp;

namespace Mien.Training.Tests.Runtime;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void A_missing_library_is_named_with_the_remedies_and_each_folder()
    {
        string folder = Path.Combine(Path.GetTempPath(), "kein ört");
        string message = Assert.Throws<MienException>(() => TorchRuntime.LoadFrom([folder])).Message;
        Assert.Contains("./mien setup train", message, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cpu", message, StringComparison.Ordinal);
        Assert.Contains("MIEN_LIBTORCH", message, StringComparison.Ordinal);
        Assert.Contains($"{folder}: no ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Libtorch_without_its_binding_and_what_is_no_library_are_told()
    {
        string folder = Directory.CreateTempSubdirectory("mien libtorch é ").FullName;
        try
        {
            string libtorch = OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so";
            File.WriteAllText(Path.Combine(folder, libtorch), "a poem");
            Assert.Contains("LibTorchSharp", Assert.Throws<MienException>(() => TorchRuntime.LoadFrom([folder])).Message, StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(folder, libtorch.Replace("torch_cpu", "LibTorchSharp", StringComparison.Ordinal)), "a poem");
            Assert.Contains(Path.Combine(folder, libtorch), Assert.Throws<MienException>(() => TorchRuntime.LoadFrom([folder])).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Libtorch_computes_here_and_tells_its_version()
    {
        Libtorch.Require();
        Assert.Matches(@"^\d+\.\d+\.\d+$", TorchRuntime.Version);
        Assert.Equal(6, torch.tensor([1f, 2f, 3f]).sum().item<float>());
    }

    [Fact]
    public void Devices_are_read_and_a_missing_one_is_told()
    {
        Libtorch.Require();
        Assert.Equal(DeviceType.CPU, TorchRuntime.ParseDevice(" CPU ").type);
        Assert.All(["gpu", "cpu:1", "cuda:x", "cuda:1:2", ""], text => Assert.Contains("is no device", Assert.Throws<MienException>(() => TorchRuntime.ParseDevice(text)).Message, StringComparison.Ordinal));
        if (!torch.cuda.is_available())
            Assert.Contains("--device cpu", Assert.Throws<MienException>(() => TorchRuntime.ParseDevice("cuda")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_of_libtorch_are_told_and_a_full_memory_with_its_remedy()
    {
        Libtorch.Require();
        Assert.Contains("batchSize", Assert.Throws<MienException>(() => TorchRuntime.Explain(() => torch.empty(1L << 50))).Message, StringComparison.Ordinal);
        string message = Assert.Throws<MienException>(() => TorchRuntime.Explain(() => torch.ones(2) + torch.ones(3))).Message;
        Assert.StartsWith("libtorch failed: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}

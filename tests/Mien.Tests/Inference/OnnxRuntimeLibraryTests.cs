using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mien.Interop;

namespace Mien.Tests.Inference;

public sealed unsafe class OnnxRuntimeLibraryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mien runtime ä ").FullName;

    [Fact]
    public void The_npm_package_is_found_from_the_checkout()
    {
        TinyOnnx.Require();
        Assert.Matches(@"^1\.\d+\.\d+", OnnxRuntimeLibrary.Get(null).Api.Version);
        Assert.Same(OnnxRuntimeLibrary.Get(null), OnnxRuntimeLibrary.Get(null));
    }

    [Fact]
    public void A_library_named_in_the_options_is_the_only_one_tried()
    {
        string path = Path.Combine(_folder, "libonnxruntime.so.1");
        var error = Assert.Throws<NativeLibraryException>(() => OnnxRuntimeLibrary.Get(path));
        Assert.Contains($"{path}: no such file", error.Message, StringComparison.Ordinal);
        Assert.Contains("MIEN_ONNXRUNTIME_LIBRARY", error.Message, StringComparison.Ordinal);
        Assert.Contains("npm ci --ignore-scripts", error.Message, StringComparison.Ordinal);
        Assert.Single(error.Message.Split('\n'), line => line.StartsWith("  ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_is_no_library_is_named()
    {
        string path = Path.Combine(_folder, "text.so");
        File.WriteAllText(path, "no library");
        var error = Assert.Throws<NativeLibraryException>(() => OnnxRuntimeLibrary.Get(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_library_is_named_and_told_apart()
    {
        string? path = Directory.EnumerateFiles(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.*").FirstOrDefault();
        Assert.SkipWhen(path is null, "needs the runtime's own native library");
        var error = Assert.Throws<NativeLibraryException>(() => OnnxRuntimeLibrary.Get(path));
        Assert.Contains($"{path}: this is another library: it has no OrtGetApiBase", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_is_too_old_says_its_version()
    {
        Assert.Null(OnnxRuntimeApi.FromExport((IntPtr)(delegate* unmanaged<IntPtr*>)&OldApiBase, out string? fault));
        Assert.Equal("this is ONNX Runtime 1.10.0, and 1.17 or later is needed", fault);
    }

    [Fact]
    public void Nothing_after_the_environment_variable_is_tried()
    {
        string path = Path.Combine(_folder, "named.so");
        const string variable = "MIEN_TEST_LIBRARY_OF_NO_ONE_ELSE";
        Environment.SetEnvironmentVariable(variable, path);
        var error = Assert.Throws<NativeLibraryException>(() =>
            NativeLibraryLocator.Load("Test", "libnone.so.1", null, variable, ["none"], "Install it.", _ => null, ["libnone.so"]));
        Assert.Equal($"Test could not be loaded. Install it.\nTried:\n  {path}: no such file", error.Message);
    }

    [Fact]
    public void Each_name_is_tried_beside_the_program_and_in_the_system()
    {
        var error = Assert.Throws<NativeLibraryException>(() =>
            NativeLibraryLocator.Load("Test", "libnone.so.1", null, "MIEN_TEST_UNSET", ["none"], "Install it.", _ => null, ["libnone.so"]));
        string[] tried = [.. error.Message.Split('\n').Skip(2).Select(line => line.Trim())];
        Assert.Equal(
        [
            $"{Path.Combine(AppContext.BaseDirectory, "libnone.so.1")}: no such file", $"{Path.Combine(AppContext.BaseDirectory, "libnone.so")}: no such file",
            "libnone.so.1: not installed", "libnone.so: not installed",
        ], tried);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [UnmanagedCallersOnly]
    private static IntPtr* OldApiBase()
    {
        var apiBase = (IntPtr*)RuntimeHelpers.AllocateTypeAssociatedMemory(typeof(OnnxRuntimeLibraryTests), 2 * sizeof(IntPtr));
        apiBase[0] = (IntPtr)(delegate* unmanaged<uint, IntPtr>)&NoApi;
        apiBase[1] = (IntPtr)(delegate* unmanaged<IntPtr>)&OldVersion;
        return apiBase;
    }

    [UnmanagedCallersOnly]
    private static IntPtr NoApi(uint version) => IntPtr.Zero;

    [UnmanagedCallersOnly]
    private static IntPtr OldVersion() => Marshal.StringToCoTaskMemUTF8("1.10.0");
}

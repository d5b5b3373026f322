using System.IO.Compression;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Weights;

public sealed class PyTorchFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mien gewichte-ü ").FullName;
    private readonly DisposeScope _scope = null!;

    public PyTorchFileTests()
    {
        Libtorch.Require();
        _scope = NewDisposeScope();
    }

    private string File => Path.Combine(_folder, "modèle.pth");

    public void Dispose()
    {
        _scope?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_pytorch_saves_is_read(bool zip)
    {
        Save(zip);
        IReadOnlyDictionary<string, Tensor> tensors = PyTorchFile.Read(File);

        Assert.Equal(["bytes", "double", "half", "empty", "number", "steps", "parameter", "part", "channels.last", "module.weight", "module.bias"], tensors.Keys);
        Assert.Equal([0, 127, 255], tensors["bytes"].data<byte>().ToArray());
        Assert.Equal([Math.PI], tensors["double"].data<double>().ToArray());
        Assert.Equal(ScalarType.BFloat16, tensors["half"].dtype);
        Assert.Equal([0.5f, -1.5f], tensors["half"].to(ScalarType.Float32).data<float>().ToArray());
        Assert.Equal([0, 5], tensors["empty"].shape);
        Assert.Equal([], tensors["number"].shape);
        Assert.Equal([3.5f], tensors["number"].data<float>().ToArray());
        Assert.Equal([-7L], tensors["steps"].data<long>().ToArray());
        Assert.Equal([1f, 2], tensors["parameter"].data<float>().ToArray());
        // A transposed view of the middle of a larger tensor, and one that lies pixel after pixel.
        Assert.Equal([3, 2], tensors["part"].shape);
        Assert.Equal([4f, 8, 5, 9, 6, 10], tensors["part"].data<float>().ToArray());
        Assert.Equal([2, 3, 2, 2], tensors["channels.last"].shape);
        Assert.Equal([.. Enumerable.Range(0, 24).Select(i => (float)i)], tensors["channels.last"].data<float>().ToArray());
        Assert.Equal([4, 3], tensors["module.weight"].shape);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_truncated_file_is_refused_wherever_it_was_cut(bool zip)
    {
        Save(zip);
        byte[] whole = System.IO.File.ReadAllBytes(File);
        for (int length = 0; length < whole.Length - 4; length += 41)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            var error = Assert.Throws<ModelException>(() => PyTorchFile.Read(File));
            Assert.StartsWith(File, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_checkpoint_of_more_than_weights_names_the_remedy(bool zip)
    {
        Python.Run("torch.save({'epoch': 3, 'state_dict': {'a': torch.zeros(2)}}, sys.argv[1], _use_new_zipfile_serialization=sys.argv[2] == 'True')", File, $"{zip}");
        string message = Assert.Throws<ModelException>(() => PyTorchFile.Read(File)).Message;
        Assert.Contains("'epoch'", message, StringComparison.Ordinal);
        Assert.Contains("torch.save(model.state_dict(), path)", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_whole_module_is_refused(bool zip)
    {
        Python.Run("torch.save(torch.nn.Linear(2, 2), sys.argv[1], _use_new_zipfile_serialization=sys.argv[2] == 'True')", File, $"{zip}");
        Assert.Contains("torch.save(model.state_dict(), path)", Assert.Throws<ModelException>(() => PyTorchFile.Read(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pickle_that_would_run_a_program_is_refused_by_its_name()
    {
        string victim = Path.Combine(_folder, "victim");
        Zip(Encoding.Latin1.GetBytes($"\u0080\u0002cposix\nsystem\nX{(char)(6 + victim.Length)}\0\0\0touch {victim}\u0085R."));
        Assert.Contains("posix.system", Assert.Throws<ModelException>(() => PyTorchFile.Read(File)).Message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(victim));
    }

    [Theory]
    [InlineData("\u0080\u0002.", "damaged")]
    [InlineData("\u0080\u0002q\0.", "damaged")]
    [InlineData("\u0080\u0002(a.", "damaged")]
    [InlineData("\u0080\u0005}.", "protocol 5")]
    [InlineData("\u0080\u0002h\u0007.", "damaged")]
    [InlineData("\u0080\u0002K\u0001.", "no tensors by name")]
    [InlineData("\u0080\u0002}", "truncated")]
    [InlineData("\u0080\u0002X\u00ff\u00ff\u00ff\u007f.", "damaged")]
    public void A_damaged_pickle_is_refused_with_its_fault(string pickle, string fault)
    {
        Zip(Encoding.Latin1.GetBytes(pickle));
        Assert.Contains(fault, Assert.Throws<ModelException>(() => PyTorchFile.Read(File)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("K\u0002", "K\u0002", "K\u0001")] // two elements from the third on
    [InlineData("K\0", "J\u00ff\u00ff\u00ff\u007f", "K\0")] // one element for two thousand million places
    [InlineData("K\0", "J\u00ff\u00ff\u00ff\u00ff", "K\u0001")] // a negative length
    public void A_tensor_beyond_its_bytes_is_refused(string offset, string length, string stride)
    {
        string storage = "((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\00X\u0003\0\0\0cpuK\u0003tQ";
        string pickle = $"\u0080\u0002}}X\u0001\0\0\0actorch._utils\n_rebuild_tensor_v2\n{storage}{offset}{length}\u0085{stride}\u0085\u0089}}tRs.";
        Zip(Encoding.Latin1.GetBytes(pickle), ("0", new byte[12]));
        Assert.Contains("tensor 'a'", Assert.Throws<ModelException>(() => PyTorchFile.Read(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_weights_at_all_is_told()
    {
        System.IO.File.WriteAllText(File, "a poem");
        Assert.Contains("neither safetensors nor", Assert.Throws<ModelException>(() => PyTorchFile.Read(File)).Message, StringComparison.Ordinal);
        Assert.Contains("missing.pth", Assert.Throws<ModelException>(() => PyTorchFile.Read(Path.Combine(_folder, "missing.pth"))).Message, StringComparison.Ordinal);
    }

    private void Save(bool zip) => Python.Run(
        """
        from collections import OrderedDict
        whole = torch.arange(16.).reshape(4, 4)
        linear = torch.nn.Linear(3, 4)
        state = OrderedDict(
            bytes=torch.tensor([0, 127, 255], dtype=torch.uint8), double=torch.tensor([3.141592653589793], dtype=torch.float64),
            half=torch.tensor([0.5, -1.5], dtype=torch.bfloat16), empty=torch.zeros(0, 5), number=torch.tensor(3.5), steps=torch.tensor([-7]),
            parameter=torch.nn.Parameter(torch.tensor([1., 2.])), part=whole[1:3, 0:3].t())
        state['channels.last'] = torch.arange(24.).reshape(2, 3, 2, 2).contiguous(memory_format=torch.channels_last)
        state.update(torch.nn.ModuleDict({'module': linear}).state_dict())
        state._metadata = OrderedDict([('', {'version': 2})])
        torch.save(state, sys.argv[1], _use_new_zipfile_serialization=sys.argv[2] == 'True')
        """, File, $"{zip}");

    private void Zip(byte[] pickle, params (string Key, byte[] Data)[] parts)
    {
        using ZipArchive zip = ZipFile.Open(File, ZipArchiveMode.Create);
        Put("archive/data.pkl", pickle);
        foreach ((string key, byte[] data) in parts)
            Put($"archive/data/{key}", data);

        void Put(string name, byte[] data)
        {
            using Stream entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
            entry.Write(data);
        }
    }
}

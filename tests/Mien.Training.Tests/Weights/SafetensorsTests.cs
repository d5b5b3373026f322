using System.Buffers.Binary;
using System.Text;
using Mien.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Weights;

public sealed class SafetensorsTests : IDisposable
{
    // A space and letters beyond ASCII, as a path may have them.
    private readonly string _folder = Directory.CreateTempSubdirectory("mien gesichter-ü ").FullName;
    private readonly DisposeScope _scope = null!;

    public SafetensorsTests()
    {
        Libtorch.Require();
        _scope = NewDisposeScope();
    }

    private string File => Path.Combine(_folder, "modèle.safetensors");

    public void Dispose()
    {
        _scope?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        Tensor half = tensor([0.5f, 1.5f]).to(ScalarType.BFloat16);
        var tensors = new Dictionary<string, Tensor>
        {
            ["conv.weight"] = arange(24, ScalarType.Float32).reshape(2, 2, 2, 3).permute(0, 3, 1, 2).requires_grad_(),
            ["labels \"ü\""] = tensor([1L, -2]),
            ["bytes"] = tensor(new byte[] { 0, 127, 255 }),
            ["flags"] = tensor([true, false, true]),
            ["half"] = half,
            ["double"] = tensor([Math.PI]),
            ["number"] = full([], 3.5),
            ["empty"] = zeros([0, 5]),
        };
        var metadata = new Dictionary<string, string> { ["recipe"] = "four-layer-cnn", ["epoch"] = "3\n\"ü\"" };
        Safetensors.Write(File, tensors, metadata);

        using SafetensorsFile read = Safetensors.Read(File);
        Assert.Equal(metadata, read.Metadata);
        Assert.Equal(tensors.Keys.Order(StringComparer.Ordinal), read.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, Tensor tensor) in tensors)
        {
            Assert.Equal(tensor.shape, read.Tensors[name].shape);
            Assert.Equal(tensor.dtype, read.Tensors[name].dtype);
            Assert.True(tensor.eq(read.Tensors[name]).all().item<bool>(), name);
        }
        Assert.Equal([File], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_file_in_the_documented_layout_is_read()
    {
        // The bytes as the format's page describes them, from no code of ours.
        Put("""{"__metadata__":{"format":"pt"},"b":{"dtype":"I16","shape":[3],"data_offsets":[8,14]},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}   """,
            [0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC1, 1, 0, 0xFF, 0xFF, 0, 2]);
        using SafetensorsFile file = Safetensors.Read(File);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal([2L, 1], file.Tensors["a"].shape);
        Assert.Equal([1f, -10f], file.Tensors["a"].data<float>().ToArray());
        Assert.Equal([(short)1, -1, 512], file.Tensors["b"].data<short>().ToArray());
    }

    [Fact]
    public void A_file_is_written_in_the_documented_layout()
    {
        Safetensors.Write(File, new Dictionary<string, Tensor> { ["b"] = tensor(new byte[] { 7 }), ["a"] = tensor([1f]) });
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        long header = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, header % 8);
        Assert.Equal("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[1],"data_offsets":[4,5]}}""",
            Encoding.UTF8.GetString(bytes, 8, (int)header).TrimEnd(' '));
        Assert.Equal([0, 0, 0x80, 0x3F, 7], bytes[(8 + (int)header)..]);
    }

    [Fact]
    public void A_real_checkpoint_of_others_is_read()
    {
        string path = SharedData.Require("weights", "mobilenet_v2_imagenet_folded.safetensors");
        using SafetensorsFile file = Safetensors.Read(path);
        Assert.NotEmpty(file.Tensors);
        Assert.All(file.Tensors.Values, tensor => Assert.True(Array.TrueForAll(tensor.to(ScalarType.Float32).data<float>().ToArray(), float.IsFinite)));
    }

    [Fact]
    public void A_truncated_file_is_refused_wherever_it_was_cut()
    {
        Safetensors.Write(File, new Dictionary<string, Tensor> { ["a"] = ones([3, 4]), ["b"] = ones([5]) });
        byte[] whole = System.IO.File.ReadAllBytes(File);
        for (int length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            var error = Assert.Throws<ModelException>(() => Safetensors.Read(File));
            Assert.StartsWith(File, error.Message, StringComparison.Ordinal);
        }
        Assert.Contains("it is truncated: its tensors have 68 bytes, the file holds 67 of them",
            Assert.Throws<ModelException>(() => Safetensors.Read(File)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[1]""", 0, "header is not valid")]
    [InlineData("""{"a":""", 0, "header is not valid")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "header is not valid")]
    [InlineData("""{"a":{"dtype":"Q7","shape":[1],"data_offsets":[0,4]}}""", 4, "tensor 'a' is of the unknown type Q7")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "needs 8 bytes, its offsets give 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "impossible shape [-1]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "impossible offsets [4, 0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}""", 4, "header is not valid")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "starts at byte 4 of the data, not at 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "not at 4 where the one before it ends")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 6, "2 bytes follow its last tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "header is not valid")]
    public void A_wrong_header_is_refused_with_its_fault(string header, int dataBytes, string fault)
    {
        Put(header, new byte[dataBytes]);
        var error = Assert.Throws<ModelException>(() => Safetensors.Read(File));
        Assert.StartsWith(File, error.Message, StringComparison.Ordinal);
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_kind_is_refused_before_its_header_is_read()
    {
        System.IO.File.WriteAllText(File, "PK\u0003\u0004 this is no safetensors file at all");
        Assert.Contains("no safetensors file", Assert.Throws<ModelException>(() => Safetensors.Read(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains(File, Assert.Throws<ModelException>(() => Safetensors.Read(File)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_full_disk_is_told_and_the_former_file_stays()
    {
        if (!System.IO.File.Exists("/dev/full"))
            Assert.Skip("needs /dev/full");
        Safetensors.Write(File, new Dictionary<string, Tensor> { ["a"] = ones([1]) });
        System.IO.File.CreateSymbolicLink(File + ".partial", "/dev/full");
        var error = Assert.Throws<MienException>(() => Safetensors.Write(File, new Dictionary<string, Tensor> { ["a"] = zeros([1]) }));
        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
        using SafetensorsFile former = Safetensors.Read(File);
        Assert.Equal([1f], former.Tensors["a"].data<float>().ToArray());
    }

    [Fact]
    public void A_folder_that_is_not_there_is_told()
    {
        string path = Path.Combine(_folder, "none", "a.safetensors");
        Assert.Contains(path, Assert.Throws<MienException>(() => Safetensors.Write(path, new Dictionary<string, Tensor>())).Message, StringComparison.Ordinal);
    }

    private void Put(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        System.IO.File.WriteAllBytes(File, [.. length, .. text, .. data]);
    }
}

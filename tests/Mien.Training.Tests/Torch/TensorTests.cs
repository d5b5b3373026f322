using Mien.Training.Torch;
using static Mien.Training.Tests.Torch.Numbers;

namespace Mien.Training.Tests.Torch;

public sealed class TensorTests : IDisposable
{
    private readonly TensorScope _scope;

    public TensorTests()
    {
        Libtorch.Require();
        _scope = new TensorScope();
    }

    public void Dispose() => _scope?.Dispose();

    [Fact]
    public void Data_goes_in_and_out_with_type_and_shape()
    {
        Tensor tensor = Tensor.From([1, 2, 3, 4, 5, 6], [2, 3]);
        Assert.Equal([2L, 3], tensor.Shape);
        Assert.Equal(ScalarType.Int32, tensor.Type);
        Assert.Equal(6, tensor.Count);
        Assert.Equal(Device.Cpu, tensor.Device);
        Assert.Equal([1, 4, 2, 5, 3, 6], tensor.Permute(1, 0).ToArray<int>());
        Assert.Equal([1f, 2, 3, 4, 5, 6], tensor.To(ScalarType.Float32).ToArray<float>());
        Assert.Equal([true, false], Tensor.From([true, false]).ToArray<bool>());
        Assert.Equal([(Half)0.5f], Tensor.From([(Half)0.5f]).ToArray<Half>());
        Assert.Equal("Tensor Int32 [2, 3] on cpu", tensor.ToString());
    }

    [Fact]
    public void A_shape_that_does_not_fit_the_data_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Tensor.From([1f, 2, 3], [2, 2]));
        Assert.Contains("[2, 2] needs 4 elements, got 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Elements_of_another_type_are_not_reinterpreted()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Tensor.From([1L]).ToArray<float>());
        Assert.Contains("holds Int64, not Float32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_tensors_are_tensors_too()
    {
        Tensor tensor = Tensor.From(Array.Empty<float>(), [0, 4]);
        Assert.Empty(tensor.ToArray<float>());
        Assert.Equal(0, tensor.Sum().Item());
        Assert.Equal([3L, 4], Tensor.Cat([tensor, Tensor.Ones([3, 4])]).Shape);
    }

    [Fact]
    public void Numbers_beside_tensors_keep_the_type_as_in_PyTorch()
    {
        Tensor integers = Tensor.From([1L, 2]);
        Assert.Equal([2L, 4], (integers * 2).ToArray<long>());
        Assert.Equal(ScalarType.Float32, (integers * 1.5).Type);
        Assert.Equal([0.5f, 1], (integers / 2).ToArray<float>());
        Assert.Equal([-4L, -3], (integers - 5).ToArray<long>());
        Assert.Equal([2L, 3], integers.AddInPlace(1).ToArray<long>());
    }

    [Fact]
    public void Shapes_change_without_changing_elements()
    {
        Tensor tensor = Tensor.Arange(6).Reshape(2, 3);
        Assert.Equal([0L, 3, 1, 4, 2, 5], tensor.Permute(1, 0).Flatten().ToArray<long>());
        Assert.Equal([2L, 1, 0, 5, 4, 3], tensor.Flip(1).ToArray<long>());
        Assert.Equal([1L, 2, 4, 5], tensor.Narrow(1, 1, 2).ToArray<long>());
        Assert.Equal([3L, 4, 5, 0, 1, 2], tensor.IndexSelect(0, Tensor.From([1L, 0])).ToArray<long>());
        Assert.Equal([2L, 3], tensor.Gather(1, Tensor.From([2L, 0], [2, 1])).ToArray<long>());
        Assert.Equal([0L, 1, 0, 0, 0, 1], Tensor.From([1L, 2]).OneHot(3).ToArray<long>());
    }

    [Fact]
    public void Reductions_and_comparisons()
    {
        Tensor tensor = Tensor.From([0f, 5, 1, 2, 9, 3, 1, 1, 8], [3, 3]);
        Assert.Equal([1L, 1, 2], tensor.ArgMax(1).ToArray<long>());
        Assert.Equal(30, tensor.Sum().Item());
        AssertClose([1, 5, 4], tensor.Mean([0]));
        Assert.Equal([true, false], Tensor.From([1f, 2]).Eq(1).ToArray<bool>());
        Assert.Equal([false, true], Tensor.From([1f, 2]).Eq(Tensor.From([3f, 2])).ToArray<bool>());
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        // Other tests draw from the same generator at the same time, so the check is retried; equal numbers by chance are out of the question.
        Assert.Contains(Enumerable.Range(0, 100), _ => Draw().SequenceEqual(Draw()));

        static float[] Draw()
        {
            TorchRuntime.ManualSeed(7);
            return Tensor.Rand([16]).ToArray<float>();
        }
    }

    [Fact]
    public void Errors_of_libtorch_arrive_with_its_message()
    {
        var error = Assert.Throws<TorchException>(() => Tensor.Ones([2, 3]).MatMul(Tensor.Ones([2, 3])));
        Assert.Contains("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception raised from", error.Message, StringComparison.Ordinal);
        Assert.Throws<TorchException>(() => Tensor.From([1f, 2]).Item());
        Assert.Throws<TorchException>(() => Tensor.Ones([2]).Backward());
        Assert.Throws<TorchException>(() => Tensor.Cat([]));
        Assert.Throws<TorchException>(() => Tensor.Ones([2]).AddInPlace(Tensor.Ones([3])));
    }

    [Fact]
    public void A_device_that_is_not_there_is_an_error_and_no_crash()
    {
        if (TorchRuntime.IsCudaAvailable)
            Assert.Skip("this machine has CUDA");
        Assert.Throws<TorchException>(() => Tensor.Ones([2], device: Device.Cuda()));
    }

    [Fact]
    public void A_disposed_tensor_cannot_be_used()
    {
        Tensor tensor = Tensor.Ones([2]);
        tensor.Dispose();
        tensor.Dispose();
        Assert.True(tensor.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => tensor * 2);
        Assert.Throws<ObjectDisposedException>(() => Tensor.Cat([Tensor.Ones([2]), tensor]));
    }

    [Fact]
    public void Memory_formats_change_the_order_in_memory_alone()
    {
        Tensor images = Wave(0, 2, 3, 4, 5);
        Tensor last = images.Contiguous(MemoryFormat.ChannelsLast);
        Assert.Equal(images.ToArray<float>(), last.ToArray<float>());
        Assert.Throws<TorchException>(() => last.Memory());
        // Without gaps once the channels are the last dimension: only such tensors give their memory.
        Assert.Equal(480, last.Permute(0, 2, 3, 1).Memory().Bytes);
        Assert.Equal(480, last.ZerosLike().Permute(0, 2, 3, 1).Memory().Bytes);
    }

    [Theory]
    [InlineData("cpu", DeviceType.Cpu, 0)]
    [InlineData("CUDA", DeviceType.Cuda, 0)]
    [InlineData(" cuda:3 ", DeviceType.Cuda, 3)]
    public void Devices_are_read_from_text(string text, DeviceType type, int index) => Assert.Equal(new Device(type, index), Device.Parse(text));

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:x")]
    [InlineData("cuda:-1")]
    [InlineData("")]
    public void Text_that_names_no_device_is_refused(string text) => Assert.Throws<MienException>(() => Device.Parse(text));
}

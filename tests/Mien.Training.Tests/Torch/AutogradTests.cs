using Mien.Training.Torch;

namespace Mien.Training.Tests.Torch;

public sealed class AutogradTests : IDisposable
{
    private readonly TensorScope _scope;

    public AutogradTests()
    {
        Libtorch.Require();
        _scope = new TensorScope();
    }

    public void Dispose() => _scope?.Dispose();

    [Fact]
    public void Gradients_flow_and_add_up()
    {
        Tensor x = Tensor.From([1f, 2f, 3f]).WithGrad();
        Assert.Null(x.Grad);
        (x * x).Sum().Backward();
        Assert.Equal([2f, 4f, 6f], x.Grad!.ToArray<float>());
        (x * x).Sum().Backward();
        Assert.Equal([4f, 8f, 12f], x.Grad!.ToArray<float>());
        x.Grad = null;
        Assert.Null(x.Grad);
    }

    [Fact]
    public void Nothing_is_recorded_without_gradients()
    {
        Tensor x = Tensor.Ones([2]).WithGrad();
        using (Autograd.NoGrad())
        {
            Assert.False((x * 2).RequiresGrad);
            using (Autograd.NoGrad())
                Assert.False((x * 2).RequiresGrad);
            Assert.False((x * 2).RequiresGrad);
        }
        Assert.True((x * 2).RequiresGrad);
        Assert.False((x * 2).Detach().RequiresGrad);
    }

    [Fact]
    public void The_mode_is_one_threads_own()
    {
        Tensor x = Tensor.Ones([2]).WithGrad();
        using Autograd.Mode _ = Autograd.NoGrad();
        bool elsewhere = false;
        var thread = new Thread(() =>
        {
            using Tensor doubled = x * 2;
            elsewhere = doubled.RequiresGrad;
        });
        thread.Start();
        thread.Join();
        Assert.True(elsewhere);
    }

    [Fact]
    public void A_parameter_cannot_be_changed_while_it_is_recorded()
    {
        Tensor x = Tensor.Ones([2]).WithGrad();
        Assert.Throws<TorchException>(() => x.MulInPlace(2));
        using (Autograd.NoGrad())
            x.MulInPlace(2);
        Assert.Equal([2f, 2], x.ToArray<float>());
    }
}

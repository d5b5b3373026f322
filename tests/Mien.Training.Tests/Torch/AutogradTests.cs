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
        Assert.True(x.IsLeaf);
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
            Assert.False(Autograd.IsEnabled);
            Assert.False((x * 2).RequiresGrad);
            using (Autograd.EnableGrad())
                Assert.True((x * 2).RequiresGrad);
            Assert.False(Autograd.IsEnabled);
        }
        Assert.True((x * 2).RequiresGrad);
        Assert.False((x * 2).Detach().RequiresGrad);
    }

    [Fact]
    public void The_mode_is_one_threads_own()
    {
        using Autograd.Mode _ = Autograd.NoGrad();
        bool elsewhere = false;
        var thread = new Thread(() => elsewhere = Autograd.IsEnabled);
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

    [Fact]
    public void Gradients_are_clipped_by_their_joint_norm()
    {
        Tensor[] parameters = [Numbers.Wave(0, 2, 3).WithGrad(), Numbers.Wave(9, 4).WithGrad()];
        (parameters[0].Pow(2).Sum() + parameters[1].Pow(2).Sum()).Backward();
        double norm = Autograd.ClipGradNorm(parameters, 1.5);
        Assert.Equal(References.ClippedNorm[0], norm, 1e-5);
        Numbers.AssertClose(References.ClippedGradients, Tensor.Cat([.. parameters.Select(parameter => parameter.Grad!.Flatten())]));
        Assert.Equal(1.5, Autograd.ClipGradNorm(parameters, 100), 1e-5);
    }

    [Fact]
    public void Clipping_without_gradients_does_nothing() => Assert.Equal(0, Autograd.ClipGradNorm([Tensor.Ones([2]).WithGrad()], 1));
}

using Mien.Training.Torch;

namespace Mien.Training.Tests.Torch;

public sealed class TensorTests
{
    public TensorTests() => Libtorch.Require();

    [Fact]
    public void A_gradient_flows_through_a_small_computation()
    {
        using var scope = new TensorScope();
        Tensor x = Tensor.From([1f, 2f, 3f]).WithGrad();
        (x * x).Sum().Backward();
        Assert.Equal([2f, 4f, 6f], x.Grad!.ToArray<float>());
    }
}

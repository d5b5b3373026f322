using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Networks;

/// <summary>The constants are what PyTorch 1.13 gives for the same seed and the same layers.</summary>
[Collection(SeededTests.Name)]
public sealed class LayerTests : IDisposable
{
    private readonly DisposeScope _scope;

    public LayerTests()
    {
        Libtorch.Require();
        _scope = NewDisposeScope();
        manual_seed(7);
    }

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Convolution_and_linear_layer_start_with_pytorchs_weights()
    {
        using var convolution = new Conv2d(2, 3, 3);
        using var linear = new Linear(5, 2);
        Near([0.016462643f, -0.14198554f, 0.07505311f, 0.07395878f], Values(convolution, "weight")[..4]);
        Near([-0.18624075f, 0.0064401226f, -0.10965329f], Values(convolution, "bias"));
        Near([-0.00085976283f, 0.21889487f, 0.19797011f, -0.052442495f], Values(linear, "weight")[..4]);
        Near([-0.19531352f, 0.15020905f], Values(linear, "bias"));
    }

    [Fact]
    public void Batch_norm_takes_the_batchs_statistics_in_training_and_its_own_outside()
    {
        using var norm = new BatchNorm2d(2);
        float[] squares = [.. Enumerable.Range(0, 16).Select(i => i * i / 10f)];
        Tensor input = tensor(squares, [2, 2, 2, 2]);

        float[] training = norm.call(input).data<float>().ToArray();
        Near([-1.0200908f, -1.0387223f, 1.4793924f], [training[0], training[5], training[15]]);
        Near([0.475f, 1.075f], Values(norm, "running_mean"));
        Near([3.378f, 8.109428f], Values(norm, "running_var"));

        norm.eval();
        float[] evaluation = norm.call(input).data<float>().ToArray();
        Near([-0.25844201f, 0.50040251f, 7.5235958f], [evaluation[0], evaluation[5], evaluation[15]]);
    }

    [Fact]
    public void A_residual_block_computes_and_learns_as_in_pytorch()
    {
        using var block = new ResidualBlock(2, 3, 2);
        float[] pattern = [.. Enumerable.Range(0, 100).Select(i => i % 7f)];
        Tensor input = tensor(pattern, [2, 2, 5, 5]);

        Tensor output = block.call(input);
        Assert.Equal([2, 3, 3, 3], output.shape);
        Near([0, 0, 0, 1.5414715f, 1.6934772f, 0.094008267f, 0.10815364f, 0], EverySeventh(output));

        (output * output).sum().backward();
        Tensor gradient = block.get_parameter("conv1.conv.weight")!.grad!;
        Near([-14.076630f, 19.285419f, -9.5109253f, -3.9718278f], gradient.data<float>().ToArray()[..4], 1e-3f);

        block.eval();
        Near([0, 0, 0.59591532f, 0, 0.42229289f, 0, 1.5701808f, 0], EverySeventh(block.call(input)));
    }

    [Fact]
    public void Relu6_cuts_at_both_ends_and_learns_only_between()
    {
        using var layer = new Relu6();
        Tensor weights = tensor([-3f, -0.5f, 0.5f, 5.5f, 6.5f, 100f]).requires_grad_();

        Tensor output = layer.call(weights * 1);
        Near([0, 0, 0.5f, 5.5f, 6, 6], output.data<float>().ToArray());

        (output * output).sum().backward();
        Near([0, 0, 1, 11, 0, 0], weights.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Squeeze_and_excitation_weighs_channels_by_their_means()
    {
        using var attention = new SqueezeExcitation(2, 1);
        attention.LoadState(new Dictionary<string, Tensor>
        {
            ["squeeze.weight"] = tensor([1f, 0, 0, -1], [2, 2]), ["squeeze.bias"] = tensor([0f, 0]),
            ["excite.weight"] = tensor([2f, 0, 0, 1], [2, 2]), ["excite.bias"] = tensor([0f, 1]),
        });
        Tensor input = tensor([1f, 3, 4, 6], [1, 2, 1, 2]);
        // The means are 2 and 5; relu(2) and relu(-5); sigmoid(4) and sigmoid(1).
        const float First = 0.98201379f, Second = 0.73105858f;
        Near([First, 3 * First, 4 * Second, 6 * Second], attention.call(input).data<float>().ToArray());
    }

    [Fact]
    public void Parameters_are_named_as_in_pytorch()
    {
        using var block = new ResidualBlock(2, 3, 2);
        Assert.Equal(
            ["conv1.conv.weight", "conv1.norm.weight", "conv1.norm.bias", "conv2.conv.weight", "conv2.norm.weight", "conv2.norm.bias",
                "shortcut.conv.weight", "shortcut.norm.weight", "shortcut.norm.bias"],
            block.named_parameters().Select(parameter => parameter.name));
        Assert.Contains("conv1.norm.running_mean", block.named_buffers().Select(buffer => buffer.name));
    }

    [Fact]
    public void Dropout_drops_in_training_only()
    {
        using var dropout = new Dropout(0.25);
        Tensor input = torch.ones([10_000]);
        float[] values = dropout.call(input).data<float>().ToArray();
        Assert.All(values, value => Assert.True(value == 0 || MathF.Abs(value - (4f / 3)) < 1e-6f));
        Assert.InRange(values.Count(value => value == 0), 2200, 2800);
        dropout.eval();
        Assert.Same(input, dropout.call(input));
        Assert.Throws<MienException>(() => new Dropout(1));
    }

    [Fact]
    public void Pooling_leaves_out_an_odd_remainder()
    {
        Tensor input = arange(0, 15, 1, ScalarType.Float32).reshape(1, 1, 3, 5);
        using var pool = new MaxPool2d(2);
        Assert.Equal([6f, 8f], pool.call(input).data<float>().ToArray());
        long multiplyAdds = 0;
        Assert.Equal(new FeatureShape(1, 1, 2), pool.Describe(new FeatureShape(1, 3, 5), ref multiplyAdds));
        using var mean = new GlobalAveragePool();
        Assert.Equal([7f], mean.call(input).data<float>().ToArray());
    }

    [Fact]
    public void Gray_is_enlarged_and_tripled()
    {
        using var resize = new Resize(new FeatureShape(1, 2, 2), 4);
        float[] values = resize.call(tensor([0f, 4, 8, 12], [1, 1, 2, 2])).data<float>().ToArray();
        float[] plane = [0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12];
        Assert.Equal([.. plane, .. plane, .. plane], values);
        long multiplyAdds = 0;
        Assert.Equal(new FeatureShape(3, 4, 4), resize.Describe(new FeatureShape(1, 2, 2), ref multiplyAdds));
        Assert.Throws<MienException>(() => new Resize(new FeatureShape(2, 4, 4), 8));
    }

    [Fact]
    public void A_depthwise_convolution_keeps_channels_apart()
    {
        using var convolution = new Conv2d(2, 2, 1, bias: false, groups: 2);
        float[] weights = Values(convolution, "weight");
        Assert.Equal([2, 1, 1, 1], convolution.state_dict()["weight"].shape);
        Near([3 * weights[0], 5 * weights[1]], convolution.call(tensor([3f, 5], [1, 2, 1, 1])).data<float>().ToArray());
        long multiplyAdds = 0;
        convolution.Describe(new FeatureShape(2, 4, 4), ref multiplyAdds);
        Assert.Equal(32, multiplyAdds);
    }

    [Fact]
    public void Relu6_passes_what_lies_between_0_and_6_and_its_gradient()
    {
        using var relu = new Relu6();
        Tensor input = tensor([-1f, 2, 7]).requires_grad_();
        Tensor output = relu.call(input * 1);
        output.sum().backward();
        Assert.Equal([0f, 2, 6], output.data<float>().ToArray());
        Assert.Equal([0f, 1, 0], input.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Resizing_and_relu6_compute_in_the_type_of_their_input()
    {
        using var layers = new Sequential(new Resize(new FeatureShape(1, 8, 8), 12), new Relu6());
        Tensor input = rand([2, 1, 8, 8]).to(ScalarType.BFloat16).requires_grad_();
        Tensor output = layers.call(input * 1);
        Assert.Equal(ScalarType.BFloat16, output.dtype);
        output.sum().backward();
        Assert.Equal(ScalarType.BFloat16, input.grad!.dtype);
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(2, 0, 3)]
    [InlineData(1, 2, 5)]
    public void The_described_shape_is_the_computed_one(int stride, int padding, int kernel)
    {
        using var convolution = new Conv2d(3, 4, kernel, stride, padding);
        long multiplyAdds = 0;
        FeatureShape described = convolution.Describe(new FeatureShape(3, 9, 6), ref multiplyAdds);
        Tensor output = convolution.call(zeros([2, 3, 9, 6]));
        Assert.Equal([2, described.Channels, described.Height, described.Width], output.shape);
        Assert.Equal(described.Count * 3L * kernel * kernel, multiplyAdds);
    }

    [Fact]
    public void A_module_owns_its_tensors_and_outlives_the_scope_it_was_made_in()
    {
        Linear linear;
        using (NewDisposeScope())
            linear = new Linear(3, 2);
        Tensor weight = linear.state_dict()["weight"];
        Assert.False(weight.IsInvalid);
        linear.Dispose();
        Assert.True(weight.IsInvalid);
    }

    private static float[] Values(Layer module, string name) => module.state_dict()[name].data<float>().ToArray();

    private static float[] EverySeventh(Tensor tensor) => [.. tensor.data<float>().ToArray().Where((_, i) => i % 7 == 0)];

    private static void Near(float[] expected, float[] actual, float tolerance = 1e-5f) =>
        Assert.Equal(expected, actual, (a, b) => MathF.Abs(a - b) <= tolerance);
}

using Mien.Training.Torch;
using static Mien.Training.Tests.Torch.Numbers;

namespace Mien.Training.Tests.Torch;

/// <summary>The operators of networks give PyTorch's numbers.</summary>
public sealed class NeuralTests : IDisposable
{
    private readonly TensorScope _scope;

    public NeuralTests()
    {
        Libtorch.Require();
        _scope = new TensorScope();
    }

    public void Dispose() => _scope?.Dispose();

    [Theory]
    [InlineData(MemoryFormat.Contiguous)]
    [InlineData(MemoryFormat.ChannelsLast)]
    public void Convolution_in_both_memory_formats(MemoryFormat format)
    {
        Tensor input = Wave(0, 2, 4, 5, 6).Contiguous(format);
        Tensor output = input.Conv2d(Wave(1, 6, 2, 3, 3).Contiguous(format), Wave(2, 6), stride: 2, padding: 2, dilation: 2, groups: 2);
        AssertClose(References.Convolution, output);

        Tensor weight = Wave(1, 2, 4, 3, 3).Contiguous(format).WithGrad();
        output = input.Conv2d(weight, padding: 1);
        (output * output).Sum().Backward();
        AssertClose(References.ConvolutionGradient, weight.Grad!);
    }

    [Fact]
    public void Batch_norm_and_its_running_statistics()
    {
        Tensor input = Wave(3, 3, 2, 2, 2), weight = Wave(4, 2), bias = Wave(5, 2);
        Tensor mean = Tensor.Zeros([2]), variance = Tensor.Ones([2]);
        AssertClose(References.BatchNormTraining, input.BatchNorm(weight, bias, mean, variance, training: true));
        AssertClose(References.BatchNormMean, mean);
        AssertClose(References.BatchNormVariance, variance);
        AssertClose(References.BatchNormEvaluation, input.BatchNorm(weight, bias, mean, variance, training: false));
    }

    [Fact]
    public void Affine_grids_sampling_and_resizing()
    {
        Tensor images = Wave(0, 2, 1, 4, 5);
        Tensor theta = Tensor.From([0.8f, -0.3f, 0.1f, 0.3f, 0.8f, -0.2f, -1.2f, 0, 0.3f, 0, 1.2f, 0.4f], [2, 2, 3]);
        Tensor grid = Tensor.AffineGrid(theta, [2, 1, 4, 5]);
        AssertClose(References.AffineGrid, grid);
        AssertClose(References.GridSampleZeros, images.GridSample(grid));
        AssertClose(References.GridSampleBorder, images.GridSample(grid, padding: GridPadding.Border));
        AssertClose(References.GridSampleReflection, images.GridSample(grid, Interpolation.Bicubic, GridPadding.Reflection));
        AssertClose(References.GridSampleNearest, images.GridSample(grid, Interpolation.Nearest, GridPadding.Border));
        AssertClose(References.ResizeBilinear, images.Interpolate(3, 7));
        AssertClose(References.ResizeNearest, images.Interpolate(3, 7, Interpolation.Nearest));
        AssertClose(References.ResizeBicubic, images.Interpolate(3, 7, Interpolation.Bicubic));
    }

    [Fact]
    public void Pooling()
    {
        Tensor images = Wave(0, 1, 2, 5, 5);
        AssertClose(References.MaxPool, images.MaxPool2d(3, stride: 2, padding: 1));
        AssertClose(References.MaxPoolCeil, images.MaxPool2d(2, ceilMode: true));
        AssertClose(References.AvgPool, images.AvgPool2d(3, stride: 2, padding: 1));
        AssertClose(References.AvgPoolInside, images.AvgPool2d(3, stride: 2, padding: 1, countIncludePad: false));
        AssertClose(References.AdaptiveAvgPool, images.AdaptiveAvgPool2d(2, 3));
    }

    [Fact]
    public void Activations()
    {
        Tensor input = Tensor.From([-5f, -1, -0.25f, 0, 0.25f, 1, 5]);
        AssertClose(References.Relu, input.Clone().ReluInPlace());
        AssertClose(References.Sigmoid, input.Sigmoid());
        AssertClose(References.Silu, input.Silu());
        AssertClose(References.HardSwish, input.HardSwish());
    }

    [Fact]
    public void Losses_with_weights_smoothing_and_distributions()
    {
        Tensor logits = Wave(0, 3, 4), targets = Tensor.From([2L, 0, 3]);
        Tensor weights = Tensor.From([1, 0.5f, 2, 1.5f]), distributions = Wave(7, 3, 4).Softmax();
        AssertClose(References.Softmax, logits.Softmax());
        AssertClose(Array.ConvertAll(References.Softmax, MathF.Log), logits.LogSoftmax());
        AssertClose(References.CrossEntropy, logits.CrossEntropy(targets));
        AssertClose(References.CrossEntropySmoothedWeighted, logits.CrossEntropy(targets, weights, labelSmoothing: 0.1));
        AssertClose(References.CrossEntropyEach, logits.CrossEntropy(targets, reduction: Reduction.None));
        AssertClose(References.CrossEntropyDistributions, logits.CrossEntropy(distributions, weights, labelSmoothing: 0.1));
    }

    [Fact]
    public void Dropout_drops_its_share_in_training_and_nothing_otherwise()
    {
        Tensor ones = Tensor.Ones([100, 100]);
        float[] dropped = ones.Dropout(0.25, training: true).ToArray<float>();
        Assert.All(dropped, value => Assert.True(value is 0 or > 1.33f and < 1.34f));
        Assert.InRange(dropped.Count(value => value == 0), 2200, 2800);
        Assert.Equal(ones.ToArray<float>(), ones.Dropout(0.25, training: false).ToArray<float>());
    }
}

using Mien.Training.Interop;

namespace Mien.Training.Torch;

public sealed partial class Tensor
{
    /// <summary>This times the transposed weight (out, in), plus bias.</summary>
    public Tensor Linear(Tensor weight, Tensor? bias = null) => NativeTorch.mt_linear(this, weight, bias);

    /// <summary>The convolution of images with a weight (out, in / groups, height, width).</summary>
    public Tensor Conv2d(Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0, int dilation = 1, int groups = 1) =>
        NativeTorch.mt_conv2d(this, weight, bias, stride, stride, padding, padding, dilation, dilation, groups);

    /// <summary>
    /// Normalises each channel: in training by the batch, whose statistics also flow into the running ones, otherwise by the running ones.
    /// </summary>
    public Tensor BatchNorm(Tensor? weight, Tensor? bias, Tensor? runningMean, Tensor? runningVar, bool training,
        double momentum = 0.1, double epsilon = 1e-5) =>
        NativeTorch.mt_batch_norm(this, weight, bias, runningMean, runningVar, training, momentum, epsilon);

    /// <summary>The maximum of each window; the stride is the kernel's size unless given.</summary>
    public Tensor MaxPool2d(int kernel, int? stride = null, int padding = 0, bool ceilMode = false) =>
        NativeTorch.mt_max_pool2d(this, kernel, stride ?? kernel, padding, ceilMode);

    /// <summary>The mean of each window; the stride is the kernel's size unless given.</summary>
    public Tensor AvgPool2d(int kernel, int? stride = null, int padding = 0, bool ceilMode = false, bool countIncludePad = true) =>
        NativeTorch.mt_avg_pool2d(this, kernel, stride ?? kernel, padding, ceilMode, countIncludePad);

    /// <summary>The means of windows, so chosen that the result has the given size.</summary>
    public Tensor AdaptiveAvgPool2d(int height, int width) => NativeTorch.mt_adaptive_avg_pool2d(this, height, width);

    /// <summary>1 / (1 + exp(-x)).</summary>
    public Tensor Sigmoid() => NativeTorch.mt_sigmoid(this);

    /// <summary>x * sigmoid(x), also known as swish.</summary>
    public Tensor Silu() => NativeTorch.mt_silu(this);

    /// <summary>x * relu6(x + 3) / 6.</summary>
    public Tensor HardSwish() => NativeTorch.mt_hardswish(this);

    /// <summary>Probabilities from logits along a dimension.</summary>
    public Tensor Softmax(int dimension = -1) => NativeTorch.mt_softmax(this, dimension);

    /// <summary>Logarithms of the probabilities along a dimension.</summary>
    public Tensor LogSoftmax(int dimension = -1) => NativeTorch.mt_log_softmax(this, dimension);

    /// <summary>In training, each element set to 0 with a probability and the others scaled up.</summary>
    public Tensor Dropout(double probability, bool training) => NativeTorch.mt_dropout(this, probability, training);

    /// <summary>The cross entropy of logits (rows, classes).</summary>
    /// <param name="targets">Class indices (Int64), or a distribution for each row (floating point).</param>
    /// <param name="classWeights">How much each class counts.</param>
    /// <param name="labelSmoothing">The share of each target that is spread over all classes.</param>
    /// <param name="reduction">What becomes of the rows.</param>
    public Tensor CrossEntropy(Tensor targets, Tensor? classWeights = null, double labelSmoothing = 0, Reduction reduction = Reduction.Mean) =>
        NativeTorch.mt_cross_entropy(this, targets, classWeights, reduction, labelSmoothing);

    /// <summary>Where each pixel of a result of the given size (N, C, H, W) comes from, for affine maps (N, 2, 3), in coordinates from -1 to 1.</summary>
    public static Tensor AffineGrid(Tensor theta, ReadOnlySpan<long> size, bool alignCorners = false) =>
        NativeTorch.mt_affine_grid(theta, size, size.Length, alignCorners);

    /// <summary>Images sampled at the positions of a grid (N, H, W, 2), in coordinates from -1 to 1.</summary>
    public Tensor GridSample(Tensor grid, Interpolation mode = Interpolation.Bilinear, GridPadding padding = GridPadding.Zeros, bool alignCorners = false) =>
        NativeTorch.mt_grid_sample(this, grid, mode, padding, alignCorners);

    /// <summary>Images resized.</summary>
    public Tensor Interpolate(int height, int width, Interpolation mode = Interpolation.Bilinear, bool alignCorners = false) =>
        NativeTorch.mt_resize2d(this, height, width, mode, alignCorners);
}

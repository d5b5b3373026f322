using System.Runtime.InteropServices;
using Mien.Training.Torch;

namespace Mien.Training.Interop;

internal static partial class NativeTorch
{
    // ---- runtime ----

    [LibraryImport(Library)]
    public static partial IntPtr mt_last_error();

    [LibraryImport(Library)]
    public static partial IntPtr mt_torch_version();

    [LibraryImport(Library)]
    public static partial long mt_live_tensors();

    [LibraryImport(Library)]
    public static partial int mt_get_num_threads();

    [LibraryImport(Library)]
    public static partial Status mt_set_num_threads(int threads);

    [LibraryImport(Library)]
    public static partial int mt_cuda_device_count();

    [LibraryImport(Library)]
    public static partial Status mt_manual_seed(ulong seed);

    [LibraryImport(Library)]
    public static partial Status mt_set_deterministic([MarshalAs(UnmanagedType.Bool)] bool on);

    // ---- life and properties ----

    [LibraryImport(Library)]
    public static partial void mt_free(IntPtr x);

    [LibraryImport(Library)]
    public static partial Status mt_dim(Tensor x, out long dim);

    [LibraryImport(Library)]
    public static partial Status mt_numel(Tensor x, out long count);

    [LibraryImport(Library)]
    public static partial Status mt_sizes(Tensor x, Span<long> sizes, long capacity);

    [LibraryImport(Library)]
    public static partial Status mt_dtype(Tensor x, out ScalarType type);

    [LibraryImport(Library)]
    public static partial Status mt_device(Tensor x, out int deviceType, out int deviceIndex);

    [LibraryImport(Library)]
    public static partial Status mt_item(Tensor x, out Scalar value);

    [LibraryImport(Library)]
    public static partial Status mt_copy_out(Tensor x, Span<byte> data, long bytes);

    [LibraryImport(Library)]
    public static partial Status mt_data(Tensor x, out IntPtr data, out long bytes);

    // ---- creation ----

    [LibraryImport(Library)]
    public static partial Tensor mt_from_data(ReadOnlySpan<byte> data, ReadOnlySpan<long> shape, long rank, ScalarType type, int deviceType, int deviceIndex);

    [LibraryImport(Library)]
    public static partial Tensor mt_empty(ReadOnlySpan<long> shape, long rank, ScalarType type, int deviceType, int deviceIndex);

    [LibraryImport(Library)]
    public static partial Tensor mt_full(ReadOnlySpan<long> shape, long rank, Scalar value, ScalarType type, int deviceType, int deviceIndex);

    [LibraryImport(Library)]
    public static partial Tensor mt_rand(ReadOnlySpan<long> shape, long rank, ScalarType type, int deviceType, int deviceIndex);

    [LibraryImport(Library)]
    public static partial Tensor mt_randn(ReadOnlySpan<long> shape, long rank, ScalarType type, int deviceType, int deviceIndex);

    [LibraryImport(Library)]
    public static partial Tensor mt_randint(long low, long high, ReadOnlySpan<long> shape, long rank, ScalarType type, int deviceType, int deviceIndex);

    [LibraryImport(Library)]
    public static partial Tensor mt_arange(Scalar start, Scalar end, Scalar step, ScalarType type, int deviceType, int deviceIndex);

    [LibraryImport(Library)]
    public static partial Tensor mt_full_like(Tensor x, Scalar value);

    [LibraryImport(Library)]
    public static partial Tensor mt_one_hot(Tensor x, long classes);

    [LibraryImport(Library)]
    public static partial Tensor mt_clone(Tensor x);

    [LibraryImport(Library)]
    public static partial Tensor mt_to_type(Tensor x, ScalarType type);

    [LibraryImport(Library)]
    public static partial Tensor mt_to_device(Tensor x, int deviceType, int deviceIndex);

    [LibraryImport(Library)]
    public static partial Tensor mt_contiguous(Tensor x, MemoryFormat memoryFormat);

    // ---- arithmetic ----

    [LibraryImport(Library)]
    public static partial Tensor mt_add(Tensor a, Tensor b);

    [LibraryImport(Library)]
    public static partial Tensor mt_sub(Tensor a, Tensor b);

    [LibraryImport(Library)]
    public static partial Tensor mt_mul(Tensor a, Tensor b);

    [LibraryImport(Library)]
    public static partial Tensor mt_sub_scalar(Tensor a, Scalar b);

    [LibraryImport(Library)]
    public static partial Tensor mt_mul_scalar(Tensor a, Scalar b);

    [LibraryImport(Library)]
    public static partial Tensor mt_div_scalar(Tensor a, Scalar b);

    [LibraryImport(Library)]
    public static partial Tensor mt_sqrt(Tensor x);

    [LibraryImport(Library)]
    public static partial Tensor mt_matmul(Tensor a, Tensor b);

    [LibraryImport(Library)]
    public static partial Tensor mt_eq(Tensor a, Tensor b);

    [LibraryImport(Library)]
    public static partial Tensor mt_eq_scalar(Tensor a, Scalar b);

    // ---- in place ----

    [LibraryImport(Library)]
    public static partial Status mt_add_(Tensor x, Tensor other, Scalar alpha);

    [LibraryImport(Library)]
    public static partial Status mt_div_(Tensor x, Tensor other);

    [LibraryImport(Library)]
    public static partial Status mt_add_scalar_(Tensor x, Scalar value);

    [LibraryImport(Library)]
    public static partial Status mt_mul_scalar_(Tensor x, Scalar value);

    [LibraryImport(Library)]
    public static partial Status mt_addcmul_(Tensor x, Tensor a, Tensor b, Scalar value);

    [LibraryImport(Library)]
    public static partial Status mt_addcdiv_(Tensor x, Tensor a, Tensor b, Scalar value);

    [LibraryImport(Library)]
    public static partial Status mt_lerp_(Tensor x, Tensor end, Scalar weight);

    [LibraryImport(Library)]
    public static partial Status mt_clamp_(Tensor x, Scalar low, Scalar high);

    [LibraryImport(Library)]
    public static partial Status mt_relu_(Tensor x);

    [LibraryImport(Library)]
    public static partial Status mt_copy_(Tensor x, Tensor source);

    [LibraryImport(Library)]
    public static partial Status mt_uniform_(Tensor x, double low, double high);

    // ---- reductions ----

    [LibraryImport(Library)]
    public static partial Tensor mt_sum(Tensor x);

    [LibraryImport(Library)]
    public static partial Tensor mt_mean_dims(Tensor x, ReadOnlySpan<long> dims, long count, [MarshalAs(UnmanagedType.Bool)] bool keep);

    [LibraryImport(Library)]
    public static partial Tensor mt_argmax(Tensor x, long dim, [MarshalAs(UnmanagedType.Bool)] bool keep);

    // ---- shape ----

    [LibraryImport(Library)]
    public static partial Tensor mt_reshape(Tensor x, ReadOnlySpan<long> shape, long rank);

    [LibraryImport(Library)]
    public static partial Tensor mt_permute(Tensor x, ReadOnlySpan<long> order, long rank);

    [LibraryImport(Library)]
    public static partial Tensor mt_flatten(Tensor x, long first, long last);

    [LibraryImport(Library)]
    public static partial Tensor mt_slice(Tensor x, long dim, long start, long end);

    [LibraryImport(Library)]
    public static partial Tensor mt_index_select(Tensor x, long dim, Tensor index);

    [LibraryImport(Library)]
    public static partial Tensor mt_gather(Tensor x, long dim, Tensor index);

    [LibraryImport(Library)]
    public static partial Tensor mt_flip(Tensor x, ReadOnlySpan<long> dims, long count);

    [LibraryImport(Library)]
    public static partial Tensor mt_cat(ReadOnlySpan<IntPtr> tensors, long count, long dim);

    // ---- neural operators ----

    [LibraryImport(Library)]
    public static partial Tensor mt_linear(Tensor x, Tensor weight, Tensor? bias);

    [LibraryImport(Library)]
    public static partial Tensor mt_conv2d(Tensor x, Tensor weight, Tensor? bias, long strideY, long strideX, long paddingY, long paddingX, long dilationY, long dilationX, long groups);

    [LibraryImport(Library)]
    public static partial Tensor mt_batch_norm(Tensor x, Tensor? weight, Tensor? bias, Tensor? runningMean, Tensor? runningVar, [MarshalAs(UnmanagedType.Bool)] bool training, double momentum, double epsilon);

    [LibraryImport(Library)]
    public static partial Tensor mt_max_pool2d(Tensor x, long kernel, long stride, long padding, [MarshalAs(UnmanagedType.Bool)] bool ceilMode);

    [LibraryImport(Library)]
    public static partial Tensor mt_avg_pool2d(Tensor x, long kernel, long stride, long padding, [MarshalAs(UnmanagedType.Bool)] bool ceilMode, [MarshalAs(UnmanagedType.Bool)] bool countIncludePad);

    [LibraryImport(Library)]
    public static partial Tensor mt_adaptive_avg_pool2d(Tensor x, long height, long width);

    [LibraryImport(Library)]
    public static partial Tensor mt_sigmoid(Tensor x);

    [LibraryImport(Library)]
    public static partial Tensor mt_silu(Tensor x);

    [LibraryImport(Library)]
    public static partial Tensor mt_hardswish(Tensor x);

    [LibraryImport(Library)]
    public static partial Tensor mt_softmax(Tensor x, long dim);

    [LibraryImport(Library)]
    public static partial Tensor mt_log_softmax(Tensor x, long dim);

    [LibraryImport(Library)]
    public static partial Tensor mt_dropout(Tensor x, double probability, [MarshalAs(UnmanagedType.Bool)] bool training);

    [LibraryImport(Library)]
    public static partial Tensor mt_cross_entropy(Tensor logits, Tensor targets, Tensor? classWeights, Reduction reduction, double labelSmoothing);

    [LibraryImport(Library)]
    public static partial Tensor mt_affine_grid(Tensor theta, ReadOnlySpan<long> size, long rank, [MarshalAs(UnmanagedType.Bool)] bool alignCorners);

    [LibraryImport(Library)]
    public static partial Tensor mt_grid_sample(Tensor x, Tensor grid, Interpolation mode, GridPadding padding, [MarshalAs(UnmanagedType.Bool)] bool alignCorners);

    [LibraryImport(Library)]
    public static partial Tensor mt_resize2d(Tensor x, long height, long width, Interpolation mode, [MarshalAs(UnmanagedType.Bool)] bool alignCorners);

    // ---- autograd ----

    [LibraryImport(Library)]
    public static partial Status mt_backward(Tensor x, [MarshalAs(UnmanagedType.Bool)] bool retainGraph);

    [LibraryImport(Library)]
    public static partial Status mt_requires_grad(Tensor x, [MarshalAs(UnmanagedType.Bool)] out bool yes);

    [LibraryImport(Library)]
    public static partial Status mt_set_requires_grad(Tensor x, [MarshalAs(UnmanagedType.Bool)] bool yes);

    [LibraryImport(Library)]
    public static partial Status mt_has_grad(Tensor x, [MarshalAs(UnmanagedType.Bool)] out bool yes);

    [LibraryImport(Library)]
    public static partial Tensor mt_grad(Tensor x);

    [LibraryImport(Library)]
    public static partial Status mt_set_grad(Tensor x, Tensor? grad);

    [LibraryImport(Library)]
    public static partial Tensor mt_detach(Tensor x);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool mt_grad_enabled();

    [LibraryImport(Library)]
    public static partial void mt_set_grad_enabled([MarshalAs(UnmanagedType.Bool)] bool on);
}

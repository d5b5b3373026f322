/* A flat C interface over libtorch: the tensors, operators and autograd that Mien's training uses.
 *
 * - A function that returns a tensor returns null on failure; one that returns int returns 0, or 1 on failure.
 *   mt_last_error() then tells this thread what libtorch said. No C++ exception leaves the library.
 * - A tensor that a function returns belongs to the caller, who frees it with mt_free. Arguments are borrowed.
 * - Shapes and other lists are a pointer and a count. A null tensor argument means "none" where it is marked so.
 * - Element types and devices have libtorch's own numbers (c10::ScalarType, c10::DeviceType).
 */
#ifndef MIEN_TORCH_H
#define MIEN_TORCH_H

#include <stdint.h>

#ifdef _WIN32
#define MT_API __declspec(dllexport)
#else
#define MT_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mt_tensor_s* mt_tensor;

/* A number that keeps apart integers and fractions, because libtorch's result types depend on it. */
typedef struct {
  double fraction;
  int64_t integer;
  int32_t is_integer;
} mt_scalar;

/* Raised with every incompatible change of this file. */
#define MT_ABI_VERSION 2

/* ---- runtime ---- */
MT_API int mt_abi_version(void);
MT_API const char* mt_last_error(void);
MT_API const char* mt_torch_version(void);
MT_API int64_t mt_live_tensors(void);
MT_API int mt_get_num_threads(void);
MT_API int mt_set_num_threads(int threads);
MT_API int mt_cuda_device_count(void);
MT_API int mt_manual_seed(uint64_t seed);
MT_API int mt_set_deterministic(int on);

/* ---- life and properties ---- */
MT_API void mt_free(mt_tensor x);
MT_API int mt_dim(mt_tensor x, int64_t* dim);
MT_API int mt_numel(mt_tensor x, int64_t* count);
MT_API int mt_sizes(mt_tensor x, int64_t* sizes, int64_t capacity);
MT_API int mt_dtype(mt_tensor x, int* type);
MT_API int mt_device(mt_tensor x, int* device_type, int* device_index);
MT_API int mt_item(mt_tensor x, mt_scalar* value);
MT_API int mt_copy_out(mt_tensor x, void* data, int64_t bytes);
MT_API int mt_data(mt_tensor x, void** data, int64_t* bytes);

/* ---- creation ---- */
MT_API mt_tensor mt_from_data(const void* data, const int64_t* shape, int64_t rank, int type, int device_type, int device_index);
MT_API mt_tensor mt_empty(const int64_t* shape, int64_t rank, int type, int device_type, int device_index);
MT_API mt_tensor mt_full(const int64_t* shape, int64_t rank, mt_scalar value, int type, int device_type, int device_index);
MT_API mt_tensor mt_rand(const int64_t* shape, int64_t rank, int type, int device_type, int device_index);
MT_API mt_tensor mt_randn(const int64_t* shape, int64_t rank, int type, int device_type, int device_index);
MT_API mt_tensor mt_randint(int64_t low, int64_t high, const int64_t* shape, int64_t rank, int type, int device_type, int device_index);
MT_API mt_tensor mt_arange(mt_scalar start, mt_scalar end, mt_scalar step, int type, int device_type, int device_index);
MT_API mt_tensor mt_full_like(mt_tensor x, mt_scalar value);
MT_API mt_tensor mt_one_hot(mt_tensor x, int64_t classes);
MT_API mt_tensor mt_clone(mt_tensor x);
MT_API mt_tensor mt_to_type(mt_tensor x, int type);
MT_API mt_tensor mt_to_device(mt_tensor x, int device_type, int device_index);
MT_API mt_tensor mt_contiguous(mt_tensor x, int memory_format);

/* ---- arithmetic ---- */
MT_API mt_tensor mt_add(mt_tensor a, mt_tensor b);
MT_API mt_tensor mt_sub(mt_tensor a, mt_tensor b);
MT_API mt_tensor mt_mul(mt_tensor a, mt_tensor b);
MT_API mt_tensor mt_sub_scalar(mt_tensor a, mt_scalar b);
MT_API mt_tensor mt_mul_scalar(mt_tensor a, mt_scalar b);
MT_API mt_tensor mt_div_scalar(mt_tensor a, mt_scalar b);
MT_API mt_tensor mt_sqrt(mt_tensor x);
MT_API mt_tensor mt_matmul(mt_tensor a, mt_tensor b);
MT_API mt_tensor mt_eq(mt_tensor a, mt_tensor b);
MT_API mt_tensor mt_eq_scalar(mt_tensor a, mt_scalar b);

/* ---- in place ---- */
MT_API int mt_add_(mt_tensor x, mt_tensor other, mt_scalar alpha);
MT_API int mt_div_(mt_tensor x, mt_tensor other);
MT_API int mt_add_scalar_(mt_tensor x, mt_scalar value);
MT_API int mt_mul_scalar_(mt_tensor x, mt_scalar value);
MT_API int mt_addcmul_(mt_tensor x, mt_tensor a, mt_tensor b, mt_scalar value);
MT_API int mt_addcdiv_(mt_tensor x, mt_tensor a, mt_tensor b, mt_scalar value);
MT_API int mt_lerp_(mt_tensor x, mt_tensor end, mt_scalar weight);
MT_API int mt_clamp_(mt_tensor x, mt_scalar low, mt_scalar high);
MT_API int mt_relu_(mt_tensor x);
MT_API int mt_copy_(mt_tensor x, mt_tensor source);
MT_API int mt_uniform_(mt_tensor x, double low, double high);

/* ---- reductions ---- */
MT_API mt_tensor mt_sum(mt_tensor x);
MT_API mt_tensor mt_mean_dims(mt_tensor x, const int64_t* dims, int64_t count, int keep);
MT_API mt_tensor mt_argmax(mt_tensor x, int64_t dim, int keep);

/* ---- shape ---- */
MT_API mt_tensor mt_reshape(mt_tensor x, const int64_t* shape, int64_t rank);
MT_API mt_tensor mt_permute(mt_tensor x, const int64_t* order, int64_t rank);
MT_API mt_tensor mt_flatten(mt_tensor x, int64_t first, int64_t last);
MT_API mt_tensor mt_slice(mt_tensor x, int64_t dim, int64_t start, int64_t end);
MT_API mt_tensor mt_index_select(mt_tensor x, int64_t dim, mt_tensor index);
MT_API mt_tensor mt_gather(mt_tensor x, int64_t dim, mt_tensor index);
MT_API mt_tensor mt_flip(mt_tensor x, const int64_t* dims, int64_t count);
MT_API mt_tensor mt_cat(const mt_tensor* tensors, int64_t count, int64_t dim);

/* ---- neural operators ---- */
MT_API mt_tensor mt_linear(mt_tensor x, mt_tensor weight, mt_tensor bias /* or null */);
MT_API mt_tensor mt_conv2d(mt_tensor x, mt_tensor weight, mt_tensor bias /* or null */, int64_t stride_y, int64_t stride_x,
                           int64_t padding_y, int64_t padding_x, int64_t dilation_y, int64_t dilation_x, int64_t groups);
/* weight, bias and the running statistics may be null. */
MT_API mt_tensor mt_batch_norm(mt_tensor x, mt_tensor weight, mt_tensor bias, mt_tensor running_mean, mt_tensor running_var,
                               int training, double momentum, double epsilon);
MT_API mt_tensor mt_max_pool2d(mt_tensor x, int64_t kernel, int64_t stride, int64_t padding, int ceil_mode);
MT_API mt_tensor mt_avg_pool2d(mt_tensor x, int64_t kernel, int64_t stride, int64_t padding, int ceil_mode, int count_include_pad);
MT_API mt_tensor mt_adaptive_avg_pool2d(mt_tensor x, int64_t height, int64_t width);
MT_API mt_tensor mt_sigmoid(mt_tensor x);
MT_API mt_tensor mt_silu(mt_tensor x);
MT_API mt_tensor mt_hardswish(mt_tensor x);
MT_API mt_tensor mt_softmax(mt_tensor x, int64_t dim);
MT_API mt_tensor mt_log_softmax(mt_tensor x, int64_t dim);
MT_API mt_tensor mt_dropout(mt_tensor x, double probability, int training);
/* targets: class indices (int64), or a distribution per row (floating point). reduction: 0 none, 1 mean, 2 sum. */
MT_API mt_tensor mt_cross_entropy(mt_tensor logits, mt_tensor targets, mt_tensor class_weights /* or null */, int reduction, double label_smoothing);
MT_API mt_tensor mt_affine_grid(mt_tensor theta, const int64_t* size, int64_t rank, int align_corners);
/* mode: 0 bilinear, 1 nearest, 2 bicubic. padding: 0 zeros, 1 border, 2 reflection. */
MT_API mt_tensor mt_grid_sample(mt_tensor x, mt_tensor grid, int mode, int padding, int align_corners);
/* mode as in mt_grid_sample. */
MT_API mt_tensor mt_resize2d(mt_tensor x, int64_t height, int64_t width, int mode, int align_corners);

/* ---- autograd ---- */
MT_API int mt_backward(mt_tensor x, int retain_graph);
MT_API int mt_requires_grad(mt_tensor x, int* yes);
MT_API int mt_set_requires_grad(mt_tensor x, int yes);
MT_API int mt_has_grad(mt_tensor x, int* yes);
MT_API mt_tensor mt_grad(mt_tensor x);
/* grad may be null, which removes the gradient. */
MT_API int mt_set_grad(mt_tensor x, mt_tensor grad);
MT_API mt_tensor mt_detach(mt_tensor x);
MT_API int mt_grad_enabled(void);
MT_API void mt_set_grad_enabled(int on);

#ifdef __cplusplus
}
#endif

#endif

#include "mien_torch.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include <array>
#include <atomic>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

thread_local std::string last_error;
std::atomic<int64_t> live_tensors{0};

// To be called inside a catch block.
void remember_error() noexcept {
  try {
    throw;
  } catch (const c10::Error& e) {
    last_error = e.what_without_backtrace();
  } catch (const std::exception& e) {
    last_error = e.what();
  } catch (...) {
    last_error = "an error of unknown kind";
  }
}

mt_tensor own(at::Tensor x) {
  auto* handle = reinterpret_cast<mt_tensor>(new at::Tensor(std::move(x)));
  ++live_tensors;
  return handle;
}

template <class F>
mt_tensor tensor(F body) noexcept {
  try {
    return own(body());
  } catch (...) {
    remember_error();
    return nullptr;
  }
}

template <class F>
int status(F body) noexcept {
  try {
    body();
    return 0;
  } catch (...) {
    remember_error();
    return 1;
  }
}

at::Tensor& T(mt_tensor x) {
  if (x == nullptr) throw std::invalid_argument("a tensor argument is missing");
  return *reinterpret_cast<at::Tensor*>(x);
}

// An undefined tensor is how libtorch's operators spell "none".
at::Tensor optional(mt_tensor x) { return x == nullptr ? at::Tensor() : T(x); }

at::Scalar S(mt_scalar s) { return s.is_integer ? at::Scalar(s.integer) : at::Scalar(s.fraction); }

at::IntArrayRef list(const int64_t* values, int64_t count) { return {values, static_cast<size_t>(count)}; }

std::vector<at::Tensor> list(const mt_tensor* tensors, int64_t count) {
  std::vector<at::Tensor> result;
  result.reserve(count);
  for (int64_t i = 0; i < count; i++) result.push_back(T(tensors[i]));
  return result;
}

at::Device device(int type, int index) {
  return {static_cast<at::DeviceType>(type), static_cast<at::DeviceIndex>(type == 0 ? -1 : index)};
}

at::TensorOptions options(int type, int device_type, int device_index) {
  return at::TensorOptions().dtype(static_cast<at::ScalarType>(type)).device(device(device_type, device_index));
}

at::MemoryFormat format(int memory_format) { return static_cast<at::MemoryFormat>(memory_format); }

void copy_bytes(void* to, const void* from, size_t bytes) {
  if (bytes != 0) std::memcpy(to, from, bytes);
}

}  // namespace

extern "C" {

// ---- runtime ----

int mt_abi_version(void) { return MT_ABI_VERSION; }
const char* mt_last_error(void) { return last_error.c_str(); }
const char* mt_torch_version(void) { return TORCH_VERSION; }
int64_t mt_live_tensors(void) { return live_tensors; }
int mt_get_num_threads(void) { return at::get_num_threads(); }
int mt_set_num_threads(int threads) { return status([&] { at::set_num_threads(threads); }); }

int mt_cuda_device_count(void) {
  try {
    return static_cast<int>(torch::cuda::device_count());
  } catch (...) {
    return 0;
  }
}

int mt_manual_seed(uint64_t seed) { return status([&] { at::manual_seed(seed); }); }

int mt_set_deterministic(int on) {
  return status([&] {
    at::globalContext().setDeterministicCuDNN(on != 0);
    at::globalContext().setBenchmarkCuDNN(on == 0);
  });
}

// ---- life and properties ----

void mt_free(mt_tensor x) {
  if (x == nullptr) return;
  delete reinterpret_cast<at::Tensor*>(x);
  --live_tensors;
}

int mt_dim(mt_tensor x, int64_t* dim) { return status([&] { *dim = T(x).dim(); }); }
int mt_numel(mt_tensor x, int64_t* count) { return status([&] { *count = T(x).numel(); }); }

int mt_sizes(mt_tensor x, int64_t* sizes, int64_t capacity) {
  return status([&] {
    auto all = T(x).sizes();
    for (int64_t i = 0; i < capacity && i < static_cast<int64_t>(all.size()); i++) sizes[i] = all[i];
  });
}

int mt_dtype(mt_tensor x, int* type) { return status([&] { *type = static_cast<int>(T(x).scalar_type()); }); }

int mt_device(mt_tensor x, int* device_type, int* device_index) {
  return status([&] {
    auto where = T(x).device();
    *device_type = static_cast<int>(where.type());
    *device_index = where.has_index() ? where.index() : 0;
  });
}

int mt_item(mt_tensor x, mt_scalar* value) {
  return status([&] {
    at::Scalar item = T(x).item();
    bool integer = item.isIntegral(/*includeBool=*/true);
    *value = {integer ? 0.0 : item.toDouble(), integer ? item.toLong() : 0, integer};
  });
}

int mt_copy_out(mt_tensor x, void* data, int64_t bytes) {
  return status([&] {
    at::Tensor source = T(x).detach().to(at::kCPU).contiguous();
    if (static_cast<int64_t>(source.nbytes()) != bytes) throw std::invalid_argument("the buffer does not have the tensor's size");
    copy_bytes(data, source.data_ptr(), source.nbytes());
  });
}

int mt_data(mt_tensor x, void** data, int64_t* bytes) {
  return status([&] {
    if (!T(x).device().is_cpu() || !T(x).is_contiguous()) throw std::invalid_argument("only a contiguous tensor on the CPU gives its memory");
    *data = T(x).data_ptr();
    *bytes = static_cast<int64_t>(T(x).nbytes());
  });
}

// ---- creation ----

mt_tensor mt_from_data(const void* data, const int64_t* shape, int64_t rank, int type, int device_type, int device_index) {
  return tensor([&] {
    at::Tensor host = at::empty(list(shape, rank), options(type, 0, 0));
    copy_bytes(host.data_ptr(), data, host.nbytes());
    return host.to(device(device_type, device_index));
  });
}

mt_tensor mt_empty(const int64_t* shape, int64_t rank, int type, int device_type, int device_index) {
  return tensor([&] { return at::empty(list(shape, rank), options(type, device_type, device_index)); });
}

mt_tensor mt_full(const int64_t* shape, int64_t rank, mt_scalar value, int type, int device_type, int device_index) {
  return tensor([&] { return at::full(list(shape, rank), S(value), options(type, device_type, device_index)); });
}

mt_tensor mt_rand(const int64_t* shape, int64_t rank, int type, int device_type, int device_index) {
  return tensor([&] { return at::rand(list(shape, rank), options(type, device_type, device_index)); });
}

mt_tensor mt_randn(const int64_t* shape, int64_t rank, int type, int device_type, int device_index) {
  return tensor([&] { return at::randn(list(shape, rank), options(type, device_type, device_index)); });
}

mt_tensor mt_randint(int64_t low, int64_t high, const int64_t* shape, int64_t rank, int type, int device_type, int device_index) {
  return tensor([&] { return at::randint(low, high, list(shape, rank), options(type, device_type, device_index)); });
}

mt_tensor mt_arange(mt_scalar start, mt_scalar end, mt_scalar step, int type, int device_type, int device_index) {
  return tensor([&] { return at::arange(S(start), S(end), S(step), options(type, device_type, device_index)); });
}

mt_tensor mt_full_like(mt_tensor x, mt_scalar value) { return tensor([&] { return at::full_like(T(x), S(value)); }); }
mt_tensor mt_one_hot(mt_tensor x, int64_t classes) { return tensor([&] { return at::one_hot(T(x), classes); }); }
mt_tensor mt_clone(mt_tensor x) { return tensor([&] { return T(x).clone(); }); }
mt_tensor mt_to_type(mt_tensor x, int type) { return tensor([&] { return T(x).to(static_cast<at::ScalarType>(type)); }); }
mt_tensor mt_to_device(mt_tensor x, int device_type, int device_index) { return tensor([&] { return T(x).to(device(device_type, device_index)); }); }
mt_tensor mt_contiguous(mt_tensor x, int memory_format) { return tensor([&] { return T(x).contiguous(format(memory_format)); }); }

// ---- arithmetic ----

#define MT_UNARY(name) \
  mt_tensor mt_##name(mt_tensor x) { return tensor([&] { return at::name(T(x)); }); }
#define MT_BINARY(name) \
  mt_tensor mt_##name(mt_tensor a, mt_tensor b) { return tensor([&] { return at::name(T(a), T(b)); }); }
#define MT_BINARY_SCALAR(name) \
  mt_tensor mt_##name##_scalar(mt_tensor a, mt_scalar b) { return tensor([&] { return at::name(T(a), S(b)); }); }

MT_BINARY(add) MT_BINARY(sub) MT_BINARY(mul) MT_BINARY(matmul) MT_BINARY(eq)
MT_BINARY_SCALAR(sub) MT_BINARY_SCALAR(mul) MT_BINARY_SCALAR(div) MT_BINARY_SCALAR(eq)
MT_UNARY(sqrt)

// ---- in place ----

int mt_add_(mt_tensor x, mt_tensor other, mt_scalar alpha) { return status([&] { T(x).add_(T(other), S(alpha)); }); }
int mt_div_(mt_tensor x, mt_tensor other) { return status([&] { T(x).div_(T(other)); }); }
int mt_add_scalar_(mt_tensor x, mt_scalar value) { return status([&] { T(x).add_(S(value)); }); }
int mt_mul_scalar_(mt_tensor x, mt_scalar value) { return status([&] { T(x).mul_(S(value)); }); }
int mt_addcmul_(mt_tensor x, mt_tensor a, mt_tensor b, mt_scalar value) { return status([&] { T(x).addcmul_(T(a), T(b), S(value)); }); }
int mt_addcdiv_(mt_tensor x, mt_tensor a, mt_tensor b, mt_scalar value) { return status([&] { T(x).addcdiv_(T(a), T(b), S(value)); }); }
int mt_lerp_(mt_tensor x, mt_tensor end, mt_scalar weight) { return status([&] { T(x).lerp_(T(end), S(weight)); }); }
int mt_clamp_(mt_tensor x, mt_scalar low, mt_scalar high) { return status([&] { T(x).clamp_(S(low), S(high)); }); }
int mt_relu_(mt_tensor x) { return status([&] { T(x).relu_(); }); }
int mt_copy_(mt_tensor x, mt_tensor source) { return status([&] { T(x).copy_(T(source)); }); }
int mt_uniform_(mt_tensor x, double low, double high) { return status([&] { T(x).uniform_(low, high); }); }

// ---- reductions ----

MT_UNARY(sum)

mt_tensor mt_mean_dims(mt_tensor x, const int64_t* dims, int64_t count, int keep) {
  return tensor([&] { return at::mean(T(x), list(dims, count), keep != 0); });
}

mt_tensor mt_argmax(mt_tensor x, int64_t dim, int keep) { return tensor([&] { return at::argmax(T(x), dim, keep != 0); }); }

// ---- shape ----

mt_tensor mt_reshape(mt_tensor x, const int64_t* shape, int64_t rank) { return tensor([&] { return at::reshape(T(x), list(shape, rank)); }); }
mt_tensor mt_permute(mt_tensor x, const int64_t* order, int64_t rank) { return tensor([&] { return at::permute(T(x), list(order, rank)); }); }
mt_tensor mt_flatten(mt_tensor x, int64_t first, int64_t last) { return tensor([&] { return at::flatten(T(x), first, last); }); }

mt_tensor mt_slice(mt_tensor x, int64_t dim, int64_t start, int64_t end) {
  return tensor([&] { return at::slice(T(x), dim, start, end); });
}

mt_tensor mt_index_select(mt_tensor x, int64_t dim, mt_tensor index) { return tensor([&] { return at::index_select(T(x), dim, T(index)); }); }
mt_tensor mt_gather(mt_tensor x, int64_t dim, mt_tensor index) { return tensor([&] { return at::gather(T(x), dim, T(index)); }); }

mt_tensor mt_flip(mt_tensor x, const int64_t* dims, int64_t count) { return tensor([&] { return at::flip(T(x), list(dims, count)); }); }

mt_tensor mt_cat(const mt_tensor* tensors, int64_t count, int64_t dim) { return tensor([&] { return at::cat(list(tensors, count), dim); }); }

// ---- neural operators ----

mt_tensor mt_linear(mt_tensor x, mt_tensor weight, mt_tensor bias) {
  return tensor([&] { return at::linear(T(x), T(weight), optional(bias)); });
}

mt_tensor mt_conv2d(mt_tensor x, mt_tensor weight, mt_tensor bias, int64_t stride_y, int64_t stride_x, int64_t padding_y,
                    int64_t padding_x, int64_t dilation_y, int64_t dilation_x, int64_t groups) {
  return tensor([&] {
    std::array<int64_t, 2> stride{stride_y, stride_x}, padding{padding_y, padding_x}, dilation{dilation_y, dilation_x};
    return at::conv2d(T(x), T(weight), optional(bias), at::IntArrayRef(stride), at::IntArrayRef(padding), at::IntArrayRef(dilation), groups);
  });
}

mt_tensor mt_batch_norm(mt_tensor x, mt_tensor weight, mt_tensor bias, mt_tensor running_mean, mt_tensor running_var, int training,
                        double momentum, double epsilon) {
  return tensor([&] {
    return at::batch_norm(T(x), optional(weight), optional(bias), optional(running_mean), optional(running_var), training != 0, momentum,
                          epsilon, at::globalContext().userEnabledCuDNN());
  });
}

mt_tensor mt_max_pool2d(mt_tensor x, int64_t kernel, int64_t stride, int64_t padding, int ceil_mode) {
  return tensor([&] { return at::max_pool2d(T(x), kernel, stride, padding, /*dilation=*/1, ceil_mode != 0); });
}

mt_tensor mt_avg_pool2d(mt_tensor x, int64_t kernel, int64_t stride, int64_t padding, int ceil_mode, int count_include_pad) {
  return tensor([&] { return at::avg_pool2d(T(x), kernel, stride, padding, ceil_mode != 0, count_include_pad != 0); });
}

mt_tensor mt_adaptive_avg_pool2d(mt_tensor x, int64_t height, int64_t width) {
  return tensor([&] {
    std::array<int64_t, 2> size{height, width};
    return at::adaptive_avg_pool2d(T(x), at::IntArrayRef(size));
  });
}

MT_UNARY(sigmoid) MT_UNARY(silu) MT_UNARY(hardswish)
mt_tensor mt_softmax(mt_tensor x, int64_t dim) { return tensor([&] { return at::softmax(T(x), dim); }); }
mt_tensor mt_log_softmax(mt_tensor x, int64_t dim) { return tensor([&] { return at::log_softmax(T(x), dim); }); }
mt_tensor mt_dropout(mt_tensor x, double probability, int training) { return tensor([&] { return at::dropout(T(x), probability, training != 0); }); }

mt_tensor mt_cross_entropy(mt_tensor logits, mt_tensor targets, mt_tensor class_weights, int reduction, double label_smoothing) {
  return tensor([&] {
    return at::cross_entropy_loss(T(logits), T(targets), optional(class_weights), reduction, /*ignore_index=*/-100, label_smoothing);
  });
}


mt_tensor mt_affine_grid(mt_tensor theta, const int64_t* size, int64_t rank, int align_corners) {
  return tensor([&] { return at::affine_grid_generator(T(theta), list(size, rank), align_corners != 0); });
}

mt_tensor mt_grid_sample(mt_tensor x, mt_tensor grid, int mode, int padding, int align_corners) {
  return tensor([&] { return at::grid_sampler(T(x), T(grid), mode, padding, align_corners != 0); });
}

mt_tensor mt_resize2d(mt_tensor x, int64_t height, int64_t width, int mode, int align_corners) {
  return tensor([&] {
    std::array<int64_t, 2> shape{height, width};
    at::IntArrayRef size(shape);
    switch (mode) {
      case 0: return at::upsample_bilinear2d(T(x), size, align_corners != 0);
      case 1: return at::upsample_nearest2d(T(x), size);
      case 2: return at::upsample_bicubic2d(T(x), size, align_corners != 0);
      default: throw std::invalid_argument("unknown interpolation mode");
    }
  });
}

// ---- autograd ----

int mt_backward(mt_tensor x, int retain_graph) { return status([&] { T(x).backward({}, retain_graph != 0); }); }
int mt_requires_grad(mt_tensor x, int* yes) { return status([&] { *yes = T(x).requires_grad(); }); }
int mt_set_requires_grad(mt_tensor x, int yes) { return status([&] { T(x).set_requires_grad(yes != 0); }); }
int mt_has_grad(mt_tensor x, int* yes) { return status([&] { *yes = T(x).grad().defined(); }); }
mt_tensor mt_grad(mt_tensor x) { return tensor([&] { return T(x).grad(); }); }
int mt_set_grad(mt_tensor x, mt_tensor grad) { return status([&] { T(x).mutable_grad() = optional(grad); }); }
mt_tensor mt_detach(mt_tensor x) { return tensor([&] { return T(x).detach(); }); }
int mt_grad_enabled(void) { return c10::GradMode::is_enabled(); }
void mt_set_grad_enabled(int on) { c10::GradMode::set_enabled(on != 0); }

}  // extern "C"

"""Writes References.cs: what PyTorch computes for the inputs of the tests beside this file.

Run with a Python that has PyTorch (Debian: python3-torch):  python3 references.py > References.cs
The inputs are wave(start, shape): sin(start + 0, 1, 2, ...), the same in the tests.
"""
import torch
import torch.nn.functional as F


def wave(start, *shape):
    count = torch.Size(shape).numel()
    return torch.sin(torch.arange(count, dtype=torch.float64) + start).float().reshape(shape)


values = {}


def keep(name, tensor):
    values[name] = [float(v) for v in tensor.detach().reshape(-1)]


# Convolutions, with the gradient of the sum of squares.
x, w, b = wave(0, 2, 4, 5, 6), wave(1, 6, 2, 3, 3), wave(2, 6)
keep("Convolution", F.conv2d(x, w, b, stride=2, padding=2, dilation=2, groups=2))
w = wave(1, 2, 4, 3, 3).requires_grad_()
F.conv2d(x, w, None, padding=1).square().sum().backward()
keep("ConvolutionGradient", w.grad)

# Batch norm.
x, w, b = wave(3, 3, 2, 2, 2), wave(4, 2), wave(5, 2)
mean, var = torch.zeros(2), torch.ones(2)
keep("BatchNormTraining", F.batch_norm(x, mean, var, w, b, training=True, momentum=0.1, eps=1e-5))
keep("BatchNormMean", mean)
keep("BatchNormVariance", var)
keep("BatchNormEvaluation", F.batch_norm(x, mean, var, w, b, training=False, eps=1e-5))

# Sampling.
x = wave(0, 2, 1, 4, 5)
theta = torch.tensor([[[0.8, -0.3, 0.1], [0.3, 0.8, -0.2]], [[-1.2, 0.0, 0.3], [0.0, 1.2, 0.4]]])
grid = F.affine_grid(theta, [2, 1, 4, 5], align_corners=False)
keep("AffineGrid", grid)
keep("GridSampleZeros", F.grid_sample(x, grid, "bilinear", "zeros", False))
keep("GridSampleBorder", F.grid_sample(x, grid, "bilinear", "border", False))
keep("GridSampleReflection", F.grid_sample(x, grid, "bicubic", "reflection", False))
keep("GridSampleNearest", F.grid_sample(x, grid, "nearest", "border", False))
keep("ResizeBilinear", F.interpolate(x, size=(3, 7), mode="bilinear", align_corners=False))
keep("ResizeNearest", F.interpolate(x, size=(3, 7), mode="nearest"))
keep("ResizeBicubic", F.interpolate(x, size=(3, 7), mode="bicubic", align_corners=False))

# Pooling.
x = wave(0, 1, 2, 5, 5)
keep("MaxPool", F.max_pool2d(x, 3, 2, 1))
keep("MaxPoolCeil", F.max_pool2d(x, 2, ceil_mode=True))
keep("AvgPool", F.avg_pool2d(x, 3, 2, 1))
keep("AvgPoolInside", F.avg_pool2d(x, 3, 2, 1, count_include_pad=False))
keep("AdaptiveAvgPool", F.adaptive_avg_pool2d(x, (2, 3)))

# Activations.
x = torch.tensor([-5.0, -1.0, -0.25, 0.0, 0.25, 1.0, 5.0])
keep("Relu", F.relu(x))
keep("Sigmoid", torch.sigmoid(x))
keep("Silu", F.silu(x))
keep("HardSwish", F.hardswish(x))

# Losses.
logits, targets = wave(0, 3, 4), torch.tensor([2, 0, 3])
class_weights = torch.tensor([1.0, 0.5, 2.0, 1.5])
distributions = torch.softmax(wave(7, 3, 4), 1)
keep("Softmax", torch.softmax(logits, 1))
keep("CrossEntropy", F.cross_entropy(logits, targets))
keep("CrossEntropySmoothedWeighted", F.cross_entropy(logits, targets, class_weights, label_smoothing=0.1))
keep("CrossEntropyEach", F.cross_entropy(logits, targets, reduction="none"))
keep("CrossEntropyDistributions", F.cross_entropy(logits, distributions, class_weights, label_smoothing=0.1))


# Distillation at temperature 4, with the gradient of the student's logits.
student, teacher = (wave(0, 3, 4) * 3).requires_grad_(), wave(5, 3, 4) * 3
divergence = F.kl_div(F.log_softmax(student / 4, 1), F.softmax(teacher / 4, 1), reduction="batchmean") * 4 ** 2
divergence.backward()
keep("Distillation", divergence)
keep("DistillationGradient", student.grad)


# Optimizers: the loss is the sum of (p - target)^2 * weight, three steps with falling learning rates.
def optimize(make):
    parameters = [wave(0, 2, 3).requires_grad_(), wave(9, 4).requires_grad_()]
    optimizer = make(parameters)
    for step in range(3):
        for group in optimizer.param_groups:
            group["lr"] = 0.1 / (step + 1)
        optimizer.zero_grad()
        sum(((p - 0.5) ** 2 * wave(step, *p.shape).abs()).sum() for p in parameters).backward()
        optimizer.step()
    return torch.cat([p.reshape(-1) for p in parameters])


keep("AdamW", optimize(lambda p: torch.optim.AdamW(p, betas=(0.8, 0.99), weight_decay=0.05)))
keep("AdamWGroups", optimize(lambda p: torch.optim.AdamW([{"params": p[:1]}, {"params": p[1:], "weight_decay": 0.0}], weight_decay=0.3)))
keep("Sgd", optimize(lambda p: torch.optim.SGD(p, 0.1, weight_decay=0.05)))
keep("SgdMomentum", optimize(lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, weight_decay=0.05)))
keep("SgdNesterov", optimize(lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, weight_decay=0.05, nesterov=True)))

print("// Written by references.py with PyTorch " + torch.__version__.split("a")[0] + ".")
print("namespace Mien.Training.Tests.Torch;\n")
print("/// <summary>What PyTorch computes for the inputs of the tests in this folder.</summary>")
print("internal static class References\n{")
blocks = []
for name, numbers in values.items():
    rows = [numbers[i:i + 8] for i in range(0, len(numbers), 8)]
    body = "\n".join("        " + " ".join(f"{v:.7g}f," for v in row) for row in rows)
    blocks.append(f"    public static readonly float[] {name} =\n    [\n{body}\n    ];")
print("\n\n".join(blocks) + "\n}")

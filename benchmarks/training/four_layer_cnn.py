"""Training steps of the four-layer network in Python PyTorch: the reference of `Mien.Benchmarks training`."""
import sys
import time

import torch
from torch import nn
from torch.nn import functional

BATCH_SIZE, WARMUP = 64, 5
batches = int(sys.argv[1])

torch.set_num_threads(2)
torch.manual_seed(1)
network = nn.Sequential(
    nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(128, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Dropout(0.25), nn.Flatten(), nn.Linear(1152, 256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, 7),
)
if "--channels-last" in sys.argv:
    network = network.to(memory_format=torch.channels_last)  # the first convolution then hands channels-last on
optimizer = torch.optim.AdamW(network.parameters(), lr=0.001, weight_decay=0.01)
pixels = torch.randint(0, 256, (1024, 1, 48, 48), dtype=torch.uint8)
targets = torch.randint(0, 7, (1024,))

for batch in range(WARMUP + batches):
    if batch == WARMUP:
        start = time.perf_counter()
    index = torch.arange(BATCH_SIZE) + batch * BATCH_SIZE % 1024
    loss = functional.cross_entropy(network((pixels[index].float() - 129.4) / 65), targets[index])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    value = loss.item()
print(f"{batches * BATCH_SIZE / (time.perf_counter() - start):.1f} images/s (last loss {value:.3f})")

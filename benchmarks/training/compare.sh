#!/usr/bin/env bash
# Training throughput of Mien against Python PyTorch on the same libtorch, in alternating runs. PyTorch runs twice, in
# its default memory layout and channels-last, and the faster one counts.
# Needs: ./mien setup train, apt-get install python3-torch. Usage: benchmarks/training/compare.sh [RUNS] [BATCHES]
set -euo pipefail
cd "$(dirname "$0")/../.."
runs=${1:-5} batches=${2:-40} python=${PYTHON:-/usr/bin/python3}
dotnet build -c Release -v q --nologo benchmarks/Mien.Benchmarks >&2
mien=(dotnet artifacts/bin/Mien.Benchmarks/release/Mien.Benchmarks.dll training "$batches")
reference=("$python" benchmarks/training/four_layer_cnn.py "$batches")

echo "| run | Mien images/s | PyTorch images/s | PyTorch channels-last images/s | ratio to the faster |"
echo "|---|---|---|---|---|"
ratios=()
for ((run = 1; run <= runs; run++)); do
    a=$("${mien[@]}" | cut -d' ' -f1)
    b=$("${reference[@]}" | cut -d' ' -f1)
    c=$("${reference[@]}" --channels-last | cut -d' ' -f1)
    ratio=$(awk -v a="$a" -v b="$b" -v c="$c" 'BEGIN { printf "%.3f", a / (b > c ? b : c) }')
    ratios+=("$ratio")
    echo "| $run | $a | $b | $c | $ratio |"
done
printf '%s\n' "${ratios[@]}" | sort -n | awk '{ r[NR] = $1 } END { printf "\nMedian ratio %.3f (min %.3f, max %.3f).\n", r[int((NR + 1) / 2)], r[1], r[NR] }'

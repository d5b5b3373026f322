#!/usr/bin/env bash
# Time from process start to the first result of `./mien analyze`, set-up check included; and of the launcher alone.
# Usage: benchmarks/startup.sh [RUNS]
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-15}
./mien setup >/dev/null 2>&1

measure() {
    for ((run = 0; run < runs; run++)); do
        start=$(date +%s%N)
        "${@:2}" >/dev/null
        echo $((($(date +%s%N) - start) / 1000000))
    done | sort -n | awk -v name="$1" '{ t[NR] = $1 } END { printf "| %s | %d | %d | %d |\n", name, t[1], t[int((NR + 1) / 2)], t[NR] }'
}

printf '| command | min ms | median ms | max ms |\n|---|---|---|---|\n'
measure "./mien analyze samples/average-faces.png --json" ./mien analyze samples/average-faces.png --json
measure "./mien --version" ./mien --version

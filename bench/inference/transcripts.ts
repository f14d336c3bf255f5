/**
 * Target: of the time that scoring transcripts takes (all positions, on the embedded target), at most 30 % is spent outside
 * llama.cpp. How many are scored per second is said beside it.
 *
 *   node bench/inference/transcripts.ts [--repeats N]
 *
 * Inside: from a call into the native library (a batch decoded, a position's answer taken from its logits) until its promise
 * settles, calls that overlap counted once. Outside: everything else, node-llama-cpp's JavaScript included.
 */
import { LlamaModel } from "node-llama-cpp";
import { Backend } from "../../src/inference/backend.ts";
import { generate } from "../../src/inference/generate.ts";
import { greedy, prototypeSampling, type Sampling } from "../../src/inference/sampling/sampling.ts";
import type { EvidenceDetail } from "../../src/inference/transcript.ts";
import { encodeTranscript } from "../../src/inference/transcript-codec.ts";
import { scoreClaim } from "../../src/inference/transcript-scoring.ts";
import { median } from "../../src/statistics/median.ts";
import { report, summary } from "../support/report.ts";
import { openings, repeatsGiven } from "../support/setting.ts";

const repeats = repeatsGiven(5);
const promptTokens = 16;
const outputTokens = 128;
const transcripts = 16;
const gumbel: Sampling = { temperature: 0.7, topK: 0, topP: 1, choice: "gumbel" };

const native = watchNativeCalls();
await using stack = new AsyncDisposableStack();
const backend = await Backend.open();
stack.defer(() => backend.close());
const model = await backend.loadModel("models/tales-target-f16.gguf");
const context = await model.openContext({ contextTokens: promptTokens + outputTokens + 1 });
const prompts = openings(model, promptTokens).slice(0, transcripts);

for (const [name, sampling, detail] of [
  ["greedy", greedy, "logits"],
  ["gumbel at 0.7", gumbel, "logits"],
  ["prototype (two passes)", prototypeSampling, "logits"],
  ["greedy, distribution", greedy, "distribution"],
] as const satisfies [string, Sampling, EvidenceDetail][]) {
  const jobs = prompts.map((tokens, seed) => ({
    modelRoot: "target",
    promptTokens: tokens,
    tokenLimit: outputTokens,
    sampling,
    seed,
  }));
  const claims = [];
  for (const job of jobs) claims.push((await generate(context, [{ ...job, ignoreEndToken: true }]))[0]!.outputTokens);
  const perSecond: number[] = [];
  const outside: number[] = [];
  for (let repeat = -1; repeat < repeats; repeat++) {
    native.reset();
    const startMs = performance.now();
    for (const [i, job] of jobs.entries()) store(job, claims[i]!, await scoreClaim(context, job, claims[i]!, detail));
    const wallMs = performance.now() - startMs;
    if (repeat < 0) continue;
    perSecond.push((1000 * transcripts) / wallMs);
    outside.push(1 - native.insideMs() / wallMs);
  }
  console.log(`${name}: ${median(perSecond).toFixed(1)} transcripts of ${outputTokens} tokens scored per second`);
  report(`${name}: share of time outside llama.cpp`, Math.min(...outside), outside, { atMost: 0.3 });
}
summary();

/** What the store would do with it, the disk left out. */
function store(
  job: Parameters<typeof scoreClaim>[1],
  claim: readonly number[],
  evidence: Awaited<ReturnType<typeof scoreClaim>>,
): void {
  const engine = { engine: "", engineRelease: "", cpuKernels: "", gpuDevices: [] };
  const by = { engine, numerics: context.numerics };
  encodeTranscript({
    identity: {
      job,
      strategy: { name: "honest", revision: 1, parameters: {}, modelRoots: {} },
      generatedBy: by,
      scoredBy: { ...by, modelRoot: "target", detail: evidence.ranks === null ? "logits" : "distribution" },
    },
    outputTokens: Uint32Array.from(claim),
    alteredPositions: new Uint32Array(),
    work: [],
    endTokens: model.vocabulary.endTokens,
    vocabularySize: model.vocabulary.size,
    evidence,
  });
}

/** Watches the native calls of every context opened from now on. */
function watchNativeCalls(): { reset(): void; insideMs(): number } {
  type Call = (...args: unknown[]) => Promise<unknown>;
  interface Opened {
    readonly _ctx: Record<string, Call>;
  }
  let underWay = 0;
  let sinceMs = 0;
  let totalMs = 0;
  const watch = (call: Call): Call => {
    return (...args) => {
      if (underWay++ === 0) sinceMs = performance.now();
      return call(...args).finally(() => {
        if (--underWay === 0) totalMs += performance.now() - sinceMs;
      });
    };
  };
  const { createContext } = LlamaModel.prototype;
  LlamaModel.prototype.createContext = async function (options) {
    const context = await createContext.call(this, options);
    const { _ctx: native } = context as unknown as Opened;
    for (const name of ["decodeBatch", "sampleToken"])
      Object.defineProperty(native, name, { value: watch(native[name]!.bind(native)) });
    return context;
  };
  return {
    reset: () => {
      totalMs = 0;
    },
    insideMs: () => {
      if (totalMs === 0)
        throw new Error("no call into llama.cpp was seen: node-llama-cpp makes its contexts otherwise now");
      return totalMs;
    },
  };
}

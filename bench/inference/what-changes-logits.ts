/**
 * Which numerics change logits, on this machine: the table in docs/numerics.md.
 *
 *   node bench/inference/what-changes-logits.ts
 *
 * 20 greedy completions of 100 tokens are scored at every position under the reference numerics and under one change at a
 * time. "Flips" are positions whose arg max differs: there an honest node and an honest verifier disagree.
 */
import { readFileSync } from "node:fs";
import { Backend } from "../../src/inference/backend.ts";
import { generate } from "../../src/inference/generate.ts";
import type { ContextOptions, LanguageModel } from "../../src/inference/language-model.ts";
import type { DecodeShape } from "../../src/inference/numerics.ts";
import { greedy } from "../../src/inference/sampling/sampling.ts";
import { score } from "../../src/inference/score.ts";

const prompts = readFileSync("models/prompts.txt", "utf8").trim().split("\n").slice(0, 20);
const contextTokens = 256;

interface Seen {
  readonly topToken: number;
  readonly claimedLogit: number;
}

const changes: readonly (readonly [string, Partial<ContextOptions>])[] = [
  ["repeat", {}],
  ["2 threads", { numerics: { threads: 2 } }],
  ["context of 2048", { contextTokens: 2048 }],
  ["8 sequences", { sequences: 8 }],
  ["KV cache F32", { numerics: { kvCacheType: "F32" } }],
  ["flash attention", { numerics: { flashAttention: true } }],
  ["flash attention, KV cache Q8_0", { numerics: { flashAttention: true, kvCacheType: "Q8_0" } }],
  ["flash attention, KV cache Q4_0", { numerics: { flashAttention: true, kvCacheType: "Q4_0" } }],
];

const backend = await Backend.open();
const { engineRelease, cpuKernels } = await backend.describe();
console.log(
  `llama.cpp ${engineRelease}, kernels ${cpuKernels}; 20 completions x 100 positions of the embedded target\n`,
);
console.log("| weights | change | identical logits | largest difference | flips |\n|---|---|---|---|---|");
for (const format of ["f16", "q8_0", "q4_0"]) {
  const model = await backend.loadModel(`models/tales-target-${format}.gguf`);
  const { claims, generated } = await completions(model, "single");
  const reference = await scored(model, {}, claims);
  report(format, "generated one token at a time, in a batch", reference, generated);
  const alone = await completions(model, "alone");
  report(format, "generated alone, one row at a time", await scored(model, {}, alone.claims), alone.generated);
  const paired = await completions(model, "paired");
  report(format, "generated in pairs", await scored(model, {}, paired.claims), paired.generated);
  for (const [name, options] of changes) report(format, name, reference, await scored(model, options, claims));
  await model.close();
}
await backend.close();

interface Claim {
  readonly promptTokens: readonly number[];
  readonly outputTokens: readonly number[];
}

async function completions(model: LanguageModel, decodeShape: DecodeShape) {
  const context = await model.openContext({ contextTokens, sequences: 8, numerics: { decodeShape } });
  const requests = prompts.map((prompt) => ({
    promptTokens: model.vocabulary.promptTokens(prompt),
    tokenLimit: 100,
    sampling: greedy,
    seed: 0,
    ignoreEndToken: true,
  }));
  const results = await generate(context, requests);
  await context.close();
  const claims: Claim[] = results.map(({ outputTokens }, i) => ({
    promptTokens: requests[i]!.promptTokens,
    outputTokens,
  }));
  return { claims, generated: results.flatMap(({ logits }) => logits.map((one) => one as Seen)) };
}

async function scored(
  model: LanguageModel,
  options: Partial<ContextOptions>,
  claims: readonly Claim[],
): Promise<Seen[]> {
  const context = await model.openContext({ contextTokens, ...options });
  const seen: Seen[] = [];
  for (const claim of claims) {
    const { positions } = await score(context, { ...claim, sampling: greedy, seed: 0, detail: "logits" });
    seen.push(...positions.map(({ logits }) => logits!));
  }
  await context.close();
  return seen;
}

function report(format: string, name: string, reference: readonly Seen[], other: readonly Seen[]): void {
  const differences = reference.map(({ claimedLogit }, i) => Math.abs(claimedLogit - other[i]!.claimedLogit));
  const identical = differences.filter((difference) => difference === 0).length;
  const flips = reference.filter(({ topToken }, i) => topToken !== other[i]!.topToken).length;
  const largest = Math.max(...differences);
  console.log(
    `| ${format} | ${name} | ${identical} of ${reference.length} | ${largest === 0 ? 0 : largest.toPrecision(2)} | ${flips} |`,
  );
}

/**
 * Target: how little is added to llama.cpp itself. Over bare llama.cpp (llama_decode through the same binding, and an argmax over its logits),
 * one thread, at three sizes of vocabulary: greedy without evidence at most 1.05, sampling 1.10, with evidence 1.20, scoring
 * every position 1.25 of the bare pass with all outputs, 16 in lock step 1.15 of the bare batch of 16.
 *
 *   node bench/inference/over-bare.ts [--repeats N] [MODEL.gguf ...]
 *
 * Without models of your own: the embedded target (4,096 tokens), and random weights with 49,152 and 262,144 tokens in the shapes of
 * SmolLM2 135M and Gemma 3 270M.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Backend } from "../../src/inference/backend.ts";
import { type GenerateRequest, generate } from "../../src/inference/generate.ts";
import { synthesizeModel } from "../../src/inference/gguf/synthesize.ts";
import { openLibrary } from "../../src/inference/native/library.ts";
import { NativeContext } from "../../src/inference/native/native-context.ts";
import { NativeModel } from "../../src/inference/native/native-model.ts";
import { greedy, prototypeSampling, type Sampling } from "../../src/inference/sampling/sampling.ts";
import { score } from "../../src/inference/score.ts";
import type { LlamaShape } from "../../src/inference/shapes.ts";
import { interleaved } from "../support/interleaved.ts";
import { describe, reportRatio, summary } from "../support/report.ts";

const { values, positionals } = parseArgs({ options: { repeats: { type: "string" } }, allowPositionals: true });
const repeats = Number(values.repeats ?? 5);
const lanes = 16;
const promptTokens = 8;

const gumbel: Sampling = { temperature: 0.7, topK: 0, topP: 1, choice: "gumbel" };
const nucleus: Sampling = { ...gumbel, topP: 0.9 };
const inverseCdf: Sampling = { ...gumbel, choice: "inverse-cdf" };

const smolLm2: LlamaShape = {
  embedding: 576,
  layers: 30,
  heads: 9,
  kvHeads: 3,
  feedForward: 1536,
  vocabularyTokens: 49_152,
  contextTokens: 2048,
};
const gemma: LlamaShape = {
  ...smolLm2,
  embedding: 640,
  layers: 18,
  heads: 4,
  kvHeads: 1,
  feedForward: 2048,
  vocabularyTokens: 262_144,
};

await using stack = new AsyncDisposableStack();
const folder = mkdtempSync(join(tmpdir(), "camelid-bench-"));
stack.defer(() => rmSync(folder, { recursive: true }));
const backend = await Backend.open();
stack.defer(() => backend.close());
const library = openLibrary((await backend.describe()).engineRelease);
for (const path of positionals.length > 0 ? positionals : await defaultModels()) await measure(path);
summary();

async function defaultModels(): Promise<string[]> {
  const random = async (name: string, shape: LlamaShape) =>
    (await synthesizeModel({ path: join(folder, `${name}.gguf`), shape, weightFormat: "Q8_0", seed: 1 })).path;
  return ["models/tales-target-f16.gguf", await random("random-49152", smolLm2), await random("random-262144", gemma)];
}

async function measure(path: string): Promise<void> {
  const model = await backend.loadModel(path);
  const { size } = model.vocabulary;
  const tokenLimit = size < 10_000 ? 200 : 32;
  const contextTokens = promptTokens + tokenLimit + 1;
  const prompts = Array.from({ length: lanes }, (_, i) =>
    Array.from({ length: promptTokens }, (_, j) => (3 + 101 * i + 7 * j) % size),
  );
  const alone = await model.openContext({ contextTokens, numerics: { decodeShape: "alone" } });
  const together = await model.openContext({ contextTokens, sequences: lanes });
  const { file } = await bareModel(path);
  const { batchRows } = alone.shape;
  const bare = await bareContext(file, contextTokens + 64, 1, batchRows);
  const bareBatch = await bareContext(file, contextTokens + 64, lanes, Math.max(batchRows, lanes));

  const run = (context: typeof alone, count: number, sampling: Sampling, only: boolean) => async () => {
    const requests = prompts.slice(0, count).map(
      (prompt, seed): GenerateRequest => ({
        promptTokens: prompt,
        tokenLimit,
        sampling,
        seed,
        ignoreEndToken: true,
        bare: only,
      }),
    );
    return (await generate(context, requests)).map(({ outputTokens }) => outputTokens);
  };
  const claim = (await run(alone, 1, gumbel, true)())[0]!;
  const scored = (detail: "token" | "logits" | "distribution") => async () =>
    (await score(alone, { promptTokens: prompts[0]!, outputTokens: claim, sampling: gumbel, seed: 0, detail }))
      .positions;
  const text = [...prompts[0]!, ...claim.slice(0, -1)];

  const measured = await interleaved(
    {
      "bare decode": async () => [decodeBare(bare, size, prompts.slice(0, 1), tokenLimit)[0]],
      "greedy, tokens only": run(alone, 1, greedy, true),
      "greedy, with evidence": run(alone, 1, greedy, false),
      "gumbel, tokens only": run(alone, 1, gumbel, true),
      "gumbel, with evidence": run(alone, 1, gumbel, false),
      "gumbel top-p 0.9, tokens only": run(alone, 1, nucleus, true),
      "inverse-cdf, tokens only": run(alone, 1, inverseCdf, true),
      "prototype's sampler, tokens only": run(alone, 1, prototypeSampling, true),
      "bare pass, all outputs": async () => readBare(bare, size, text, batchRows),
      "score, gumbel, tokens": scored("token"),
      "score, gumbel, logits": scored("logits"),
      "score, gumbel, distribution": scored("distribution"),
      "bare batch of 16": async () => decodeBare(bareBatch, size, prompts, tokenLimit),
      "16 in lock step, gumbel, tokens only": run(together, lanes, gumbel, true),
      "16 in lock step, gumbel, with evidence": run(together, lanes, gumbel, false),
    },
    repeats,
  );
  console.log(`\n${path}: ${size} tokens, ${tokenLimit} generated`);
  for (const [name, measurement] of Object.entries(measured)) describe(name, measurement);
  if (measured["bare decode"].checksum !== measured["greedy, tokens only"].checksum)
    throw new Error("greedy text is not the bare argmax");
  const over = (name: keyof typeof measured, base: keyof typeof measured, atMost: number) =>
    reportRatio(`${name} / ${base}`, measured[name], measured[base], { atMost });
  over("greedy, tokens only", "bare decode", 1.05);
  over("greedy, with evidence", "bare decode", 1.2);
  over("gumbel, tokens only", "bare decode", 1.1);
  over("gumbel top-p 0.9, tokens only", "bare decode", 1.1);
  over("inverse-cdf, tokens only", "bare decode", 1.1);
  over("prototype's sampler, tokens only", "bare decode", 1.1);
  over("gumbel, with evidence", "bare decode", 1.2);
  over("score, gumbel, logits", "bare pass, all outputs", 1.25);
  over("score, gumbel, distribution", "bare pass, all outputs", 1.25);
  over("16 in lock step, gumbel, tokens only", "bare batch of 16", 1.15);
  over("16 in lock step, gumbel, with evidence", "bare batch of 16", 1.25);
  for (const context of [bare, bareBatch]) context.close();
  file.close();
  await model.close();
}

async function bareModel(path: string): Promise<{ file: NativeModel }> {
  const { open } = await import("node:fs/promises");
  await using handle = await open(path, "r");
  return { file: (await NativeModel.load(library, { path, descriptor: handle.fd }, { gpuLayers: 0 }))! };
}

async function bareContext(model: NativeModel, contextTokens: number, sequences: number, batchTokens: number) {
  const options = {
    contextTokens,
    sequences,
    batchTokens,
    batchOutputs: batchTokens,
    threads: 1,
    flashAttention: false,
  };
  return (await NativeContext.open(model, { ...options, kvCacheType: 1 }))!;
}

function place(context: NativeContext, row: number, token: number, position: number, sequence: number, wanted: 0 | 1) {
  context.tokens[row] = token;
  context.positions[row] = position;
  context.sequences[row] = sequence;
  context.wanted[row] = wanted;
}

/** Greedy text, one row a sequence, as simply as the binding allows. */
function decodeBare(context: NativeContext, size: number, prompts: readonly (readonly number[])[], tokenLimit: number) {
  const outputs = prompts.map((prompt, sequence) => {
    context.cut(sequence, 0);
    for (const [i, token] of prompt.entries()) place(context, i, token, i, sequence, 1);
    context.decode(prompt.length);
    return [argmax(context.logits(prompt.length), (prompt.length - 1) * size, size)];
  });
  for (let step = 1; step < tokenLimit; step++) {
    for (const [sequence, output] of outputs.entries())
      place(context, sequence, output.at(-1)!, promptTokens + step - 1, sequence, 1);
    context.decode(outputs.length);
    const logits = context.logits(outputs.length);
    for (const [sequence, output] of outputs.entries()) output.push(argmax(logits, sequence * size, size));
  }
  return outputs;
}

/** A text in batches, with the argmax behind every token. */
function readBare(context: NativeContext, size: number, text: readonly number[], batchRows: number): number[] {
  context.cut(0, 0);
  const found: number[] = [];
  for (let from = 0; from < text.length; from += batchRows) {
    const rows = Math.min(batchRows, text.length - from);
    for (let i = 0; i < rows; i++) place(context, i, text[from + i]!, from + i, 0, 1);
    context.decode(rows);
    const logits = context.logits(rows);
    for (let i = 0; i < rows; i++) found.push(argmax(logits, i * size, size));
  }
  return found;
}

function argmax(logits: Float32Array, from: number, size: number): number {
  let best = 0;
  let greatest = logits[from]!;
  for (let token = 1; token < size; token++)
    if (logits[from + token]! > greatest) {
      greatest = logits[from + token]!;
      best = token;
    }
  return best;
}

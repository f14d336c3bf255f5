/**
 * What this machine can do at best, measured in the run by llama.cpp itself: bounds for the models under study.
 *
 * - `limit-matrix`: reading with a wide, shallow model, nearly all of whose time is matrix multiplication.
 * - `limit-stream`: decoding with the same model, nearly all of whose time is reading its weights. They are far larger than a core's
 *   own caches, but may fit a server's last-level cache: the rate of memory or of that cache, whichever serves them.
 * - `limit-call`: a decode step of a model of 0.1 million weights: what a call costs that computes next to nothing.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Backend } from "../../src/inference/backend.ts";
import type { InferenceContext } from "../../src/inference/context.ts";
import type { WeightFormat } from "../../src/inference/gguf/quantise.ts";
import { synthesizeModel } from "../../src/inference/gguf/synthesize.ts";
import { makeFolder } from "../../src/inference/make-folder.ts";
import type { LlamaShape } from "../../src/inference/shapes.ts";
import type { Streams } from "../../src/sim/streams.ts";
import { modelFile } from "../shared/model-files.ts";
import { decodeBytes, modelWork, operationsOf } from "./arithmetic.ts";
import type { CostRow } from "./rows.ts";
import { decode, prefill, randomTokens } from "./timed-calls.ts";

const wide: LlamaShape = {
  embedding: 2048,
  layers: 2,
  heads: 16,
  kvHeads: 16,
  feedForward: 5632,
  vocabularyTokens: 512,
  contextTokens: 512,
};
const readTokens = 128;
const wideSteps = 6;
const tinySteps = 32;

const cacheFolder = fileURLToPath(new URL("../../.cache/models/", import.meta.url));

async function wideModel(format: WeightFormat, signal: AbortSignal): Promise<string> {
  const path = join(cacheFolder, `random-wide-${format.toLowerCase()}-seed1.gguf`);
  if (!existsSync(path)) {
    makeFolder(cacheFolder);
    await synthesizeModel({ path, shape: wide, weightFormat: format, seed: 1, signal });
  }
  return path;
}

export interface LimitsJob {
  readonly backend: Backend;
  readonly formats: readonly WeightFormat[];
  readonly threads: readonly number[];
  readonly repeats: number;
  readonly streams: Streams;
  readonly signal: AbortSignal;
  readonly isFinished: (row: CostRow) => boolean;
  readonly onRow: (row: CostRow) => void;
}

export function limitCells({ formats, threads, repeats }: Pick<LimitsJob, "formats" | "threads" | "repeats">): number {
  return (2 * formats.length + 1) * threads.length * repeats;
}

export async function measureLimits(job: LimitsJob): Promise<void> {
  const { backend, formats, threads, repeats, streams, signal } = job;
  const subjects: { name: string; path: string; format: WeightFormat; tiny: boolean }[] = [];
  for (const format of formats)
    subjects.push({
      name: `random-wide-${format.toLowerCase()}`,
      path: await wideModel(format, signal),
      format,
      tiny: false,
    });
  const tiny = await modelFile({ synthesize: "tiny", format: "F16", seed: "1" }, { signal });
  subjects.push({ name: tiny.name, path: tiny.path, format: "F16", tiny: true });

  const open: { subject: (typeof subjects)[number]; threads: number; context: InferenceContext }[] = [];
  for (const subject of subjects) {
    const model = await backend.loadModel(subject.path);
    for (const count of threads)
      open.push({
        subject,
        threads: count,
        context: await model.openContext({ contextTokens: readTokens + tinySteps + 1, numerics: { threads: count } }),
      });
  }
  for (let repeat = -1; repeat < repeats; repeat++)
    for (const { subject, threads, context } of open) {
      signal.throwIfAborted();
      const work = modelWork(subject.path);
      const tokens = randomTokens(context, readTokens, streams.fresh(`limits/${subject.name}`));
      const common = {
        model: subject.name,
        weightFormat: subject.format,
        flashAttention: false,
        kvCacheType: "F16" as const,
        threads,
        promptTokens: 0,
        outputTokens: 0,
        claims: 1,
        repeat,
      };
      const add = (row: CostRow) => {
        if (repeat >= 0 && !job.isFinished(row)) job.onRow(row); // the first round pays for page faults
      };
      if (!subject.tiny) {
        const { matrix, attention } = operationsOf(work, readTokens, 0, 0);
        const wallMs = await prefill(context, tokens);
        const operations = { matrixOperations: matrix, attentionOperations: attention };
        add({ ...common, measure: "limit-matrix", wallMs, fedTokens: readTokens, ...operations, bytesRead: null });
      }
      const steps = subject.tiny ? tinySteps : wideSteps;
      await prefill(context, tokens.slice(0, 2));
      const wallMs = await decode(context, 2, steps);
      const { matrix, attention } = operationsOf(work, 1, 2, 1);
      add({
        ...common,
        measure: subject.tiny ? "limit-call" : "limit-stream",
        wallMs,
        fedTokens: steps,
        matrixOperations: steps * matrix,
        attentionOperations: steps * attention,
        bytesRead: steps * decodeBytes(work, 2, "F16"),
      });
    }
  for (const { context } of open) await context.close();
}

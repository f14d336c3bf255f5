/**
 * One model's measurements. Every repeat visits all cells (numerics x prompt length, and claims verified together) in an
 * order shuffled anew, so that a drift of the machine's speed falls on all of them alike.
 */
import type { InferenceContext } from "../../src/inference/context.ts";
import type { LanguageModel } from "../../src/inference/language-model.ts";
import { type RecomputeRequest, recompute, recomputeTogether } from "../../src/inference/recompute.ts";
import { greedy } from "../../src/inference/sampling/sampling.ts";
import type { Stream, Streams } from "../../src/sim/streams.ts";
import type { ModelFile } from "../shared/model-files.ts";
import { decodeBytes, type ModelWork, modelWork, operationsOf } from "./arithmetic.ts";
import type { CostRow } from "./rows.ts";
import type { NumericsChoice, VerificationCostSettings } from "./settings.ts";
import { decode, prefill, randomTokens } from "./timed-calls.ts";

export interface CostJob {
  readonly model: LanguageModel;
  readonly file: ModelFile;
  readonly settings: VerificationCostSettings;
  /** This model's own, or the experiment's. */
  readonly numerics: readonly NumericsChoice[];
  readonly claimsPerPass: readonly number[];
  readonly streams: Streams;
  readonly signal: AbortSignal;
  readonly isFinished: (row: CostCell) => boolean;
  readonly onRow: (row: CostRow) => void;
}

/** What tells one row from another. */
export type CostCell = Pick<
  CostRow,
  | "model"
  | "flashAttention"
  | "kvCacheType"
  | "threads"
  | "measure"
  | "promptTokens"
  | "outputTokens"
  | "claims"
  | "repeat"
>;

/** Rows that a job gives. */
export function costCells({
  settings,
  numerics,
  claimsPerPass,
}: Pick<CostJob, "settings" | "numerics" | "claimsPerPass">) {
  const { promptTokens, togetherTokens, repeats } = settings;
  return (
    repeats * (numerics.length * promptTokens.length * (2 + depths) + claimsPerPass.length * togetherTokens.length)
  );
}

/** Decodes start at three depths: behind the prompt, in the middle of the output, at its end. */
const depths = 3;
/** Continuity, one integrity index, and the last token: the checks of RASTiC at the token limit. */
const checks = 3;

export async function measureCost(job: CostJob): Promise<void> {
  const { model, file, settings, numerics, streams, signal } = job;
  const work = modelWork(file.path);
  const base = { model: file.name, ...(file.shape ? { shape: file.shape } : {}), weightFormat: work.weightFormat };
  const longest = Math.max(...settings.promptTokens) + settings.outputTokens;
  const contexts: InferenceContext[] = [];
  for (const choice of numerics)
    contexts.push(await model.openContext({ contextTokens: longest + settings.decodeSteps + 1, numerics: choice }));
  const together = await openTogether(job);
  for (const context of [...contexts, together]) await warmUp(context, streams.fresh(`${file.name}/warm-up`));

  for (let repeat = 0; repeat < settings.repeats; repeat++) {
    const tasks = [
      ...numerics.flatMap((choice, i) =>
        settings.promptTokens.map((promptTokens) => async () => {
          const common = { ...base, ...choice, promptTokens, claims: 1, repeat };
          const last = { ...common, measure: "decode" as const, outputTokens: 0 };
          if (!job.isFinished(last)) for (const row of await oneClaim(contexts[i]!, work, common, job)) job.onRow(row);
        }),
      ),
      ...job.claimsPerPass.flatMap((claims) =>
        settings.togetherTokens.map((outputTokens) => async () => {
          const promptTokens = settings.promptTokens[0]!;
          const common = { ...base, ...numerics[0]!, promptTokens, outputTokens, claims, repeat };
          const measure = "verify" as const;
          if (!job.isFinished({ ...common, measure })) job.onRow(await claimsTogether(together, work, common, streams));
        }),
      ),
    ];
    streams.of(`${file.name}/order/${repeat}`).shuffle(tasks);
    for (const task of tasks) {
      signal.throwIfAborted();
      await task();
    }
  }
  for (const context of [...contexts, together]) await context.close();
}

type Common = Omit<
  CostRow,
  "measure" | "outputTokens" | "wallMs" | "fedTokens" | "matrixOperations" | "attentionOperations" | "bytesRead"
>;

/** Bare reading, verification in one pass, then decoding at three depths on what they left in the cache. */
async function oneClaim(
  context: InferenceContext,
  work: ModelWork,
  common: Common,
  { settings, streams }: CostJob,
): Promise<CostRow[]> {
  const { outputTokens, decodeSteps } = settings;
  const { promptTokens, kvCacheType } = common;
  const request = claimOf(context, promptTokens, outputTokens, streams.fresh(`${common.model}/claim`));
  const fedTokens = promptTokens + outputTokens - 1; // the last output token is predicted, not read
  const read = [...request.promptTokens, ...request.outputTokens].slice(0, fedTokens);

  const prefillMs = await prefill(context, read);
  const { timing } = await recompute("one-pass", [context], request);
  const rows = [
    row({ ...common, measure: "prefill", outputTokens, wallMs: prefillMs, fedTokens }, work, 0),
    row({ ...common, measure: "verify", outputTokens, wallMs: timing.wallMs, fedTokens: timing.tokens }, work, checks),
  ];
  for (const depth of [outputTokens - 1, Math.floor((outputTokens - 1) / 2), 0]) {
    const start = promptTokens + depth;
    const wallMs = await decode(context, start, decodeSteps);
    const { matrix, attention } = operationsOf(work, decodeSteps, start, decodeSteps);
    rows.push({
      ...common,
      measure: "decode",
      outputTokens: depth,
      wallMs,
      fedTokens: decodeSteps,
      matrixOperations: matrix,
      attentionOperations: attention,
      bytesRead: decodeSteps * decodeBytes(work, start + (decodeSteps - 1) / 2, kvCacheType),
    });
  }
  return rows;
}

async function claimsTogether(
  context: InferenceContext,
  work: ModelWork,
  common: Common & Pick<CostRow, "outputTokens">,
  streams: Streams,
): Promise<CostRow> {
  const { claims, promptTokens, outputTokens, model } = common;
  const requests = Array.from({ length: claims }, (_, i) =>
    claimOf(context, promptTokens, outputTokens, streams.fresh(`${model}/together/${i}`)),
  );
  const { timing } = await recomputeTogether(context, requests);
  const one = operationsOf(work, timing.tokens / claims, 0, checks);
  return {
    ...common,
    measure: "verify",
    wallMs: timing.wallMs,
    fedTokens: timing.tokens,
    matrixOperations: claims * one.matrix,
    attentionOperations: claims * one.attention,
    bytesRead: null,
  };
}

function row(
  given: Omit<CostRow, "matrixOperations" | "attentionOperations" | "bytesRead">,
  work: ModelWork,
  asked: number,
): CostRow {
  const { matrix, attention } = operationsOf(work, given.fedTokens, 0, asked);
  return { ...given, matrixOperations: matrix, attentionOperations: attention, bytesRead: null };
}

/** A claim of random tokens: a refused claim takes as long to verify as an accepted one, since every check is made. */
function claimOf(
  context: InferenceContext,
  promptTokens: number,
  outputTokens: number,
  stream: Stream,
): RecomputeRequest {
  const tokens = randomTokens(context, promptTokens + outputTokens, stream);
  return {
    promptTokens: tokens.slice(0, promptTokens),
    outputTokens: tokens.slice(promptTokens),
    sampling: greedy,
    seed: 0,
    sequenceIndices: [0, Math.floor(outputTokens / 2), outputTokens - 1].map((position) => promptTokens + position),
  };
}

async function openTogether({ model, settings, numerics, claimsPerPass }: CostJob): Promise<InferenceContext> {
  const sequences = Math.max(...claimsPerPass);
  const contextTokens = settings.promptTokens[0]! + Math.max(...settings.togetherTokens) + 2;
  return model.openContext({
    contextTokens,
    sequences,
    numerics: numerics[0]!,
  });
}

/** First calls pay for page faults and allocations; they are not what is measured. */
async function warmUp(context: InferenceContext, stream: Stream): Promise<void> {
  await prefill(context, randomTokens(context, Math.min(32, context.contextTokens - 2), stream));
  await decode(context, 2, 4);
}

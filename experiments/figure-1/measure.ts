/**
 * Figure 1's measurement: one model generates, then verifies its own completions in every form, at every length.
 *
 * A repeat generates once, to the greatest length, and notes when each shorter length was reached: a completion's first n
 * tokens are the completion of n tokens. Verifications follow in an order shuffled anew for each repeat, so that a drift of
 * the machine's speed falls on all of them alike.
 */

import type { InferenceContext } from "../../src/inference/context.ts";
import { generate } from "../../src/inference/generate.ts";
import type { LanguageModel } from "../../src/inference/language-model.ts";
import { type RecomputeForm, recompute, recomputeTogether } from "../../src/inference/recompute.ts";
import { score } from "../../src/inference/score.ts";
import { readTextFile } from "../../src/inference/text-file.ts";
import { timed } from "../../src/inference/timing.ts";
import { ExperimentFileError } from "../../src/lab/experiment/file.ts";
import { judgeRastic } from "../../src/protocol/rastic/judge.ts";
import { planRastic, type RasticPlan } from "../../src/protocol/rastic/plan.ts";
import type { Stream, Streams } from "../../src/sim/streams.ts";
import type { ModelFile } from "../shared/model-files.ts";
import { type Figure1Row, isAlone, jobsAtOnce, type TogetherForm } from "./rows.ts";
import type { Figure1Form, Figure1Settings } from "./settings.ts";

export interface MeasureJob {
  readonly model: LanguageModel;
  readonly file: ModelFile;
  readonly tokens: readonly number[];
  readonly settings: Figure1Settings;
  readonly streams: Streams;
  /** Rows of an earlier, interrupted run: their cells are not measured again. */
  readonly finished: readonly Figure1Row[];
  readonly onRow: (row: Figure1Row) => void;
  readonly signal?: AbortSignal;
}

/** One claim to be verified: a repeat's completion, cut at one length. */
interface Claim {
  readonly promptTokens: readonly number[];
  readonly outputTokens: readonly number[];
  readonly sampling: Figure1Settings["sampling"];
  readonly seed: number;
}

type Measured = Pick<Figure1Row, "wallMs" | "decodedTokens" | "checkedPositions" | "accepted">;

/** How many measurements these settings make. */
export function figure1Cells({ models, tokens, forms, together, repeats }: Figure1Settings): number {
  const alone = models.reduce((sum, model) => sum + (model.tokens ?? tokens).length, 0) * forms.length;
  return (alone + models.length * togetherCells(together).length) * repeats;
}

type Cell = Pick<Figure1Row, "form" | "outputTokens">;

function togetherCells(together: Figure1Settings["together"]): Cell[] {
  return (together?.jobs ?? []).flatMap((jobs) =>
    together!.tokens.flatMap((outputTokens): Cell[] => [
      { form: `generate x${jobs}`, outputTokens },
      { form: `one-pass x${jobs}`, outputTokens },
    ]),
  );
}

export async function measureFigure1(job: MeasureJob): Promise<void> {
  const { model, file, tokens, settings, streams, signal } = job;
  const prompts = promptsOf(job);
  const longest = Math.max(...tokens);
  const checks = settings.checkBudget + 2; // continuity, k integrity indices, and at the limit one more
  const contextTokens = settings.prompts.tokens + Math.max(longest, settings.prompts.tokens, warmUpTokens) + 1;
  const contexts: InferenceContext[] = [];
  for (let i = 0; i < checks; i++)
    contexts.push(await model.openContext({ contextTokens, numerics: { decodeShape: "alone" } }));
  const together = await openTogether(job);
  await warmUp(contexts, prompts[0]!, settings);

  const seen = new Set(job.finished.map(cellKey));
  for (let repeat = 0; repeat < settings.repeats; repeat++) {
    const name = `${file.name}/repeat/${repeat}`;
    const cells: Cell[] = [
      ...settings.forms.flatMap((form) => tokens.map((outputTokens) => ({ form, outputTokens }))),
      ...togetherCells(settings.together),
    ];
    const open = cells.filter((cell) => !seen.has(cellKey({ ...cell, model: file.name, repeat })));
    if (open.length === 0) continue;

    const add = (form: Figure1Row["form"], outputTokens: number, measured: Measured): void =>
      job.onRow({
        model: file.name,
        ...(file.shape === undefined ? {} : { shape: file.shape }),
        form,
        outputTokens,
        promptTokens: settings.prompts.tokens,
        repeat,
        ...measured,
      });
    const promptTokens = prompts[streams.of(`${name}/prompt`).below(prompts.length)]!;
    const claim = { promptTokens, sampling: settings.sampling, seed: streams.of(`${name}/seed`).below(2 ** 32) };
    const { outputTokens, reachedMs } = await timedGeneration(contexts[0]!, claim, longest, signal);
    for (const { form, outputTokens: n } of open)
      if (form === "generate")
        add(form, n, {
          wallMs: reachedMs[n - 1]!,
          decodedTokens: promptTokens.length + n - 1,
          checkedPositions: 0,
          accepted: null,
        });
    const verifications = open.filter(isVerificationAlone);
    streams.of(`${name}/order`).shuffle(verifications);
    for (const { form, outputTokens: n } of verifications) {
      signal?.throwIfAborted();
      const cut = { ...claim, outputTokens: outputTokens.slice(0, n) };
      // The same draws for every form: within a repeat all of them check the same positions.
      add(form, n, await measureForm(form, contexts, cut, settings, streams.fresh(`${name}/verifier/${n}`)));
    }
    for (const jobs of settings.together?.jobs ?? []) {
      const own = open.filter((cell) => jobsAtOnce(cell) === jobs);
      if (own.length === 0) continue;
      const claims = Array.from({ length: jobs }, (_, i) => ({
        promptTokens: prompts[streams.of(`${name}/together/prompt/${i}`).below(prompts.length)]!,
        sampling: settings.sampling,
        seed: streams.of(`${name}/together/seed/${i}`).below(2 ** 32),
      }));
      const verifier = streams.fresh(`${name}/together/${jobs}/verifier`);
      for (const [form, n, measured] of await measureTogether(together!, claims, own, settings, verifier, signal))
        add(form, n, measured);
    }
  }
  for (const context of together === null ? contexts : [...contexts, together]) context.close();
}

/** As many sequences as jobs are ever measured together; null where none are. */
async function openTogether({ model, settings }: MeasureJob): Promise<InferenceContext | null> {
  if (settings.together === undefined) return null;
  const sequences = Math.max(...settings.together.jobs);
  const contextTokens = settings.prompts.tokens + Math.max(...settings.together.tokens) + 2;
  return model.openContext({ contextTokens, sequences });
}

/** Generates all claims in lock step to the greatest length, then verifies them in one pass at every length. */
async function measureTogether(
  context: InferenceContext,
  claims: readonly Omit<Claim, "outputTokens">[],
  cells: readonly Cell[],
  { checkBudget }: Figure1Settings,
  verifier: Stream,
  signal: AbortSignal | undefined,
): Promise<(readonly [TogetherForm, number, Measured])[]> {
  const lengths = [...new Set(cells.map(({ outputTokens }) => outputTokens))];
  const { outputs, reachedMs } = await timedGenerations(context, claims, Math.max(...lengths), signal);
  const measured: (readonly [TogetherForm, number, Measured])[] = [];
  for (const { form, outputTokens: n } of cells) {
    signal?.throwIfAborted();
    if (form.startsWith("generate")) {
      const decodedTokens = claims.reduce((sum, { promptTokens }) => sum + promptTokens.length + n - 1, 0);
      measured.push([
        form as TogetherForm,
        n,
        { wallMs: reachedMs[n - 1]!, decodedTokens, checkedPositions: 0, accepted: null },
      ]);
      continue;
    }
    const cut = claims.map((claim, i) => ({ ...claim, outputTokens: outputs[i]!.slice(0, n) }));
    const plans = cut.map((claim) => planOf(claim, checkBudget, verifier));
    const { referenceTokens, timing } = await recomputeTogether(
      context,
      cut.map((claim, i) => ({ ...claim, sequenceIndices: indicesOf(plans[i]!) })),
    );
    measured.push([
      form as TogetherForm,
      n,
      {
        wallMs: timing.wallMs,
        decodedTokens: timing.tokens,
        checkedPositions: plans.reduce((sum, plan) => sum + plan.checks.length, 0),
        accepted: plans.every((plan, i) => isAccepted(plan, referenceTokens[i]!)),
      },
    ]);
  }
  return measured;
}

function isVerificationAlone(cell: Cell): cell is Cell & { readonly form: Exclude<Figure1Form, "generate"> } {
  return cell.form !== "generate" && isAlone(cell);
}

function cellKey({
  model,
  form,
  outputTokens,
  repeat,
}: Pick<Figure1Row, "model" | "form" | "outputTokens" | "repeat">) {
  return `${model}/${form}/${outputTokens}/${repeat}`;
}

/** One claim's, of the same. */
async function timedGeneration(
  context: InferenceContext,
  claim: Omit<Claim, "outputTokens">,
  tokenLimit: number,
  signal: AbortSignal | undefined,
): Promise<{ outputTokens: readonly number[]; reachedMs: readonly number[] }> {
  const { outputs, reachedMs } = await timedGenerations(context, [claim], tokenLimit, signal);
  return { outputTokens: outputs[0]!, reachedMs };
}

/** Generates to the greatest length, past any end token; `reachedMs[i]` is when token i of all of them was there. */
async function timedGenerations(
  context: InferenceContext,
  claims: readonly Omit<Claim, "outputTokens">[],
  tokenLimit: number,
  signal: AbortSignal | undefined,
): Promise<{ outputs: readonly (readonly number[])[]; reachedMs: readonly number[] }> {
  const reachedMs: number[] = [];
  const counts = claims.map(() => 0);
  const startMs = performance.now();
  const onToken = (claim: number) => {
    // In lock step no claim is ever more than a token ahead: the last one's time stays.
    reachedMs[counts[claim]!++] = performance.now() - startMs;
  };
  const requests = claims.map((claim) => ({ ...claim, tokenLimit, ignoreEndToken: true, bare: true }));
  const completions = await generate(context, requests, { onToken, ...(signal ? { signal } : {}) });
  return { outputs: completions.map(({ outputTokens }) => outputTokens), reachedMs };
}

async function measureForm(
  form: Figure1Form,
  contexts: readonly InferenceContext[],
  claim: Claim,
  settings: Figure1Settings,
  verifier: Stream,
): Promise<Measured> {
  if (form === "bare-prefill") return barePrefill(contexts[0]!, claim);
  if (form === "all-positions") {
    const { positions, timing } = await score(contexts[0]!, { ...claim, detail: "token" });
    return {
      wallMs: timing.wallMs,
      decodedTokens: timing.tokens,
      checkedPositions: positions.length,
      accepted: positions.every(({ consistent }) => consistent),
    };
  }
  if (form === "generate") throw new RangeError("generation is timed once a repeat, not once a length");
  return rastic(form, contexts, claim, settings.checkBudget, verifier);
}

/** Reading prompt and completion without asking anything of any position: the floor of every verification in one pass. */
async function barePrefill(context: InferenceContext, { promptTokens, outputTokens }: Claim): Promise<Measured> {
  // Output token n is predicted from the n - 1 before it, so no verification reads the last one.
  const tokens = [...promptTokens, ...outputTokens.slice(0, -1)];
  const { wallMs } = await timed(async () => {
    context.shorten(0, 0);
    await context.evaluate([{ slot: 0, tokens }]);
  });
  return { wallMs, decodedTokens: tokens.length, checkedPositions: 0, accepted: null };
}

/** RASTiC as the blog describes it, at the token limit: first token, k random ones, and one more random one. */
async function rastic(
  form: RecomputeForm,
  contexts: readonly InferenceContext[],
  claim: Claim,
  checkBudget: number,
  verifier: Stream,
): Promise<Measured> {
  const plan = planOf(claim, checkBudget, verifier);
  const sequenceIndices = indicesOf(plan);
  const { referenceTokens, timing } = await recompute(form, contexts, { ...claim, sequenceIndices });
  return {
    wallMs: timing.wallMs,
    decodedTokens: timing.tokens,
    checkedPositions: sequenceIndices.length,
    accepted: isAccepted(plan, referenceTokens),
  };
}

function planOf({ promptTokens, outputTokens }: Claim, checkBudget: number, verifier: Stream): RasticPlan {
  const randomness = Uint8Array.from({ length: 32 }, () => verifier.below(256));
  // Generation went on past end tokens, so for the verifier, too, there are none.
  const terms = { inputTokens: promptTokens, outputTokens, endTokens: [], tokenLimit: outputTokens.length };
  const plan = planRastic("blog", checkBudget, terms, randomness);
  if (!plan.ok) throw new Error(plan.rejection.message);
  return plan.value;
}

function indicesOf({ checks }: RasticPlan): number[] {
  return checks.map(({ sequenceIndex }) => sequenceIndex);
}

function isAccepted(plan: RasticPlan, referenceTokens: ReadonlyMap<number, number>): boolean {
  const verdict = judgeRastic(plan, referenceTokens);
  if (!verdict.ok) throw new Error(verdict.rejection.message);
  return verdict.value.verdict === "accepted";
}

const warmUpTokens = 8;

/** First calls pay for page faults and allocations; they are not what is measured. */
async function warmUp(
  contexts: readonly InferenceContext[],
  promptTokens: readonly number[],
  { sampling }: Figure1Settings,
): Promise<void> {
  for (const context of contexts) {
    const request = { promptTokens, sampling, seed: 0, tokenLimit: warmUpTokens, ignoreEndToken: true };
    await generate(context, [request]);
    await barePrefill(context, { ...request, outputTokens: promptTokens });
  }
}

/** Every line of the prompt file that has the wanted number of tokens, cut to it. */
function promptsOf({ model, settings }: MeasureJob): number[][] {
  const { file, tokens } = settings.prompts;
  let text: string;
  try {
    text = readTextFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "no such file" : code;
    throw new ExperimentFileError([`${file}: cannot be read (${reason}); prompts.file names a text file`]);
  }
  const prompts = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => model.vocabulary.promptTokens(line))
    .filter((prompt) => prompt.length >= tokens)
    .map((prompt) => prompt.slice(0, tokens));
  if (prompts.length === 0)
    throw new ExperimentFileError([
      `${file}: no line has ${tokens} tokens of ${model.path}; give longer prompts or fewer prompts.tokens`,
    ]);
  return prompts;
}

/**
 * Measures what this machine needs for prefill and decode, over batch size and depth: the hardware profile that turns a
 * ledger of tokens into time and joules.
 */
import type { BackendDescription } from "./backend.ts";
import type { InferenceContext } from "./context.ts";
import type { EnergyMeter, PowerSource } from "./energy-meter.ts";
import type { LanguageModel } from "./language-model.ts";
import type { Numerics } from "./numerics.ts";
import { openEnergyMeter } from "./power.ts";

export interface RatePoint {
  /** Sequences in lock step (decode), or 1. */
  readonly batch: number;
  /** Tokens already in each sequence's context. */
  readonly depthTokens: number;
  /** Tokens fed per sequence and call: 1 for decode. */
  readonly tokensPerCall: number;
  /** Median over the repeats, all sequences together. */
  readonly tokensPerSecond: number;
  /** Slowest and fastest repeat. */
  readonly slowestTokensPerSecond: number;
  readonly fastestTokensPerSecond: number;
  /** Power during the calls, of what the profile's `powerSource` measures; null where it cannot be read. */
  readonly watts: number | null;
  /** That power over that rate: energy of one token; null without watts. */
  readonly joulesPerToken: number | null;
}

export interface HardwareProfile {
  readonly format: "camelid-hardware-profile/1";
  readonly name: string;
  /** Measured by `camelid calibrate`; published profiles name their source here instead. */
  readonly source: string;
  readonly measuredAt: string;
  readonly machine: object;
  readonly backend: BackendDescription;
  readonly numerics: Numerics;
  readonly model: { readonly name: string; readonly root: string; readonly bytes: number };
  readonly powerSource: PowerSource;
  readonly prefill: readonly RatePoint[];
  readonly decode: readonly RatePoint[];
}

export interface CalibrationPlan {
  readonly batches: readonly number[];
  readonly depthsTokens: readonly number[];
  readonly prefillTokens: readonly number[];
  readonly repeats: number;
  readonly numerics: Partial<Numerics>;
}

export interface CalibrationProgress {
  readonly done: number;
  readonly total: number;
}

const decodeSteps = 16;

/** Takes all measurements of the plan, each `repeats` times, interleaved. Aborts between calls. */
export async function calibrate(
  model: LanguageModel,
  plan: CalibrationPlan,
  options: { readonly signal: AbortSignal; readonly onProgress?: (progress: CalibrationProgress) => void },
): Promise<{ prefill: RatePoint[]; decode: RatePoint[]; numerics: Numerics; powerSource: PowerSource }> {
  const { batches, depthsTokens, prefillTokens, repeats } = plan;
  const deepest = Math.max(...depthsTokens, 0);
  const contextTokens = Math.max(deepest + decodeSteps + 1, Math.max(...prefillTokens) + deepest) + 1;
  const cells = [
    ...prefillTokens.map((tokensPerCall) => ({ batch: 1, depthTokens: 0, tokensPerCall, calls: 1 })),
    ...batches.flatMap((batch) =>
      depthsTokens.map((depthTokens) => ({ batch, depthTokens, tokensPerCall: 1, calls: decodeSteps })),
    ),
  ];
  const samples = cells.map((): Sample[] => []);
  let numerics: Numerics | undefined;
  let done = 0;
  const meter = await openEnergyMeter(model.gpu);
  try {
    for (const [i, cell] of cells.entries()) {
      const context = await model.openContext({ contextTokens, sequences: cell.batch, numerics: plan.numerics });
      numerics = context.numerics;
      for (let repeat = -1; repeat < repeats; repeat++) {
        options.signal.throwIfAborted();
        const sample = await measure(context, cell, meter);
        if (repeat >= 0) samples[i]!.push(sample); // the first one pays for page faults
      }
      context.close();
      options.onProgress?.({ done: ++done, total: cells.length });
    }
  } finally {
    meter.close();
  }
  const points = cells.map((cell, i) => summarize(cell, samples[i]!));
  return {
    prefill: points.filter(({ tokensPerCall }) => tokensPerCall > 1),
    decode: points.filter(({ tokensPerCall }) => tokensPerCall === 1),
    numerics: numerics!,
    // A source that fell silent before the first figure was none.
    powerSource: points.some(({ watts }) => watts !== null) ? meter.source : "none",
  };
}

interface Cell {
  readonly batch: number;
  readonly depthTokens: number;
  readonly tokensPerCall: number;
  readonly calls: number;
}

interface Sample {
  readonly tokensPerSecond: number;
  readonly watts: number | null;
}

/** The cell's calls, over and over until they have lasted as long as the meter needs. */
async function measure(context: InferenceContext, cell: Cell, meter: EnergyMeter): Promise<Sample> {
  const slots = Array.from({ length: cell.batch }, (_, slot) => slot);
  await context.prepareSteps();
  for (const slot of slots) {
    context.shorten(slot, 0);
    if (cell.depthTokens > 0) await context.evaluate([{ slot, tokens: filler(context, cell.depthTokens) }]);
  }
  const startMs = performance.now();
  const startJoules = meter.readJoules();
  let rounds = 0;
  let seconds = 0;
  do {
    if (rounds > 0) for (const slot of slots) context.shorten(slot, cell.depthTokens);
    for (let call = 0; call < cell.calls; call++) {
      if (cell.tokensPerCall === 1)
        await context.step(
          slots.map((slot) => ({ slot, token: 3 })),
          (row) => row.topToken,
          // A batch of one job is what a node with a single job computes.
          cell.batch === 1 && context.numerics.decodeShape === "single" ? "alone" : context.numerics.decodeShape,
        );
      else {
        const tokens = filler(context, cell.tokensPerCall);
        const asked = [tokens.length - 1];
        await context.evaluate(
          slots.map((slot) => ({ slot, tokens, asked })),
          (row) => row.topToken,
        );
      }
    }
    rounds++;
    seconds = (performance.now() - startMs) / 1000;
  } while (seconds < meter.leastSeconds);
  const [before, after] = await Promise.all([startJoules, meter.readJoules()]);
  return {
    tokensPerSecond: (rounds * cell.batch * cell.tokensPerCall * cell.calls) / seconds,
    watts: before === null || after === null ? null : (after - before) / seconds,
  };
}

/** Time does not depend on which tokens are fed. */
function filler(context: InferenceContext, tokens: number): number[] {
  return Array.from({ length: tokens }, (_, i) => (3 + i) % context.vocabulary.size);
}

function summarize({ batch, depthTokens, tokensPerCall }: Cell, samples: readonly Sample[]): RatePoint {
  const rates = samples.map(({ tokensPerSecond }) => tokensPerSecond).sort((a, b) => a - b);
  const watts = samples.flatMap((sample) => (sample.watts === null ? [] : [sample.watts])).sort((a, b) => a - b);
  const power = watts.length === 0 ? null : middle(watts);
  return {
    batch,
    depthTokens,
    tokensPerCall,
    tokensPerSecond: middle(rates),
    slowestTokensPerSecond: rates[0]!,
    fastestTokensPerSecond: rates.at(-1)!,
    watts: power,
    joulesPerToken: power === null ? null : power / middle(rates),
  };
}

function middle(sorted: readonly number[]): number {
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
}

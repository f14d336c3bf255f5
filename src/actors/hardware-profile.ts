/**
 * What a machine needs for model work: turns a compute usage in tokens into virtual time and joules, so that a run gives the same
 * result on any machine. Every profile says what its figures rest on.
 */
import type { HardwareProfile } from "../inference/calibrate.ts";
import type { ComputeUsage } from "./compute-usage.ts";

export interface Rates {
  readonly prefillTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
}

export interface Hardware {
  readonly name: string;
  /** Measured here, published by somebody, or worked out from either: where each figure comes from. */
  readonly basis: string;
  /** Fixed cost of a request, however little work it is. */
  readonly overheadUs: number;
  /** While it works; null where nobody could read it. */
  readonly watts: number | null;
  readonly rates: ReadonlyMap<string, Rates>;
}

/** A model that work is done on; `bytes` of weights. */
export interface ModelSize {
  readonly root: string;
  readonly bytes: number;
}

/**
 * The machine of the published Figure 1 (Vicuna 7B q5_1, 32 layers on a GPU).
 *
 * Published: the bars of Figure 1, and 312 W (blog, 2.5.5). Worked out from the bars: generation takes (49470 - 200) ms for 999
 * tokens more, 20.3 tokens/s. Verification takes (4440 - 700) ms for 999 tokens more; its three evaluations read, on average, none, half
 * and all of the output, 1.5 tokens for each output token: 401 tokens/s. Reading nothing much takes it 700 ms: 233 ms an evaluation.
 * Assumed: a smaller model is faster in proportion to its weights' bytes, as it is where memory bandwidth decides.
 */
const published = { decodeTokensPerSecond: 999 / 49.27, prefillTokensPerSecond: (1.5 * 999) / 3.74 };

/** `models` do the work; the first of them stands for the published 7B model. */
export function prototypeHardware(models: readonly ModelSize[]): Hardware {
  const [reference] = models;
  return {
    name: "prototype",
    basis: "rates worked out from the published Figure 1 and 312 W; smaller models faster in proportion to their bytes",
    overheadUs: 233_000,
    watts: 312,
    rates: new Map(models.map(({ root, bytes }) => [root, scaled(published, reference!.bytes / bytes)])),
  };
}

/**
 * This or another machine as `camelid calibrate` measured it: one profile a model, rates of one sequence alone, the shallowest
 * decode point and the largest prefill. Models that were not measured are scaled by bytes from the first profile.
 */
export function calibratedHardware(profiles: readonly HardwareProfile[], models: readonly ModelSize[]): Hardware {
  const [first] = profiles;
  if (first === undefined) throw new RangeError("calibrated hardware: expected at least one profile");
  const measured = new Map(profiles.map((profile) => [profile.model.root, ratesOf(profile)]));
  const decode = ratesOf(first).decodeTokensPerSecond;
  return {
    name: first.name,
    basis: `measured: ${first.source}`,
    // A request costs at least one decode step; the profile measures no other overhead.
    overheadUs: Math.ceil(1e6 / decode),
    watts: first.decode.find(({ batch }) => batch === 1)?.watts ?? null,
    rates: new Map(
      models.map(({ root, bytes }) => [root, measured.get(root) ?? scaled(ratesOf(first), first.model.bytes / bytes)]),
    ),
  };
}

function ratesOf({ name, prefill, decode }: HardwareProfile): Rates {
  const alone = decode.filter(({ batch }) => batch === 1).sort((a, b) => a.depthTokens - b.depthTokens)[0];
  const widest = prefill.toSorted((a, b) => b.tokensPerCall - a.tokensPerCall)[0];
  if (alone === undefined || widest === undefined)
    throw new RangeError(`hardware profile ${name}: expected a decode point of batch 1 and a prefill point`);
  return { decodeTokensPerSecond: alone.tokensPerSecond, prefillTokensPerSecond: widest.tokensPerSecond };
}

function scaled({ prefillTokensPerSecond, decodeTokensPerSecond }: Rates, factor: number): Rates {
  return {
    prefillTokensPerSecond: prefillTokensPerSecond * factor,
    decodeTokensPerSecond: decodeTokensPerSecond * factor,
  };
}

/** Whole microseconds that the work keeps the machine busy, the request's overhead included. */
export function workUs(work: ComputeUsage, hardware: Hardware): number {
  let seconds = 0;
  for (const { modelRoot, prefillTokens, decodeTokens } of work) {
    const rates = hardware.rates.get(modelRoot);
    if (rates === undefined) throw new RangeError(`hardware ${hardware.name}: no rates for model ${modelRoot}`);
    seconds += prefillTokens / rates.prefillTokensPerSecond + decodeTokens / rates.decodeTokensPerSecond;
  }
  return hardware.overheadUs + Math.round(seconds * 1e6);
}

/** Joules of being busy that long; null where the power is not known. */
export function joules(busyUs: number, { watts }: Hardware): number | null {
  return watts === null ? null : (watts * busyUs) / 1e6;
}

/** The same machine, faster by a factor at the same power: assumed, not measured. */
export function faster(hardware: Hardware, factor: number): Hardware {
  if (factor === 1) return hardware;
  return {
    ...hardware,
    name: `${hardware.name} x ${factor}`,
    basis: `${hardware.basis}; taken to be ${factor} times as fast`,
    overheadUs: Math.ceil(hardware.overheadUs / factor),
    rates: new Map([...hardware.rates].map(([root, rates]) => [root, scaled(rates, factor)])),
  };
}

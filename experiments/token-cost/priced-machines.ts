/** Machines as `token-cost` prices them, at some batch size and output length, each with what its figures rest on. */
import type { HardwareProfile } from "../../src/inference/calibrate.ts";
import { MachineError, type Rates } from "./model.ts";
import { type PublishedMachine, publishedBatchGain, publishedDepthRates } from "./published.ts";

export interface PricedMachine {
  readonly name: string;
  readonly what: string;
  readonly model: string;
  readonly basis: "published" | "measured";
  readonly watts: number;
  readonly hardwareUsd: number;
  /**
   * Of `batch` sequences side by side, outputs that long. Null for what was not measured: nothing is made up for a batch or
   * depth that a profile does not hold.
   */
  rates(batch: number, outputTokens: number): Rates | null;
}

/** A published machine's rates are for one short sequence; what batches and depth do to a GPU's is taken from other cards. */
export function publishedMachine(
  { name, what, model, rates, gpu, watts, hardwareUsd }: PublishedMachine,
  instead: { readonly watts?: number | undefined; readonly hardwareUsd?: number | undefined } = {},
): PricedMachine {
  return {
    name,
    what,
    model,
    basis: "published",
    watts: instead.watts ?? watts,
    hardwareUsd: instead.hardwareUsd ?? hardwareUsd,
    rates: (batch, outputTokens) => {
      if (!gpu) return batch === 1 ? rates : null;
      const gain = publishedBatchGain.find((point) => point.batch === batch)?.gain;
      return gain === undefined
        ? null
        : { ...rates, decodeTokensPerSecond: rates.decodeTokensPerSecond * gain * depthFactor(outputTokens) };
    },
  };
}

/** Throws MachineError where neither the profile nor the experiment says how many watts. */
export function calibratedMachine(
  profile: HardwareProfile,
  given: { readonly watts?: number | undefined; readonly hardwareUsd: number },
): PricedMachine {
  const { name, model, decode, prefill } = profile;
  const watts = given.watts ?? decode.find(({ batch }) => batch === 1)?.watts ?? null;
  if (watts === null) throw new MachineError(`profile ${name}: nobody could read its power, and no watts are given`);
  const widest = prefill.toSorted((a, b) => b.tokensPerCall - a.tokensPerCall)[0];
  if (widest === undefined) throw new MachineError(`profile ${name}: no prefill rate in it; calibrate again`);
  return {
    name,
    what: `${name}, ${given.watts === undefined ? "measured" : "watts assumed"}`,
    model: model.name,
    basis: "measured",
    watts,
    hardwareUsd: given.hardwareUsd,
    rates: (batch, outputTokens) => {
      const points = decode.filter((point) => point.batch === batch);
      if (points.length === 0) return null;
      // Output tokens are generated at depths from none to their number: the mean time is near that of half-way.
      const nearest = points.toSorted(
        (a, b) => Math.abs(a.depthTokens - outputTokens / 2) - Math.abs(b.depthTokens - outputTokens / 2),
      )[0]!;
      return { decodeTokensPerSecond: nearest.tokensPerSecond, prefillTokensPerSecond: widest.tokensPerSecond };
    },
  };
}

/** Rate of generating that many tokens over the rate of generating few, straight lines between the published points. */
function depthFactor(outputTokens: number): number {
  const points = publishedDepthRates;
  const base = points[0]!.decodeTokensPerSecond;
  if (outputTokens <= points[0]!.tokens) return 1;
  for (const [i, above] of points.entries()) {
    if (i === 0 || outputTokens > above.tokens) continue;
    const below = points[i - 1]!;
    const share = (outputTokens - below.tokens) / (above.tokens - below.tokens);
    const rate = below.decodeTokensPerSecond + share * (above.decodeTokensPerSecond - below.decodeTokensPerSecond);
    return rate / base;
  }
  return points.at(-1)!.decodeTokensPerSecond / base;
}

/**
 * What a strategy's work costs, relative to honest work for the same jobs, on a given machine. Modelled: the tokens of a compute usage are counted
 * exactly, the machine's rates are those of its profile (measured or published), and the fixed cost of a request, which is the
 * same for all, is left out. A profile knows one prefill rate, that of long batches; speculative decoding reads in short ones, so
 * its price is a lower bound.
 */

import { type ComputeUsage, noUsage } from "./compute-usage.ts";
import { type Hardware, joules, workUs } from "./hardware-profile.ts";

export interface HonestWork {
  /** One token at a time (strategy `honest`). */
  readonly decoding: ComputeUsage;
  /** Strategy `speculative`. */
  readonly speculative: ComputeUsage;
}

export interface RelativeCost {
  readonly ms: number;
  /** Null where the machine's power is not known. */
  readonly joules: number | null;
  /** Times the cost of honest work, in ms and in joules alike (a machine works at one power). */
  readonly toDecoding: number;
  readonly toSpeculative: number;
  /** Costs as much as the cheaper way of being honest, or more: nothing is saved. */
  readonly notCheaperThanHonest: boolean;
}

/**
 * Ledgers of one job each, or summed over the same jobs (`addLedgers`). Throws RangeError for a model that the machine has no rates
 * for, and for honest work that is none.
 */
export function relativeCost(
  work: ComputeUsage,
  { decoding, speculative }: HonestWork,
  hardware: Hardware,
): RelativeCost {
  const [us, decodingUs, speculativeUs] = [work, decoding, speculative].map((each) => modelUs(each, hardware)) as [
    number,
    number,
    number,
  ];
  if (decodingUs === 0 || speculativeUs === 0) throw new RangeError("relative cost: expected honest work, got none");
  return {
    ms: us / 1000,
    joules: joules(us, hardware),
    toDecoding: us / decodingUs,
    toSpeculative: us / speculativeUs,
    notCheaperThanHonest: us >= Math.min(decodingUs, speculativeUs),
  };
}

/** Microseconds of model work, the fixed cost of a request left out. */
export function modelUs(work: ComputeUsage, hardware: Hardware): number {
  return workUs(work, hardware) - workUs(noUsage, hardware);
}

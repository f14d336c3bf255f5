/**
 * A verification scheme with its parameters filled in. All are pure functions of a scored output; none draws anything: where
 * a verifier would, the answer is the exact probability over its draws.
 *
 * Every scheme rejects, without asking a model, an output that its own tokens show to be false (cut off before the end,
 * longer than the limit, going on after an end token): see `RasticViolation`.
 */
import type { RasticVariant } from "../rastic/variants.ts";
import type { Result } from "../result.ts";
import type { ScoredOutput } from "./scored-output.ts";
import type { VerificationCost } from "./verification-cost.ts";

export interface Acceptance {
  /** P(accept | output, evidence); 0 or 1 for a scheme without randomness. */
  readonly probability: number;
  /** Expected over the same randomness. */
  readonly cost: VerificationCost;
}

/** What a scheme is called, and where it belongs among the others. */
export interface SchemeIdentity {
  /** Unique for a scheme and its parameters, such as "rastic blog k=3": what tables and files hold. */
  readonly name: string;
  /** What a figure calls it beside other schemes, a few words. */
  readonly label: string;
  /** The same as part of another scheme's label. */
  readonly shortLabel: string;
  /** What experiment files call it, whatever its parameters. */
  readonly family: string;
  /** The reading of RASTiC that it follows; absent of other schemes. */
  readonly variant?: RasticVariant;
  /** k, the number of integrity indices of such a reading. */
  readonly checkBudget?: number;
}

/** Judges with nothing but its parameters. */
export interface DirectScheme extends SchemeIdentity {
  readonly kind: "direct";
  judge(output: ScoredOutput): Result<Acceptance>;
}

/** The mean of a score over all output positions, against a threshold that honest outputs have set (calibrate.ts). */
export interface StatisticScheme extends SchemeIdentity {
  readonly kind: "statistic";
  /** `upper`: suspicious when high. `both`: also when low. */
  readonly sides: "upper" | "both";
  /** One score per output position. Rejection: scheme-evidence-missing. */
  positionScores(output: ScoredOutput): Result<readonly number[]>;
}

export type Scheme = DirectScheme | StatisticScheme;

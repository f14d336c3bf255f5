import type { Estimate } from "../../statistics/interval.ts";

/** What a run says about one published claim. */
export interface ClaimVerdict {
  /** Number of the claim, "C1" to "C19". */
  readonly claim: string;
  /** What it was tested on: a model, a network, a cheat. */
  readonly subject: string;
  readonly verdict: Verdict;
  /** The verdict in words, with the numbers it rests on. */
  readonly sentence: string;
  /** The one number that says most, for the table of all claims. */
  readonly number?: ClaimNumber;
  /** How that number came about. */
  readonly obtained?: Obtained;
}

export interface ClaimNumber {
  /** What it is, with its unit: "generation time over verification time at 1000 tokens", "outputs rejected (%)". */
  readonly what: string;
  readonly value: number;
  /** Its 95 % interval; null where it is exact. After zero events `low` is 0 and `high` the upper bound. */
  readonly low: number | null;
  readonly high: number | null;
}

/** Timed or counted on real runs; arithmetic without sampling; or from rates and prices that were assumed or measured elsewhere. */
export type Obtained = "measured" | "computed exactly" | "modelled";

export type Verdict = "holds" | "partly" | "fails" | "not decided";

/** How one part of a claim came out. */
export type Part = "confirmed" | "refuted" | "open";

/** A claim of several parts holds when all do, fails when none does; one open part leaves it undecided. */
export function verdictOf(parts: readonly Part[]): Verdict {
  if (parts.includes("open")) return "not decided";
  if (parts.every((part) => part === "confirmed")) return "holds";
  return parts.every((part) => part === "refuted") ? "fails" : "partly";
}

export function numberOf(what: string, { value, low, high }: Interval): ClaimNumber {
  const known = (end: number) => (Number.isFinite(end) ? end : null);
  return { what, value, low: known(low), high: known(high) };
}

/** A share in percent, its interval kept within 0 and 100. */
export function inPercent({ value, low, high }: Interval): Interval {
  const within = (end: number) => (Number.isFinite(end) ? Math.min(100, Math.max(0, 100 * end)) : end);
  return { value: 100 * value, low: within(low), high: within(high) };
}

type Interval = Omit<Estimate, "confidence">;

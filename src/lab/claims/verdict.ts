/** What a run says about one published claim. */
export interface ClaimVerdict {
  /** Number of the claim, "C1" to "C19". */
  readonly claim: string;
  /** What it was tested on: a model, a network, a cheat. */
  readonly subject: string;
  readonly verdict: Verdict;
  /** The verdict in words, with the numbers it rests on. */
  readonly sentence: string;
}

export type Verdict = "holds" | "partly" | "fails" | "not decided";

/** How one part of a claim came out. */
export type Part = "confirmed" | "refuted" | "open";

/** A claim of several parts holds when all do, fails when none does; one open part leaves it undecided. */
export function verdictOf(parts: readonly Part[]): Verdict {
  if (parts.includes("open")) return "not decided";
  if (parts.every((part) => part === "confirmed")) return "holds";
  return parts.every((part) => part === "refuted") ? "fails" : "partly";
}

/** Four significant digits at most, no trailing zeros, no exponent: 0.3333, 11.14, 1061. */
export function inWords(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toString() : Number(value.toPrecision(3)).toString();
}

import { clopperPearson } from "../../src/statistics/clopper-pearson.ts";
import type { Estimate } from "../../src/statistics/interval.ts";
import type { OutsourcedRow } from "./rows.ts";

/** A verification row with what it must have. */
export interface VerificationRow extends OutsourcedRow {
  readonly revision: string;
  readonly sybils: string;
  readonly output: string;
  readonly honestOutput: boolean;
  readonly share: number;
  readonly asked: number;
  readonly jobs: number;
  readonly accepted: number;
  readonly exactAcceptance: number;
}

export function verifications(rows: readonly OutsourcedRow[]): VerificationRow[] {
  return rows.filter(({ measure }) => measure === "verification") as VerificationRow[];
}

/**
 * Share of jobs accepted in the simulation. Jobs differ in their own probabilities, so their count varies less than a binomial one:
 * the interval covers at least what it says.
 */
export function simulated({ accepted, jobs }: VerificationRow): Estimate {
  return clopperPearson(accepted, jobs);
}

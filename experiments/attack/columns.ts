/** Which schemes a matrix shows, and what it calls them: all numbers are in the table, a figure has room for some. */
import { checkBudgets } from "../../src/protocol/schemes/schemes.ts";

/** The reading and check budget that the published figure is about: three positions. */
export const PUBLISHED_SCHEME = "rastic blog k=1";

const RASTIC = /^(tolerant-)?rastic (\w+) k=(\d+)(?: tau=([\d.]+))?$/;
const SHOWN_BUDGETS = [checkBudgets[0], 3, checkBudgets.at(-1)!] as const;

/** Two panels: RASTiC in its readings and budgets, and every other scheme. */
export function panelOf(scheme: string): "RASTiC" | "other schemes" {
  return RASTIC.test(scheme) ? "RASTiC" : "other schemes";
}

export function isShown(scheme: string): boolean {
  const [, , variant, budget] = RASTIC.exec(scheme) ?? [];
  if (variant === undefined) return true;
  const budgets: readonly number[] = variant === "blog" ? SHOWN_BUDGETS : [SHOWN_BUDGETS[0], SHOWN_BUDGETS[2]];
  return budgets.includes(Number(budget));
}

export function columnName(scheme: string): string {
  const [, tolerant, variant, budget] = RASTIC.exec(scheme) ?? [];
  if (variant !== undefined) return `${tolerant === undefined ? variant : "tolerant"} k=${budget}`;
  return scheme
    .replace(/^proof-of-sampling share=([\d.]+) \(full-recomputation\)$/, "$1 of jobs, full")
    .replace(/^proof-of-sampling share=([\d.]+) \(rastic (.*)\)$/, "$1 of jobs, $2")
    .replace(/^proof-of-sampling share=([\d.]+) \((.*)\)$/, "$1 of jobs, $2")
    .replace(/^top-k-log-probability.*$/, "top-k log prob.")
    .replace(/^cross-entropy less entropy.*$/, "entropy-corrected")
    .replace(/^cross-entropy.*$/, "cross-entropy")
    .replace(/^log-rank.*$/, "log-rank")
    .replace(/^token-difr.*$/, "token-DiFR")
    .replace(/^full-recomputation$/, "full recomputation")
    .replace(/^end-token tau=0$/, "end token")
    .replace(/^end-token tau=(.*)$/, "end token, τ $1")
    .replace(/^redundancy (\d+) of (\d+).*$/, "redundancy $1 of $2");
}

/** Check budget of a scheme of the family `rastic VARIANT`, or null for another scheme. */
export function budgetOf(scheme: string, family: string): number | null {
  return scheme.startsWith(`${family} k=`) && !scheme.includes(" tau=")
    ? Number(scheme.slice(family.length + 3))
    : null;
}

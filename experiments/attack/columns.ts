/** Which schemes a matrix shows, and what it calls them: all numbers are in the table, a figure has room for some. */
import type { SchemeIdentity } from "../../src/protocol/schemes/scheme.ts";
import { checkBudgets, standardSchemesByName } from "../../src/protocol/schemes/schemes.ts";

/** The reading and check budget that the published figure is about: three positions. */
export const PUBLISHED_SCHEME = "rastic blog k=1";

const SHOWN_BUDGETS = [checkBudgets[0], 3, checkBudgets.at(-1)!] as const;

/** Two panels: RASTiC in its readings and budgets, and every other scheme. */
export function panelOf(scheme: string): "RASTiC" | "other schemes" {
  return schemeNamed(scheme).variant === undefined ? "other schemes" : "RASTiC";
}

export function isShown(scheme: string): boolean {
  const { variant, checkBudget } = schemeNamed(scheme);
  if (variant === undefined) return true;
  const budgets: readonly number[] = variant === "blog" ? SHOWN_BUDGETS : [SHOWN_BUDGETS[0], SHOWN_BUDGETS[2]];
  return budgets.includes(checkBudget!);
}

export function columnName(scheme: string): string {
  return schemeNamed(scheme).label;
}

/** Check budget of a scheme of RASTiC as the blog has it, or null for another scheme. */
export function blogBudgetOf(scheme: string): number | null {
  const { family, variant, checkBudget } = schemeNamed(scheme);
  return family === "rastic" && variant === "blog" ? checkBudget! : null;
}

/** Of a scheme that this program no longer has, which rows of another one may name, its name is all that is known. */
export function schemeNamed(name: string): SchemeIdentity {
  return standardSchemesByName.get(name) ?? { name, label: name, shortLabel: name, family: name };
}

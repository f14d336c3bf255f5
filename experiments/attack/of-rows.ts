/** What the verdicts on attacks share: whose rows to look at, and means over prompts. */

import { standardStrategies } from "../../src/actors/strategies/standard.ts";
import { inWords } from "../../src/lab/format.ts";
import type { Estimate } from "../../src/statistics/interval.ts";
import type { AttackRow } from "./rows.ts";

/** Labels of the standard strategies of this name, with the given value of a parameter. */
export function labelsOf(name: string, parameters: Readonly<Record<string, unknown>> = {}): string[] {
  return standardStrategies
    .filter(
      (strategy) =>
        strategy.name === name &&
        Object.entries(parameters).every(([key, value]) => (strategy.parameters[key] ?? false) === value),
    )
    .map(({ label }) => label);
}

export function byPrompt(rows: readonly AttackRow[], of: (row: AttackRow) => number): number[][] {
  return [...Map.groupBy(rows, ({ prompt }) => prompt).values()].map((own) => own.map(of));
}

export function withInterval({ value, low, high }: Estimate, factor = 1): string {
  return `${inWords(factor * value)} [${inWords(factor * low)} to ${inWords(factor * high)}]`;
}

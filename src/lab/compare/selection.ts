/** Which metrics, and with what margins, as the command line says it. */
import { CompareError } from "./compare-error.ts";
import type { Margin } from "./metric.ts";

/**
 * Whether a pattern names a metric: some of its parts in a row, such as `slashed`, `mixed/redundant` or
 * `redundant/honest/earnedCoins` of `mixed/redundant/honest/earnedCoins`.
 */
export function isNamedBy(id: string, pattern: string): boolean {
  return `/${id}/`.includes(`/${pattern}/`);
}

export interface MarginOverride {
  readonly pattern: string;
  readonly margin: Margin;
}

/** `slashed=2`: two stakes; `bytes=5%`: five hundredths of A's mean. Throws CompareError. */
export function parseMargin(text: string): MarginOverride {
  const [, pattern, number, percent] = /^([^=]+)=(\d+(?:\.\d+)?(?:e-?\d+)?)(%?)$/.exec(text) ?? [];
  if (pattern === undefined || number === undefined)
    throw new CompareError(
      `--margin ${text}: expected METRIC=NUMBER in the metric's unit or METRIC=NUMBER% of A's mean, for instance slashed=2 or bytes=5%`,
    );
  return { pattern, margin: percent === "%" ? { relative: Number(number) / 100 } : { absolute: Number(number) } };
}

/** Throws CompareError for a pattern that names none of the metrics. */
export function requireNamed(option: string, pattern: string, ids: readonly string[]): void {
  if (ids.some((id) => isNamedBy(id, pattern))) return;
  const names = [...new Set(ids.map((id) => id.split("/").at(-1)))];
  throw new CompareError(
    `${option} ${pattern}: names no metric; there are ${names.join(", ")}, each below parts such as ${ids[0]}`,
  );
}

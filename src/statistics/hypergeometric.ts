import { StatisticsError } from "./interval.ts";
import { logChoose } from "./log-gamma.ts";

/** `draws` different things of `total`, `marked` of which are marked. */
export interface Draw {
  readonly total: number;
  readonly marked: number;
  readonly draws: number;
}

/**
 * ln P(exactly `hits` marked things are drawn) = ln [C(marked, hits) C(total - marked, draws - hits) / C(total, draws)];
 * -Infinity where that cannot be. In logarithms, so that 1e-400 is still a number; relative error about 1e-16 x total.
 *
 * Source: W. Feller, An Introduction to Probability Theory and Its Applications, 3rd ed. (1968), section II.6.
 */
export function logHypergeometric(hits: number, draw: Draw): number {
  requireDraw(draw);
  const { total, marked, draws } = draw;
  const misses = draws - hits;
  if (!Number.isSafeInteger(hits) || hits < 0 || misses < 0 || hits > marked || misses > total - marked)
    return Number.NEGATIVE_INFINITY;
  return logChoose(marked, hits) + logChoose(total - marked, misses) - logChoose(total, draws);
}

/** P(at most `hits` marked things are drawn): a sum of positive terms. */
export function hypergeometricDistribution(hits: number, draw: Draw): number {
  requireDraw(draw);
  if (hits >= Math.min(draw.marked, draw.draws)) return 1;
  let sum = 0;
  for (let k = 0; k <= hits; k++) sum += Math.exp(logHypergeometric(k, draw));
  return Math.min(1, sum);
}

function requireDraw({ total, marked, draws }: Draw): void {
  for (const [name, value] of Object.entries({ total, marked, draws }))
    if (!(Number.isSafeInteger(value) && value >= 0 && value <= total))
      throw new StatisticsError(`hypergeometric, ${name}: expected a whole number from 0 to the total, found ${value}`);
}

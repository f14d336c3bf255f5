import { inWords } from "../../src/lab/claims/verdict.ts";
import { cheapestSafe } from "./cheapest.ts";
import type { FrontierRow } from "./rows.ts";

/** The few numbers that matter: under each sampling and yardstick the cheapest verification that leaves no cheat a profit. */
export function frontierHeadline(rows: readonly FrontierRow[]): string[] {
  return [...Map.groupBy(rows, ({ sampling, yardstick }) => `${sampling}, against ${yardstick} decoding`)].map(
    ([name, own]) => {
      const best = cheapestSafe(own);
      return best === undefined
        ? `${name}: no priced scheme leaves every cheat without profit`
        : `${name}: ${best.scheme} on ${inWords(100 * best.leastVerifiedShareHigh!)} % of jobs at a stake of ${inWords(best.stakeRatio)} rewards ` +
            `leaves no cheat a profit (binding: ${best.binding}), for ${inWords(100 * best.securityCost)} % of the cost of honest work`;
    },
  );
}

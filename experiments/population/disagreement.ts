import type { Estimate } from "../../src/statistics/interval.ts";
import { meanOverRuns } from "../../src/statistics/over-runs.ts";
import type { PopulationRow } from "./rows.ts";

/** One kind of node at one checked point: what the mean field predicted, and what simulations earned. */
export interface Disagreement {
  readonly scheme: string;
  readonly stakeRatio: number;
  readonly verifiedShare: number;
  readonly strategy: string;
  readonly runs: number;
  readonly predicted: number;
  readonly simulated: Estimate;
  /** Whether the prediction lies in the interval. */
  readonly agrees: boolean;
}

export function disagreements(rows: readonly PopulationRow[]): Disagreement[] {
  const checks = rows.filter(({ about }) => about === "check");
  const groups = Map.groupBy(checks, ({ scheme, stakeRatio, verifiedShare, strategy }) =>
    JSON.stringify([scheme, stakeRatio, verifiedShare, strategy]),
  );
  return [...groups.values()].map((own) => {
    const { scheme, stakeRatio, verifiedShare, strategy, predictedPerNodeHour } = own[0]!;
    const simulated = meanOverRuns(own.map(({ simulatedPerNodeHour }) => simulatedPerNodeHour!));
    const predicted = predictedPerNodeHour!;
    return {
      scheme,
      stakeRatio,
      verifiedShare,
      strategy: strategy!,
      runs: own.length,
      predicted,
      simulated,
      agrees: simulated.low <= predicted && predicted <= simulated.high,
    };
  });
}

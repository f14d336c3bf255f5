import type { FrontierRow } from "./rows.ts";

export type SafeRow = FrontierRow & {
  /** Verification work and false-reject losses of a job at the upper end of the share, in costs of honest work. */
  readonly securityCost: number;
};

/**
 * Of the terms under which no cheat profits even at the upper end of the interval, those that cost the honest least. An honest node
 * must still earn something under them.
 */
export function cheapestSafe(rows: readonly FrontierRow[]): SafeRow | undefined {
  return rows
    .flatMap((row): SafeRow[] => {
      const {
        leastVerifiedShareHigh: share,
        verificationOverGeneration,
        falseReject,
        rewardOverCost,
        stakeRatio,
      } = row;
      if (share === null || share > 1 || row.honestProfit === null || row.honestProfit <= 0) return [];
      const loss = falseReject * rewardOverCost * (1 + stakeRatio);
      return [{ ...row, securityCost: share * (verificationOverGeneration + loss) }];
    })
    .toSorted((a, b) => a.securityCost - b.securityCost)[0];
}

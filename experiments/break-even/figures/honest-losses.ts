import { numberColumn, type TableOf, textColumn } from "../../../src/lab/results/table.ts";
import { zeroEventsUpperBound } from "../../../src/statistics/zero-events.ts";
import { honestLeaveStake, honestLoss } from "../../economics/stakes.ts";
import type { BreakEvenRow } from "../rows.ts";

/** What an honest node on other settings or hardware loses to false rejects under a scheme. */
export interface HonestLossRow {
  readonly sampling: string;
  readonly variation: string;
  readonly scheme: string;
  readonly rewardOverCost: number;
  readonly falseReject: number;
  readonly falseRejectLow: number;
  readonly falseRejectHigh: number;
  /** Stakes lost in 1000 jobs that are all verified. */
  readonly stakesLostPer1000Jobs: number;
  readonly stakesLostPer1000JobsHigh: number;
  /** Stake over reward from which on such a node earns nothing; null without any false reject. */
  readonly leavesAtStakeRatio: number | null;
}

export function honestLossTable(rows: readonly HonestLossRow[]): TableOf<HonestLossRow> {
  return {
    file: "honest-losses.csv",
    caption: "What honest nodes lose to false rejects when every job is verified",
    columns: [
      textColumn("sampling", "how tokens were picked"),
      textColumn("variation", "settings or hardware of the honest node"),
      textColumn("scheme", "verification scheme with its parameters"),
      numberColumn("rewardOverCost", "costs of honest one-token decoding", "reward of a job"),
      numberColumn("falseReject", null, "share of its verifications that reject"),
      numberColumn("falseRejectLow", null, "lower end of its 95 % interval"),
      numberColumn("falseRejectHigh", null, "upper end; after no reject the bound for zero events"),
      numberColumn("stakesLostPer1000Jobs", "stakes", "expected in 1000 jobs"),
      numberColumn("stakesLostPer1000JobsHigh", "stakes", "at the upper end"),
      numberColumn(
        "leavesAtStakeRatio",
        null,
        "stake over reward from which on it earns nothing; empty without false rejects",
      ),
    ],
    rows,
  };
}

/** From the rows in which every job is verified; the stake is no matter, as losses are counted in stakes. */
export function honestLosses(rows: readonly BreakEvenRow[]): HonestLossRow[] {
  const [first] = rows;
  return rows
    .filter(
      ({ kind, stakeRatio, verifiedShare }) =>
        kind === "honest-variation" && stakeRatio === first!.stakeRatio && verifiedShare === first!.verifiedShare,
    )
    .map(
      ({
        sampling,
        strategy,
        scheme,
        rewardOverCost: reward,
        cost,
        acceptance,
        acceptanceLow,
        acceptanceHigh,
        prompts,
      }) => {
        const rejects = { value: 1 - acceptance, low: 1 - acceptanceHigh, high: 1 - acceptanceLow };
        const high = acceptance === 1 ? zeroEventsUpperBound(prompts) : rejects.high;
        const lost = (share: number) => honestLoss({ reward, stake: 1, verifiedShare: 1 }, share, 1000);
        const leaves = honestLeaveStake({ reward, verifiedShare: 1 }, rejects.value, cost) / reward;
        return {
          sampling,
          variation: strategy,
          scheme,
          rewardOverCost: reward,
          falseReject: rejects.value,
          falseRejectLow: rejects.low,
          falseRejectHigh: high,
          stakesLostPer1000Jobs: lost(rejects.value),
          stakesLostPer1000JobsHigh: lost(high),
          leavesAtStakeRatio: Number.isFinite(leaves) ? leaves : null,
        };
      },
    );
}

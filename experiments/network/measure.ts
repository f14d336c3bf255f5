import type { Effort } from "../../src/actors/accounts.ts";
import type { GroupStats } from "../../src/actors/group-stats.ts";
import { unitsPerCoin } from "../../src/protocol/amount.ts";
import type { NetworkRow } from "./rows.ts";
import type { CellOfWorld } from "./world-of.ts";

/** A standing as a row: hours, coins, seconds and quantiles in place of microseconds and units. */
export function networkRow({ population, scheduling, run }: CellOfWorld, standing: GroupStats): NetworkRow {
  const { party, kind, members, jobs, committed, paid, settled, passed, failed, slashed } = standing;
  const { wronglySlashed, bankrupt, earnedUnits, effort, wasted, messages, bytes, blocks, staleBlocks, chainBytes } =
    standing;
  return {
    population,
    scheduling,
    run,
    hours: standing.atUs / 3.6e9,
    party,
    kind,
    members,
    followsProtocol: standing.honest,
    jobs,
    committed,
    paid,
    settled,
    passed,
    failed,
    slashed,
    wronglySlashed,
    bankrupt,
    earnedCoins: earnedUnits === null ? null : earnedUnits / unitsPerCoin,
    prefillTokens: effort?.prefillTokens ?? null,
    decodeTokens: effort?.decodeTokens ?? null,
    vainPrefillTokens: wasted?.prefillTokens ?? null,
    vainDecodeTokens: wasted?.decodeTokens ?? null,
    busySeconds: effort === null ? null : effort.busyUs / 1e6,
    joules: joulesOf(effort, standing),
    vainJoules: joulesOf(wasted, standing),
    firstTokenMedianSeconds: quantileSeconds(standing.firstTokenUs, 0.5),
    firstTokenP90Seconds: quantileSeconds(standing.firstTokenUs, 0.9),
    verifiedMedianSeconds: quantileSeconds(standing.verifiedUs, 0.5),
    verifiedP90Seconds: quantileSeconds(standing.verifiedUs, 0.9),
    disputes: party === "network" ? standing.disputesUs.length : null,
    disputeMedianSeconds: quantileSeconds(standing.disputesUs, 0.5),
    messages,
    bytes,
    blocks,
    staleBlocks,
    chainBytes,
  };
}

function joulesOf(effort: Effort | null, { joulesKnown }: GroupStats): number | null {
  return effort === null || !joulesKnown ? null : effort.joules;
}

/** The smallest value that at least this share of the values does not exceed. */
function quantileSeconds(valuesUs: readonly number[], share: number): number | null {
  const sorted = valuesUs.toSorted((a, b) => a - b);
  return sorted.length === 0 ? null : sorted[Math.ceil(share * sorted.length) - 1]! / 1e6;
}

import type { ExperimentMetrics, Metric } from "../../src/lab/compare/metric.ts";
import { type Measure, meanOf, valuesOfParts } from "../../src/lab/compare/parts.ts";
import { type DisputeRow, disputeRowTable } from "./rows.ts";

const share = { absolute: 0.02 };
const carried = { relative: 0.02 };
const UNITS_PER_COIN = 1e7;

/** Of one job. */
const measures: readonly Measure<DisputeRow>[] = [
  measure("innocentLoses", null, "share of jobs in which an honest side loses what is its own", share, (row) =>
    Number(row.innocentLoses),
  ),
  measure(
    "innocentUnpaid",
    null,
    "share in which a valid output of an honest node is neither read nor paid",
    share,
    (row) => Number(row.innocentUnpaid),
  ),
  measure("guiltyGains", null, "share in which a dishonest side gains", share, (row) => Number(row.guiltyGains)),
  measure(
    "decisionSeconds",
    "seconds",
    "virtual time from the charge to its decision",
    { absolute: 0.01, relative: 0.05 },
    ({ decisionSeconds }) => decisionSeconds,
  ),
  measure(
    "clientCoins",
    "coins",
    "the client's at the end less those at the start, its own node's included",
    { absolute: 0.0001 },
    (row) =>
      (row.clientAfterUnits - row.clientBeforeUnits + row.accompliceAfterUnits - row.accompliceBeforeUnits) /
      UNITS_PER_COIN,
  ),
  measure(
    "nodeCoins",
    "coins",
    "the node's at the end less those at the start",
    { absolute: 0.0001 },
    (row) => (row.nodeAfterUnits - row.nodeBeforeUnits) / UNITS_PER_COIN,
  ),
  measure("bytes", "bytes", "of charges and their answers, over all links", carried, ({ bytes }) => bytes),
  measure("retestTokens", "tokens", "read by all miners to test again", carried, ({ retestTokens }) => retestTokens),
  measure("clientTokens", "tokens", "read by the client to verify", carried, ({ clientTokens }) => clientTokens),
];

function measure(
  name: string,
  unit: string | null,
  description: string,
  margin: Metric["margin"],
  of: (row: DisputeRow) => number | null,
): Measure<DisputeRow> {
  return { name, unit, description, margin, of: meanOf(of) };
}

/** What became of each scenario; the reading of the rules is named where there are several, so that two single ones can be compared. */
export const disputesMetrics: ExperimentMetrics = {
  replication: "prompt",
  replicationSetting: "prompts.count",
  metrics: measures,
  valuesOf: (rowsCsv) => {
    const rows = disputeRowTable.read(rowsCsv);
    const several = new Set(rows.map(({ reading }) => reading)).size > 1;
    return valuesOfParts(rows, measures, {
      part: ({ reading, scenario }) => (several ? `${reading}/${scenario}` : scenario),
      replication: ({ prompt }) => prompt,
    });
  },
};

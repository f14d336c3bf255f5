import type { ExperimentReport } from "../../src/lab/results/experiment-report.ts";
import { Streams } from "../../src/sim/streams.ts";
import { costVerdict } from "./claims.ts";
import { costsOf, limitsDigest } from "./digest.ts";
import { ratioByNumerics } from "./figures/ratio-by-numerics.ts";
import { shareOfLimits } from "./figures/share-of-limits.ts";
import { timeByClaims } from "./figures/time-by-claims.ts";
import { machineLimits } from "./limits-summary.ts";
import { type CostRow, costRowTable } from "./rows.ts";
import { costSummaryTable, summarizeCost } from "./summary.ts";

/** What the rows of an experiment of kind `verification-cost` say: which numerics verify cheapest, and what bounds them. */
export function analyseVerificationCost(rows: readonly CostRow[], seed: string): ExperimentReport {
  const streams = new Streams(seed);
  const summary = summarizeCost(rows, (name) => streams.fresh(`statistics/${name}`));
  const models = [...new Set(summary.map(({ model }) => model))];
  return {
    title: "What makes verification cheap: weight formats, numerics and the machine's limits",
    verdicts: models.map((model) => costVerdict(rows, summary, model)),
    figures: [ratioByNumerics(summary), shareOfLimits(summary), timeByClaims(rows)].filter((figure) => figure !== null),
    tables: [costRowTable.table(rows), costSummaryTable(summary)],
    summaries: [...models.map((model) => costsOf(summary, model)), limitsDigest(machineLimits(rows))],
  };
}

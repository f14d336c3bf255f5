import { Streams } from "../../../sim/streams.ts";
import type { ExperimentOutcome } from "../../results/outcome.ts";
import { costsOf, limitsDigest } from "./digest.ts";
import { machineLimits } from "./limits.ts";
import { type CostRow, costRowsTable } from "./measurement.ts";
import { ratioByNumerics } from "./ratio-by-numerics.ts";
import { shareOfLimits } from "./share-of-limits.ts";
import { costSummaryTable, summarizeCost } from "./summary.ts";
import { timeByClaims } from "./together.ts";
import { costVerdict } from "./verdict.ts";

/** What the rows of an experiment of kind `verification-cost` say: which numerics verify cheapest, and what bounds them. */
export function verificationCostOutcome(rows: readonly CostRow[], seed: string): ExperimentOutcome {
  const streams = new Streams(seed);
  const summary = summarizeCost(rows, (name) => streams.fresh(`statistics/${name}`));
  const models = [...new Set(summary.map(({ model }) => model))];
  return {
    title: "What makes verification cheap: weight formats, numerics and the machine's limits",
    verdicts: models.map((model) => costVerdict(rows, summary, model)),
    figures: [ratioByNumerics(summary), shareOfLimits(summary), timeByClaims(rows)].filter((figure) => figure !== null),
    tables: [costRowsTable(rows), costSummaryTable(summary)],
    digests: [...models.map((model) => costsOf(summary, model)), limitsDigest(machineLimits(rows))],
  };
}

import { rounded } from "../../src/lab/format.ts";
import type { ExperimentReport, SummaryTable } from "../../src/lab/results/experiment-report.ts";
import { claimC5 } from "./claims/c5-rate.ts";
import { claimC6 } from "./claims/c6-electricity.ts";
import { costByRate } from "./figures/cost-by-rate.ts";
import { partsOfCost } from "./figures/parts-of-cost.ts";
import { apiPrices, publishedMachines } from "./published.ts";
import { type TokenCostRow, tokenCostRowTable } from "./rows.ts";
import { shownRows } from "./shown.ts";

/** What the rows of an experiment of kind `token-cost` say: verdicts on C5 and C6, two figures, the machines and their sources. */
export function analyseTokenCost(rows: readonly TokenCostRow[]): ExperimentReport {
  return {
    title: "What a token costs whoever generates it",
    verdicts: [claimC5(rows), claimC6(rows)],
    figures: [costByRate(rows), partsOfCost(rows)],
    tables: [tokenCostRowTable.table(rows)],
    summaries: [machinesOf(rows), servicesDigest],
  };
}

function machinesOf(rows: readonly TokenCostRow[]): SummaryTable {
  return {
    caption: "The machines, under the first of all circumstances",
    columns: [
      { name: "machine", type: "text", unit: null, description: "what it is" },
      { name: "model", type: "text", unit: null, description: "what its rates are for" },
      { name: "tokensPerSecond", type: "number", unit: "tokens per second", description: "generating, one sequence" },
      { name: "kilojoules", type: "number", unit: "kilojoules", description: "for 1000 tokens" },
      { name: "electricityUsd", type: "number", unit: "dollars", description: "for 1000 tokens" },
      { name: "usd", type: "number", unit: "dollars", description: "for 1000 tokens, wear included" },
      { name: "source", type: "text", unit: null, description: "where rates, power and price come from" },
    ],
    rows: shownRows(rows).map((row) => ({
      machine: row.what,
      model: row.model,
      tokensPerSecond: rounded(row.decodeTokensPerSecond),
      kilojoules: rounded(row.joulesPer1000Tokens / 1000),
      electricityUsd: rounded(row.electricityUsdPer1000Tokens),
      usd: rounded(row.usdPer1000Tokens),
      source: publishedMachines.find(({ name }) => name === row.machine)?.source ?? "measured by camelid calibrate",
    })),
  };
}

const servicesDigest: SummaryTable = {
  caption: "What commercial services asked for models of that size",
  columns: [
    { name: "service", type: "text", unit: null, description: "model and service" },
    { name: "usdPer1000Tokens", type: "number", unit: "dollars", description: "for 1000 output tokens" },
    { name: "asOf", type: "text", unit: null, description: "when" },
    { name: "source", type: "text", unit: null, description: "where it is written" },
  ],
  rows: apiPrices,
};

import type { ExperimentMetrics } from "../../src/lab/compare/metric.ts";
import { caseNumber, type Measure, only, valuesOfParts } from "../../src/lab/compare/parts.ts";
import { type TokenCostRow, tokenCostRowTable } from "./rows.ts";

const exact = { margin: {}, deterministic: true } as const;

const measures: readonly Measure<TokenCostRow>[] = [
  {
    ...exact,
    name: "joulesPer1000Tokens",
    unit: "joules",
    description: "energy of 1000 output tokens, overheads included",
    of: only(({ joulesPer1000Tokens }) => joulesPer1000Tokens),
  },
  {
    ...exact,
    name: "electricityUsdPer1000Tokens",
    unit: "dollars",
    description: "price of that energy",
    of: only(({ electricityUsdPer1000Tokens }) => electricityUsdPer1000Tokens),
  },
  {
    ...exact,
    name: "hardwareUsdPer1000Tokens",
    unit: "dollars",
    description: "the machine's wear",
    of: only(({ hardwareUsdPer1000Tokens }) => hardwareUsdPer1000Tokens),
  },
  {
    ...exact,
    name: "usdPer1000Tokens",
    unit: "dollars",
    description: "both together",
    of: only(({ usdPer1000Tokens }) => usdPer1000Tokens),
  },
];

/** Costs by machine; a case is one set of circumstances. */
export const tokenCostMetrics: ExperimentMetrics = {
  replication: "case",
  metrics: measures,
  valuesOf: (rowsCsv) =>
    valuesOfParts(tokenCostRowTable.read(rowsCsv), measures, {
      part: ({ machine }) => machine,
      replication: (row) =>
        caseNumber(
          row.model,
          row.batch,
          row.promptTokens,
          row.outputTokens,
          row.usdPerKwh,
          row.utilisation,
          row.nodesPerJob,
          row.verifiedShare,
        ),
    }),
};

import type { ExperimentMetrics, Metric } from "../../src/lab/compare/metric.ts";
import { caseNumber, type Measure, only, valuesOfParts } from "../../src/lab/compare/parts.ts";
import { type DilemmaRow, dilemmaRowTable } from "./rows.ts";

const cost = "costs of one honest answer";
const exact = { margin: {}, deterministic: true } as const satisfies Partial<Metric>;

const measures: readonly Measure<DilemmaRow>[] = [
  {
    ...exact,
    name: "foundOut",
    unit: null,
    description: "chance that a lazy answer is found out",
    of: only(({ foundOut }) => foundOut),
  },
  {
    ...exact,
    name: "leastFoundOut",
    unit: null,
    description: "chance from which on honesty pays",
    of: only(({ leastFoundOut }) => leastFoundOut),
  },
  {
    ...exact,
    name: "honestProfit",
    unit: cost,
    description: "of a verifier that computes",
    of: only(({ honestProfit }) => honestProfit),
  },
  {
    ...exact,
    name: "lazyGain",
    unit: cost,
    description: "profit of a lazy verifier less that of an honest one",
    of: only(({ lazyGain }) => lazyGain),
  },
  {
    ...exact,
    name: "majorityBribed",
    unit: null,
    description: "chance that most of those asked are the briber's",
    of: only(({ majorityBribed }) => majorityBribed),
  },
  {
    ...exact,
    name: "highestBribeInRewards",
    unit: "rewards",
    description: "most that a client can pay each of a majority to have honest work voided",
    of: only(({ highestBribeInRewards }) => highestBribeInRewards),
  },
];

/** By rule and kind of laziness; a case is one set of terms, or one share of bribed identities. */
export const verifiersDilemmaMetrics: ExperimentMetrics = {
  replication: "case",
  metrics: measures,
  valuesOf: (rowsCsv) =>
    valuesOfParts(dilemmaRowTable.read(rowsCsv), measures, {
      part: ({ rule, lazy }) => [rule, lazy].filter(Boolean).join("/"),
      replication: (row) =>
        caseNumber(
          row.feeOverCost,
          row.stakeOverCost,
          row.forcedErrorShare,
          row.identities,
          row.bribedShare,
          row.verifiersAsked,
        ),
    }),
};

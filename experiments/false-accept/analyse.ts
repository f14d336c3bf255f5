import type { ExperimentReport } from "../../src/lab/results/experiment-report.ts";
import { Streams } from "../../src/sim/streams.ts";
import { nothingJudged } from "../attack/nothing-judged.ts";
import { type AttackRow, attackRowsTable } from "../attack/rows.ts";
import { splitDigest } from "../attack/split.ts";
import { acceptanceTable, costTable, summarizeAcceptance, summarizeCost } from "../attack/summary.ts";
import { claimC2 } from "./claims/c2-false-accept.ts";
import { claimC8 } from "./claims/c8-repetition.ts";
import { claimC9 } from "./claims/c9-tampering.ts";
import { claimC10 } from "./claims/c10-substitution.ts";
import { acceptanceAgainstPublished } from "./figures/against-published.ts";
import { acceptanceByBudget } from "./figures/by-budget.ts";
import { acceptanceMatrix, matrixDigest } from "./figures/matrix.ts";
import { costDigest } from "./tables.ts";

/** What claims say about false accepts: verdicts on C2, C8, C9, C10, the matrix, curves, costs. */
export function analyseFalseAccept(rows: readonly AttackRow[], seed: string): ExperimentReport {
  const title = "False accepts: every cheat against every verification scheme";
  if (!rows.some(({ split }) => split === "evaluation")) return nothingJudged(title, rows);
  const streams = new Streams(seed);
  const summary = summarizeAcceptance(rows, streams);
  const costs = summarizeCost(rows);
  const samplings = [...new Set(summary.map(({ sampling }) => sampling))];
  // The figures show the sampling that the file names first; the others are in the tables.
  const [first, ...others] = samplings as [string, ...string[]];
  const under = <Row extends { sampling: string }>(all: readonly Row[], sampling: string) =>
    all.filter((row) => row.sampling === sampling);
  const evaluated = rows.filter(({ split }) => split === "evaluation");
  return {
    title,
    verdicts: [claimC2, claimC8, claimC9, claimC10].flatMap((claim) =>
      samplings.map((sampling) => claim(under(evaluated, sampling), sampling, streams)),
    ),
    figures: [
      acceptanceMatrix(under(summary, first), under(costs, first)),
      acceptanceAgainstPublished(summary),
      acceptanceByBudget(under(summary, first)),
    ],
    tables: [attackRowsTable(rows), acceptanceTable(summary), costTable(costs)],
    summaries: [
      ...others.map((sampling) => matrixDigest(under(summary, sampling))),
      ...samplings.map((sampling) => costDigest(under(costs, sampling), under(summary, sampling))),
      splitDigest(rows),
    ],
  };
}

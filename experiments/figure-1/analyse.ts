import type { ExperimentReport } from "../../src/lab/results/experiment-report.ts";
import { Streams } from "../../src/sim/streams.ts";
import { claimC1 } from "./claims/c1-growth.ts";
import { claimC3 } from "./claims/c3-break-even.ts";
import { claimC4 } from "./claims/c4-concurrency.ts";
import { claimC11 } from "./claims/c11-determinism.ts";
import { timesOf } from "./digest.ts";
import { ratioByTokens } from "./figures/ratio-by-tokens.ts";
import { timeByJobs } from "./figures/time-by-jobs.ts";
import { timeByTokens } from "./figures/time-by-tokens.ts";
import { type Figure1Row, figure1RowTable, isAlone } from "./rows.ts";
import { figure1SummaryTable, summarizeFigure1 } from "./summary.ts";
import { summarizeTogether, togetherTable } from "./together.ts";

/**
 * What the measured times of an experiment of kind `figure-1` say: verdicts on C1, C3, C4 and C11 from jobs alone, two figures, rows
 * and summary; and where jobs were measured together, what that gains.
 */
export function analyseFigure1(rows: readonly Figure1Row[], seed: string): ExperimentReport {
  const streams = new Streams(seed);
  const drawsFor = (name: string) => streams.fresh(`statistics/${name}`);
  const alone = rows.filter(isAlone);
  const summary = summarizeFigure1(alone, drawsFor);
  const together = summarizeTogether(rows, drawsFor);
  const byJobs = timeByJobs(together);
  const models = [...new Set(rows.map(({ model }) => model))];
  return {
    title: "Figure 1 measured again: time to generate, time to verify",
    verdicts: [
      ...models.map((model) => claimC3(summary, model)),
      ...models.map((model) => claimC1(summary, model)),
      ...models.map((model) => claimC4(alone, model)),
      ...models.map((model) => claimC11(alone, model)),
    ],
    figures: [timeByTokens(summary), ratioByTokens(summary), ...(byJobs === null ? [] : [byJobs])],
    tables: [
      figure1RowTable.table(rows),
      figure1SummaryTable(summary),
      ...(together.length === 0 ? [] : [togetherTable(together)]),
    ],
    summaries: models.map((model) => timesOf(summary, model)),
  };
}

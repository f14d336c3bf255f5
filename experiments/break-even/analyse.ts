import type { ExperimentReport } from "../../src/lab/results/experiment-report.ts";
import { claimC7 } from "./claims.ts";
import { breakEvenCurve } from "./figures/curve.ts";
import { gainOverHonest } from "./figures/gain.ts";
import { honestLosses, honestLossTable } from "./figures/honest-losses.ts";
import { lossesOfHonestNodes } from "./figures/losses.ts";
import { payingDigest } from "./paying.ts";
import { type BreakEvenRow, breakEvenRowTable } from "./rows.ts";

/** What the rows of an experiment of kind `break-even` say: a verdict on C7, the break-even curve, who gains what. */
export function analyseBreakEven(rows: readonly BreakEvenRow[]): ExperimentReport {
  const samplings = [...new Set(rows.map(({ sampling }) => sampling))];
  const losses = honestLosses(rows);
  return {
    title: "When cheating pays",
    verdicts: samplings.map((sampling) => claimC7(rows, sampling)),
    figures: [
      breakEvenCurve(rows, samplings[0]!),
      gainOverHonest(rows, samplings[0]!),
      lossesOfHonestNodes(losses, samplings[0]!),
    ],
    tables: [breakEvenRowTable.table(rows), honestLossTable(losses)],
    summaries: samplings.map((sampling) => payingDigest(rows, sampling)),
  };
}

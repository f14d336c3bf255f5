import type { ExperimentReport, SummaryTable } from "../../src/lab/results/experiment-report.ts";
import { numberColumn } from "../../src/lab/results/table.ts";
import { Streams } from "../../src/sim/streams.ts";
import { columnName, isShown } from "../attack/columns.ts";
import { nothingJudged } from "../attack/nothing-judged.ts";
import { type AttackRow, attackRowsTable } from "../attack/rows.ts";
import { splitDigest } from "../attack/split.ts";
import { summarizeCost } from "../attack/summary.ts";
import { areaMatrix } from "./figures/areas.ts";
import { costAndBenefit } from "./figures/cost-benefit.ts";
import { rocCurves } from "./figures/roc-curves.ts";
import { CAUGHT, type DetectionSummary, detectionTable, summarizeDetection } from "./summary.ts";

/** What claims say about detection: ROC curves, areas, and what a verdict costs. Tests no published claim: the sources have none. */
export function analyseDetection(rows: readonly AttackRow[], seed: string): ExperimentReport {
  const title = "Detection: what each scheme catches, and what a verdict costs";
  if (!rows.some(({ split, kind }) => split === "evaluation" && kind === "cheat")) return nothingJudged(title, rows);
  const summary = summarizeDetection(rows, new Streams(seed));
  const costs = summarizeCost(rows);
  const samplings = [...new Set(summary.map(({ sampling }) => sampling))];
  const under = <Row extends { sampling: string }>(all: readonly Row[], sampling: string) =>
    all.filter((row) => row.sampling === sampling);
  const first = samplings[0]!;
  return {
    title,
    verdicts: [],
    figures: [
      costAndBenefit(under(summary, first), under(costs, first)),
      areaMatrix(under(summary, first)),
      rocCurves(rows, under(summary, first)),
    ],
    tables: [attackRowsTable(rows), detectionTable(summary)],
    summaries: [...samplings.map((sampling) => schemeDigest(under(summary, sampling))), splitDigest(rows)],
  };
}

/** A row for each scheme: all cheats together, and the one it catches least. */
function schemeDigest(summary: readonly DetectionSummary[]): SummaryTable {
  const schemes = Map.groupBy(
    summary.filter(({ scheme }) => isShown(scheme)),
    ({ scheme }) => scheme,
  );
  return {
    caption: `All cheats, by scheme, ${summary[0]!.sampling}; shares measured, costs computed exactly`,
    columns: [
      { name: "scheme", type: "text", unit: null, description: "verification scheme" },
      numberColumn("area", null, "under the ROC curve, mean over cheats"),
      numberColumn("partial area", null, "at no more than 0.5 % false rejects, mean over cheats"),
      numberColumn("detected", null, "share of outputs rejected, mean over cheats"),
      numberColumn("false rejects", null, "share of honest outputs rejected"),
      numberColumn("at most", null, "upper end of its 95 % interval"),
      numberColumn("read", "tokens", "for a verdict, in one pass"),
      numberColumn("separately", "tokens", "for a verdict, every check afresh"),
      numberColumn("generated", "tokens", "for a verdict"),
      { name: "passes most", type: "text", unit: null, description: "the cheat it catches least" },
      numberColumn("to catch it", "tokens", `read until that one is caught with ${100 * CAUGHT} % probability`),
    ],
    rows: [...schemes].map(([scheme, own]) => {
      const mean = (of: (each: DetectionSummary) => number) =>
        own.reduce((sum, each) => sum + of(each), 0) / own.length;
      const least = own.reduce((top, each) => (each.detected < top.detected ? each : top));
      return {
        scheme: columnName(scheme),
        area: mean(({ area }) => area),
        "partial area": mean(({ partialArea }) => partialArea),
        detected: mean(({ detected }) => detected),
        "false rejects": own[0]!.falseRejects,
        "at most": own[0]!.falseRejectsHigh,
        read: mean(({ prefillTokens }) => prefillTokens),
        separately: mean(({ separatePrefillTokens }) => separatePrefillTokens),
        generated: mean(({ decodeTokens }) => decodeTokens),
        "passes most": least.strategy,
        "to catch it": least.tokensToCatch,
      };
    }),
  };
}

import type { ClaimVerdict } from "../../claims/verdict.ts";
import type { ExperimentMetrics } from "../../compare/metric.ts";
import { rounded } from "../../format.ts";
import type { ExperimentReport } from "../../results/experiment-report.ts";
import { metricsByFactor } from "./metrics-by-factor.ts";
import type { GridPart } from "./part.ts";
import { gridRowsTable } from "./rows.ts";
import { gridMeans, gridSummaryTable } from "./summary.ts";

/** The page prints so many rows of the summary; its file has them all. */
const SHOWN = 60;

/**
 * What a run that varies settings says: the rows, and the means of its kind's metrics in every combination. A published claim
 * is about one protocol, so there are verdicts only where there is one combination.
 */
export function gridReport(
  parts: readonly GridPart[],
  metrics: ExperimentMetrics,
  verdicts: readonly ClaimVerdict[],
): ExperimentReport {
  const combinations = parts.map(({ values }) => values);
  const factors = Object.keys(combinations[0]!);
  const means = gridMeans(parts, metrics);
  const summary = gridSummaryTable(means, combinations);
  const figure = means.length === 0 ? undefined : metricsByFactor(means, combinations);
  return {
    title: `What changes with ${factors.join(", ")}`,
    verdicts: parts.length === 1 ? verdicts : [],
    figures: figure === undefined ? [] : [figure],
    tables: [gridRowsTable(parts), ...(means.length > 0 ? [summary] : [])],
    summaries:
      means.length === 0
        ? []
        : [
            {
              caption:
                means.length > SHOWN
                  ? `${summary.caption}: the first ${SHOWN} of ${means.length} rows`
                  : summary.caption,
              columns: summary.columns,
              rows: summary.rows.slice(0, SHOWN).map(withFourDigits),
            },
          ],
  };
}

function withFourDigits(row: object): object {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "number" && !Number.isInteger(value) ? rounded(value, 4) : value,
    ]),
  );
}

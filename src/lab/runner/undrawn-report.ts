import type { ExperimentReport } from "../results/experiment-report.ts";
import type { Column } from "../results/table.ts";

/** What a partial run keeps when its kind can make nothing of so few rows: the rows, without figures or verdicts. */
export function undrawnReport(rows: readonly object[], problem: Error): ExperimentReport {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return {
    title: `A partial run that cannot be drawn: ${problem.message}`,
    verdicts: [],
    figures: [],
    tables: [{ file: "rows.csv", caption: "Rows of the cells that finished", columns: names.map(column), rows }],
    summaries: [],
  };

  function column(name: string): Column {
    const value = rows.map((row) => (row as Record<string, unknown>)[name]).find((found) => found !== null);
    const type = typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : "text";
    return { name, type, unit: null, description: "as the experiment's kind describes it" };
  }
}

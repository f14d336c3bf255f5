import type { TokenCostRow } from "./rows.ts";

/** Of each machine the row under the first of all circumstances, which the experiment's figures and lines show. */
export function shownRows(rows: readonly TokenCostRow[]): TokenCostRow[] {
  return [...Map.groupBy(rows, ({ machine }) => machine).values()].map((own) => own[0]!);
}

/** Rows that differ from the shown one of their machine in these columns at most. */
export function varying(rows: readonly TokenCostRow[], ...columns: readonly (keyof TokenCostRow)[]): TokenCostRow[] {
  const circumstances = ["batch", "outputTokens", "usdPerKwh", "utilisation", "nodesPerJob", "verifiedShare"] as const;
  const held = circumstances.filter((column) => !columns.includes(column));
  const shown = new Map(shownRows(rows).map((row) => [row.machine, row]));
  return rows.filter((row) => held.every((column) => row[column] === shown.get(row.machine)![column]));
}

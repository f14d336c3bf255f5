/** rows.csv of a run that varies settings: its kind's rows behind a column for each factor. */

import { type Column, fromCsv, type Table } from "../../results/table.ts";
import type { FactorValue, FactorValues } from "../factors.ts";
import { valueText } from "../factors.ts";
import type { GridPart } from "./part.ts";

export function gridRowsTable(parts: readonly GridPart[]): Table {
  const columns = parts[0]!.rows.columns;
  const factors = factorColumns(
    parts.map(({ values }) => values),
    columns,
  );
  return {
    file: "rows.csv",
    caption: `Rows of every combination of ${Object.keys(parts[0]!.values).join(", ")}`,
    columns: [...factors, ...columns],
    rows: parts.flatMap(({ values, rows }) => rows.rows.map((row) => ({ ...cellsOf(values, factors), ...row }))),
  };
}

/** The parts again, from the text of rows.csv and the columns in its manifest. Throws TableError. */
export function gridPartsOf(
  rowsCsv: string,
  combinations: readonly FactorValues[],
  { columns }: { readonly columns: readonly Column[] },
): GridPart[] {
  const count = Object.keys(combinations[0]!).length;
  const [factors, own] = [columns.slice(0, count), columns.slice(count)];
  const rows = fromCsv<Record<string, unknown>>(rowsCsv, { file: "rows.csv", caption: "", columns });
  const keyOf = (row: Readonly<Record<string, unknown>>) => JSON.stringify(factors.map(({ name }) => row[name] ?? ""));
  const byValues = Map.groupBy(rows, keyOf);
  return combinations.flatMap((values) => {
    const found = byValues.get(keyOf(cellsOf(values, factors))) ?? [];
    if (found.length === 0) return [];
    const names = factors.map(({ name }) => name);
    const stripped = found.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name))),
    );
    return [{ values, rows: { file: "rows.csv", caption: "Rows", columns: own, rows: stripped } }];
  });
}

/** Named by path; one that the kind has a column of the same name for is told apart. */
export function factorColumns(combinations: readonly FactorValues[], own: readonly Column[]): Column[] {
  return Object.keys(combinations[0]!).map((path) => {
    const kinds = new Set(combinations.map((values) => typeof values[path]));
    const type =
      kinds.size === 1 && kinds.has("number")
        ? "number"
        : kinds.has("boolean") && kinds.size === 1
          ? "boolean"
          : "text";
    const taken = own.some(({ name }) => name === path);
    return { name: taken ? `factors.${path}` : path, type, unit: null, description: `the setting ${path}, varied` };
  });
}

export function cellsOf(values: FactorValues, columns: readonly Column[]): Record<string, FactorValue> {
  return Object.fromEntries(
    Object.values(values).map((value, i) => [columns[i]!.name, columns[i]!.type === "text" ? valueText(value) : value]),
  );
}

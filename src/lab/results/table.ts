import { stringify } from "csv-stringify/sync";

/** What one column of a result file holds. Its name carries the unit where there is one (`wallMs`). */
export interface Column<Name extends string = string> {
  readonly name: Name;
  /** Unit in words: "milliseconds", "tokens"; null for names and pure numbers. */
  readonly unit: string | null;
  readonly description: string;
}

/** A result file of any experiment. */
export interface Table {
  readonly file: string;
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly object[];
}

/** A result file whose columns are the keys of its rows, checked by the compiler. */
export interface TableOf<Row extends object> extends Table {
  readonly columns: readonly Column<keyof Row & string>[];
  readonly rows: readonly Row[];
}

/** Thrown for a row that does not fit its schema: a mistake of the experiment, not of its user. */
export class TableError extends Error {
  readonly code = "row-does-not-fit";
}

/** RFC 4180 with a header and "\n" line ends; absent values are empty cells; numbers in full precision. */
export function toCsv(table: Table): string {
  table.rows.forEach((row, i) => {
    checkRow(table, row, i);
  });
  return stringify([...table.rows], {
    header: true,
    columns: table.columns.map((column) => column.name),
    cast: { boolean: String },
  });
}

function checkRow({ file, columns }: Table, row: object, index: number): void {
  const known = columns.map((column) => column.name);
  const unknown = Object.keys(row).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new TableError(`${file} row ${index}: ${unknown} is in no column`);
  for (const [name, value] of Object.entries(row)) {
    const fits =
      value === null ||
      value === undefined ||
      typeof value === "string" ||
      typeof value === "boolean" ||
      (typeof value === "number" && Number.isFinite(value));
    if (!fits) throw new TableError(`${file} row ${index}, ${name}: expected text or a finite number, found ${value}`);
  }
}

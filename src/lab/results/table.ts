import { stringify } from "csv-stringify/sync";
import { read } from "vega";
import { LabError } from "../errors.ts";

/** What one column of a result file holds. Its name carries the unit where there is one (`wallMs`). */
export interface Column<Name extends string = string> {
  readonly name: Name;
  readonly type: "text" | "number" | "boolean";
  /** Unit in words: "milliseconds", "tokens"; null for names and pure numbers. */
  readonly unit: string | null;
  readonly description: string;
}

export function numberColumn<Name extends string>(name: Name, unit: string | null, description: string): Column<Name> {
  return { name, type: "number", unit, description };
}

export function textColumn<Name extends string>(name: Name, description: string): Column<Name> {
  return { name, type: "text", unit: null, description };
}

export function truthColumn<Name extends string>(name: Name, description: string): Column<Name> {
  return { name, type: "boolean", unit: null, description };
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

/** Thrown for a row that does not fit its schema; the message names file, row and column. */
export class TableError extends LabError {
  constructor(message: string) {
    super("row-does-not-fit", "cell", message);
  }
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

/**
 * Reads back what `toCsv` wrote. An empty cell is null in a column of numbers or truth values, and no key in one of texts.
 *
 * @throws TableError for other columns than the schema's, or a cell that is not of its column's type
 */
export function fromCsv<Row extends object>(csv: string, { file, columns }: Omit<TableOf<Row>, "rows">): Row[] {
  const expected = columns.map(({ name }) => name).join(",");
  const header = csv.slice(0, csv.indexOf("\n"));
  if (header !== expected) throw new TableError(`${file}: expected the columns ${expected}; found ${header}`);
  const rows = read(csv, { type: "csv" }) as Record<string, string | undefined>[];
  return rows.map((row, i) =>
    Object.fromEntries(
      columns
        .filter(({ name, type }) => type !== "text" || row[name])
        .map((column) => [column.name, cellValue(row[column.name], column, `${file} row ${i}, ${column.name}`)]),
    ),
  ) as Row[];
}

function cellValue(cell: string | undefined, { type }: Column, place: string): string | number | boolean | null {
  if (!cell) return null;
  if (type === "text") return cell;
  if (type === "boolean" && (cell === "true" || cell === "false")) return cell === "true";
  if (type === "number" && cell.trim() !== "" && Number.isFinite(Number(cell))) return Number(cell);
  throw new TableError(`${place}: expected a ${type}, found ${cell}`);
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

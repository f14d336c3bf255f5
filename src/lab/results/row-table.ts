/** One declaration of an experiment's rows: their columns give the row's type, rows.csv and the page. */
import { type Column, fromCsv, type TableOf } from "./table.ts";

/** What a column holds; its name is the key that it is declared under. `Value` is a cell's type, and stands in no data. */
interface ColumnOf<Value> extends Omit<Column, "name"> {
  readonly cell?: Value;
}

export function text<Value extends string = string>(description: string): ColumnOf<Value> {
  return { type: "text", unit: null, description };
}

/** A text of a closed list. */
export function choice<const Choice extends string>(_: readonly Choice[], description: string): ColumnOf<Choice> {
  return { type: "text", unit: null, description };
}

/** @param unit in words; null for pure numbers */
export function number(unit: string | null, description: string): ColumnOf<number> {
  return { type: "number", unit, description };
}

export function truth(description: string): ColumnOf<boolean> {
  return { type: "boolean", unit: null, description };
}

/** An empty cell is null. */
export function orNull<Value>(column: ColumnOf<Value>): ColumnOf<Value | null> {
  return column as ColumnOf<Value | null>;
}

/** An empty cell is no key of the row. */
export function orAbsent<Value>(column: ColumnOf<Value>): AbsentColumn<Value> {
  return { ...column, canBeAbsent: true };
}

interface AbsentColumn<Value> extends ColumnOf<Value> {
  readonly canBeAbsent: true;
}

type Columns = Readonly<Record<string, ColumnOf<unknown>>>;

/** The row that columns declare. */
type RowOf<Declared extends Columns> = {
  readonly [Name in Exclude<keyof Declared, AbsentIn<Declared>>]: CellOf<Declared[Name]>;
} & { readonly [Name in AbsentIn<Declared>]?: CellOf<Declared[Name]> };

type CellOf<Declared> = Declared extends ColumnOf<infer Value> ? Value : never;
type AbsentIn<Declared extends Columns> = {
  [Name in keyof Declared]: Declared[Name] extends AbsentColumn<unknown> ? Name : never;
}[keyof Declared];

/** The row of a row table. */
export type RowIn<Table> = Table extends RowTable<infer Row> ? Row : never;

/** The rows of rows.csv, in both directions. */
export interface RowTable<Row extends object> {
  table(rows: readonly Row[]): TableOf<Row>;
  /** Throws TableError for rows of another schema. */
  read(csv: string): Row[];
}

export function rowTable<Declared extends Columns>(
  caption: string,
  declared: Declared,
): RowTable<RowOf<Declared> & object> {
  type Row = RowOf<Declared> & object;
  const columns = Object.entries(declared).map(([name, { type, unit, description }]) => ({
    name,
    type,
    unit,
    description,
  })) as Column<keyof Row & string>[];
  const table = (rows: readonly Row[]): TableOf<Row> => ({ file: "rows.csv", caption, columns, rows });
  return { table, read: (csv) => fromCsv<Row>(csv, table([])) };
}

import type { Table } from "../../results/table.ts";
import type { FactorValues } from "../factors.ts";

/** What one combination of factors gave: the rows that its kind would have written had it run alone. */
export interface GridPart {
  readonly values: FactorValues;
  readonly rows: Table;
}

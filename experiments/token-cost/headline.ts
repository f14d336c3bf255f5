import type { TokenCostRow } from "./rows.ts";
import { shownRows } from "./shown.ts";

/** The few numbers that matter, a line for each machine. */
export function tokenCostHeadline(rows: readonly TokenCostRow[]): string[] {
  return shownRows(rows).map(
    (row) =>
      `${row.what}: $${row.usdPer1000Tokens.toPrecision(3)} for 1000 tokens, of which $${row.electricityUsdPer1000Tokens.toPrecision(3)} electricity ` +
      `(${row.decodeTokensPerSecond.toPrecision(3)} tokens/s, ${row.watts} W, $${row.usdPerKwh} a kWh)`,
  );
}

import type { NetworkRow } from "../../figures/network/measurement.ts";
export function networkHeadline(rows: readonly NetworkRow[]): string[] {
  return [String(rows.length)];
}

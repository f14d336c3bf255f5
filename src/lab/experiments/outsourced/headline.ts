import type { OutsourcedRow } from "../../figures/outsourced/measurement.ts";
import { outsourcedVerdicts } from "../../figures/outsourced/outcome.ts";

/** The verdicts are the few numbers that matter. */
export function outsourcedHeadline(rows: readonly OutsourcedRow[]): string[] {
  return outsourcedVerdicts(rows).map(
    ({ claim, subject, verdict, sentence }) => `${claim}, ${subject}: ${verdict}. ${sentence}`,
  );
}

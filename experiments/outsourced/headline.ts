import { outsourcedVerdicts } from "./analyse.ts";
import type { OutsourcedRow } from "./rows.ts";

/** The verdicts are the few numbers that matter. */
export function outsourcedHeadline(rows: readonly OutsourcedRow[]): string[] {
  return outsourcedVerdicts(rows).map(
    ({ claim, subject, verdict, sentence }) => `${claim}, ${subject}: ${verdict}. ${sentence}`,
  );
}

import { byScheduling, endsOf, sumOf } from "./cells.ts";
import type { NetworkRow } from "./rows.ts";

/** The few numbers that matter, a line for each population and scheduling. */
export function networkHeadline(rows: readonly NetworkRow[]): string[] {
  return byScheduling(endsOf(rows)).map(({ population, scheduling, cells }) => {
    const nodes = cells.flatMap((cell) => cell.nodes);
    const jobs = cells.reduce((sum, { network }) => sum + network.jobs!, 0);
    const [paid, passed, failed] = (["paid", "passed", "failed"] as const).map((column) => sumOf(nodes, column));
    return (
      `${population}, ${scheduling}: ${jobs} jobs, ${paid} paid; verified: ${passed} passed, ${failed} failed; ` +
      `${sumOf(nodes, "slashed")} stakes slashed, ${sumOf(nodes, "wronglySlashed")} of honest nodes`
    );
  });
}

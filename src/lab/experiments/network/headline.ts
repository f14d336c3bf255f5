import { endsOf, playedSchedulings, sumOf } from "../../figures/network/cells.ts";
import type { NetworkRow } from "../../figures/network/measurement.ts";

/** The few numbers that matter, a line a scheduling. */
export function networkHeadline(rows: readonly NetworkRow[]): string[] {
  const cells = endsOf(rows);
  return playedSchedulings(rows).map((scheduling) => {
    const own = cells.filter((cell) => cell.scheduling === scheduling);
    const nodes = own.flatMap((cell) => cell.nodes);
    const jobs = own.reduce((sum, { network }) => sum + network.jobs!, 0);
    const [paid, passed, failed] = (["paid", "passed", "failed"] as const).map((column) => sumOf(nodes, column));
    return (
      `${scheduling}: ${jobs} jobs, ${paid} paid; verified: ${passed} passed, ${failed} failed; ` +
      `${sumOf(nodes, "slashed")} stakes slashed, ${sumOf(nodes, "wronglySlashed")} of honest nodes`
    );
  });
}

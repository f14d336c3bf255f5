/** Results of different hardware in one figure for each claim that hardware decides: C1, C3, C5, C6, C11. */

import { joinCrossHardware } from "../../../experiments/cross-hardware/by-machine.ts";
import { joinFigure1 } from "../../../experiments/figure-1/by-machine.ts";
import { joinTokenCost } from "../../../experiments/token-cost/by-machine.ts";
import type { FoundRuns } from "../results/list-runs.ts";
import type { Joined } from "./joined.ts";

/**
 * By kind of experiment, those with something to join or to explain. Only what is comparable is joined; the rest is named, and so is what
 * looks like a run and cannot be read.
 */
export function joinByMachine({ runs, problems }: Pick<FoundRuns, "runs" | "problems">): Joined[] {
  const joined = [joinFigure1(runs), joinTokenCost(runs), joinCrossHardware(runs)].filter(
    ({ machines, leftOut }) => machines.length > 0 || leftOut.length > 0,
  );
  if (problems.length === 0) return joined;
  return [...joined, { kind: "runs that cannot be read", machines: [], figures: [], verdicts: [], leftOut: problems }];
}

/** Results of different hardware in one figure for each claim that hardware decides. */
import type { ExperimentRegistry } from "../experiment/define.ts";
import type { FoundRuns } from "../results/list-runs.ts";
import type { JoinedRuns } from "./joined.ts";

/**
 * By kind of experiment, those with something to join or to explain. Only what is comparable is joined; the rest is named, and so is what
 * looks like a run and cannot be read.
 */
export function joinByMachine(
  registry: ExperimentRegistry,
  { runs, problems }: Pick<FoundRuns, "runs" | "problems">,
): JoinedRuns[] {
  const joined = Object.values(registry)
    .flatMap((kind) => kind.joinMachines?.(runs) ?? [])
    .filter(({ machines, excluded }) => machines.length > 0 || excluded.length > 0);
  if (problems.length === 0) return joined;
  return [...joined, { kind: "runs that cannot be read", machines: [], figures: [], verdicts: [], excluded: problems }];
}

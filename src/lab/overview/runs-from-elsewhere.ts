/** Runs that an overview takes in besides its own: a GPU made them, here or on another machine, or this one lacks what they need. */
import type { FoundRun } from "../results/list-runs.ts";
import type { Manifest } from "../results/manifest.ts";
import { machineOf, ranOnGpu } from "../results/run-machine.ts";
import type { OverviewExperiment } from "./manifest.ts";

/** An experiment of the plan, as it ended here; `lacks` where it was left out for want of a GPU or a file. */
export interface EndedHere {
  readonly name: string;
  readonly question: string;
  readonly run: string | null;
  readonly lacks: boolean;
}

/**
 * Of each experiment that was left out for what this machine lacks, the newest whole run among those found; of the others the newest
 * one on a GPU, beside what ran here. Runs with cells missing are not taken.
 */
export function runsFromElsewhere(found: readonly FoundRun[], ended: readonly EndedHere[]): OverviewExperiment[] {
  const runs = found.filter(({ manifest }) => manifest.partial === undefined);
  return ended.flatMap(({ name, question, run, lacks }) => {
    const newest = runs
      .filter(({ manifest }) => manifest.experiment.name === name && mayStandFor(manifest, lacks))
      .toSorted((a, b) => (a.manifest.startedAt < b.manifest.startedAt ? -1 : 1))
      .at(-1);
    // What ran here on a GPU is the newest itself.
    if (newest === undefined || newest.folder === run) return [];
    const { folder, manifest } = newest;
    return {
      name: lacks ? name : `${name} on a GPU`,
      question,
      state: "done",
      reason: null,
      run: folder,
      headline: [`not of this command: made ${manifest.startedAt.slice(0, 10)} on ${machineOf(manifest).description}`],
      warnings: [],
      seconds: null,
      finishedBefore: true,
      elsewhere: true,
    } as const;
  });
}

/** What has a GPU among its settings counts where it was used; of arithmetic on a measured file every run does. */
function mayStandFor(manifest: Manifest, lacks: boolean): boolean {
  const choosesGpu = "gpu" in manifest.experiment.resolved;
  return ranOnGpu(manifest) || (lacks && !choosesGpu);
}

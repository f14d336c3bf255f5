/** Every figure that there is: of every experiment's sample, published without any run, and of runs on different hardware. */
import { experimentRegistry } from "../../experiments/index.ts";
import { joinByMachine } from "../../src/lab/by-machine/join.ts";
import type { Figure } from "../../src/lab/charts/figure.ts";
import { listRuns } from "../../src/lab/results/list-runs.ts";
import { toCsv } from "../../src/lab/results/table.ts";
import { scratchFolder } from "../support/scratch.ts";
import { madeUpMachines } from "./made-up-machines.ts";

/** What joins runs of different hardware, of whatever kind. */
export const BY_MACHINE = "runs by machine";

/** The figures of one kind's sample, as a run would draw them; and those that need no run. */
export function figuresOf(kind: string): readonly Figure[] {
  if (kind === BY_MACHINE)
    return joinByMachine(experimentRegistry, listRuns(madeUpMachines(scratchFolder()))).flatMap(
      ({ figures }) => figures,
    );
  const { sample, reportOf, publishedFigures } = experimentRegistry[kind]!;
  return [...(publishedFigures?.() ?? []), ...reportOf(toCsv(sample().before), "1").figures];
}

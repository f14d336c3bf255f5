/** Small networks answered by stored transcripts, as finished runs that can be compared: no model, a few milliseconds each. */

import { networkRow } from "../../../experiments/network/measure.ts";
import { type NetworkRow, networkRowTable } from "../../../experiments/network/rows.ts";
import { clients, hardware, nodes, smallWorld, verifiers } from "../../../scripts/golden-logs/scenarios.ts";
import { storedAnswers, storedStrategies } from "../../../scripts/golden-logs/stored-transcripts.ts";
import { nodeBehaviors } from "../../../src/actors/behaviors/nodes.ts";
import { collectStats } from "../../../src/actors/group-stats.ts";
import { faster } from "../../../src/actors/hardware-profile.ts";
import { World } from "../../../src/actors/world.ts";
import type { WorldSettings } from "../../../src/actors/world-settings.ts";
import type { StoredRun } from "../../../src/lab/results/read-run.ts";
import { toCsv } from "../../../src/lab/results/table.ts";

const { answer } = storedAnswers();

/** Honest nodes, a cheat that RASTiC catches now and then, one that it nearly always does, one that sends nothing. */
const population: Partial<WorldSettings> = {
  scheduling: "central",
  nodes: [
    nodes("honest", 2),
    nodes("lazy", 1, { strategy: storedStrategies.lazyDraft }),
    nodes("unrelated", 1, { strategy: storedStrategies.unrelated }),
    nodes("withholding", 2, { behavior: nodeBehaviors.withholds }),
  ],
  clients: [clients("local", 3), clients("outsources", 1, { verification: "outsourced" })],
  verifiers: [verifiers("honest", 3)],
  minerHardware: faster(hardware, 2),
};

export interface Played {
  readonly seed?: string;
  /** Replication numbers. */
  readonly runs: readonly number[];
  readonly change?: Partial<WorldSettings>;
}

/** Plays the replications and keeps everybody's account at the end, as an experiment of kind `network` does. */
export async function playedRun({ seed = "compare", runs, change = {} }: Played): Promise<StoredRun> {
  const rows: NetworkRow[] = [];
  for (const run of runs) {
    const settings = smallWorld("2026.1", { ...population, seed, run, ...change });
    const world = new World(settings, { provideOutputs: answer, check: false });
    await world.run();
    for (const standing of collectStats(world))
      rows.push(networkRow({ population: "mixed", scheduling: settings.scheduling, run }, standing));
  }
  return storedRun(rows, seed);
}

/** Rows in a run that only the comparison looks at. */
export function storedRun(rows: readonly NetworkRow[], seed: string): StoredRun {
  const manifest = {
    experiment: { kind: "network", name: "network", seed, resolved: {} },
    models: [],
    software: { dirty: false },
    machine: {},
  };
  return { folder: `run of seed ${seed}`, manifest: manifest as never, rowsCsv: toCsv(networkRowTable.table(rows)) };
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

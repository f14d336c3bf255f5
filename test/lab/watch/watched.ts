/** A folder as a finished run leaves it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { networkRow } from "../../../experiments/network/measure.ts";
import { type NetworkRow, networkRowTable } from "../../../experiments/network/rows.ts";
import { collectStats } from "../../../src/actors/group-stats.ts";
import { toCsv } from "../../../src/lab/results/table.ts";
import { openRecorded } from "../playback/recorded.ts";

/** A finished run of one cell, with the rows that its experiment would have written; what the page must end with. */
export async function finishedRun(folder: string): Promise<NetworkRow[]> {
  const cell = join(folder, "cells", "mixed-redundant-run-0");
  const recorded = openRecorded(join(cell, "playback.jsonl"));
  await recorded.play();
  recorded.close();
  const inExperiment = { population: "mixed", scheduling: "redundant", run: 0 } as const;
  const rows = collectStats(recorded.world).map((standing) => networkRow(inExperiment, standing));
  writeFileSync(join(folder, "rows.csv"), toCsv(networkRowTable.table(rows)));
  writeFileSync(join(folder, "manifest.json"), "{}");
  return rows;
}

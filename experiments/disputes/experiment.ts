import { defineExperiment } from "../../src/lab/experiment/define.ts";
import type { Cell } from "../../src/lab/runner/cells.ts";
import { transcriptRows } from "../shared/transcripts.ts";
import { analyseDisputes } from "./analyse.ts";
import { disputesMetrics } from "./compare.ts";
import { type DisputeRow, disputeRowTable } from "./rows.ts";
import { madeUpDisputes } from "./sample.ts";
import { type DisputesSettings, disputesSettings, readingName } from "./settings.ts";
import { disputeSummary } from "./summary.ts";

/** One scenario under one reading of the rules; a job for each prompt. */
export interface CellOfDisputes {
  readonly reading: number;
  readonly scenario: string;
}

/** Every dispute scenario under every reading of the rules: does the innocent lose, does the guilty gain. */
export const disputes = defineExperiment({
  name: "disputes",
  settings: disputesSettings,
  expectedCost: { secondsPerCell: 0.6, bytesPerCell: 3_600, bytesOnce: 1_800_000 },
  figures: ["wrongness", "time-to-decision"],
  collect: (experiment, environment) =>
    transcriptRows<CellOfDisputes, DisputeRow>(experiment, environment, {
      cells: cellsOf(experiment.settings),
      module: new URL("./worker.ts", import.meta.url),
    }),
  rows: disputeRowTable,
  analyse: analyseDisputes,
  consoleSummary,
  metrics: disputesMetrics,
  sample: () => ({
    rows: madeUpDisputes(),
    change: ({ bytes, innocentLoses }) => ({ bytes: 3 * bytes + 1, innocentLoses: !innocentLoses }),
    changes: ["bytes", "innocentLoses"],
  }),
});

function cellsOf({ readings, scenarios }: DisputesSettings): Cell<CellOfDisputes>[] {
  return readings.flatMap((one, reading) =>
    scenarios.map((scenario) => ({ key: `${readingName(one)}, ${scenario}`, input: { reading, scenario } })),
  );
}

/** The wrong outcomes, a line for each reading of the rules. */
function consoleSummary(rows: readonly DisputeRow[]): string[] {
  const readings = Map.groupBy(disputeSummary(rows), ({ reading }) => reading);
  return [...readings].map(([reading, own]) => {
    const wrong = own.filter(({ wrong }) => wrong.innocentLoses.events + wrong.guiltyGains.events > 0);
    const words = wrong.map(
      ({ label, jobs, wrong }) =>
        `${label} (innocent loses ${wrong.innocentLoses.events}, guilty gains ${wrong.guiltyGains.events} of ${jobs})`,
    );
    return `${reading}: ${words.length === 0 ? "no wrong outcome" : words.join("; ")}`;
  });
}

import { defineExperiment } from "../../src/lab/experiment/define.ts";
import { fromCsv } from "../../src/lab/results/table.ts";
import type { Cell } from "../../src/lab/runner/cell.ts";
import type { Revision } from "../../src/protocol/revisions.ts";
import { transcriptRows } from "../shared/transcripts.ts";
import { analyseOutsourced, outsourcedVerdicts } from "./analyse.ts";
import { outsourcedMetrics } from "./compare.ts";
import { type OutsourcedRow, outsourcedRowsTable } from "./rows.ts";
import { madeUpOutsourced } from "./sample.ts";
import { type OutsourcedSettings, outsourcedSettings, type SybilBehavior } from "./settings.ts";

export type CellOfOutsourcing =
  | {
      readonly measure: "verification";
      readonly revision: Revision;
      readonly sybils: SybilBehavior;
      readonly output: string;
    }
  | { readonly measure: "completion"; readonly revision: Revision };

/** Verification by neighbours: how often Sybil identities get a false output accepted, what asking costs, what a single-token hash gives away. */
export const outsourced = defineExperiment({
  name: "outsourced",
  settings: outsourcedSettings,
  measuredColumns: ["wallMs"],
  expectedCost: { secondsPerCell: 1.7, bytesPerCell: 1_300, bytesOnce: 1_900_000 },
  figures: ["acceptance-by-sybils", "cost-by-asked"],
  collect: (experiment, environment) =>
    transcriptRows<CellOfOutsourcing, OutsourcedRow>(experiment, environment, {
      cells: experiment.settings.revisions.flatMap((revision) => cellsOf(experiment.settings, revision)),
      module: new URL("./worker.ts", import.meta.url),
    }),
  rows: { table: outsourcedRowsTable, read: (csv) => fromCsv<OutsourcedRow>(csv, outsourcedRowsTable([])) },
  analyse: analyseOutsourced,
  consoleSummary,
  metrics: outsourcedMetrics,
  sample: () => ({
    rows: madeUpOutsourced(),
    change: ({ exactAcceptance }) => ({ exactAcceptance: exactAcceptance === null ? null : exactAcceptance / 2 + 0.1 }),
    changes: ["acceptance"],
  }),
});

function cellsOf({ sybils, outputs }: OutsourcedSettings, revision: Revision): Cell<CellOfOutsourcing>[] {
  const verifications = sybils.flatMap((behavior) =>
    outputs.map(({ label }) => ({
      key: `${revision}, Sybils ${behavior}, ${label}`,
      input: { measure: "verification" as const, revision, sybils: behavior, output: label },
    })),
  );
  return [
    ...verifications,
    { key: `${revision}, free completions`, input: { measure: "completion" as const, revision } },
  ];
}

/** The verdicts are the few numbers that matter. */
function consoleSummary(rows: readonly OutsourcedRow[]): string[] {
  return outsourcedVerdicts(rows).map(
    ({ claim, subject, verdict, sentence }) => `${claim}, ${subject}: ${verdict}. ${sentence}`,
  );
}

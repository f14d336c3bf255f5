import type { Experiment } from "../../src/lab/experiment/file.ts";
import type { KindResult, RunEnvironment } from "../../src/lab/experiment/kind.ts";
import type { Cell } from "../../src/lab/runner/cell.ts";
import { runCells } from "../../src/lab/runner/cells.ts";
import type { Revision } from "../../src/protocol/revisions.ts";
import { modelsOf, takeInTranscripts, transcriptFacts } from "../shared/transcripts.ts";
import { outsourcedOutcome } from "./analyse.ts";
import { outsourcedHeadline } from "./headline.ts";
import type { OutsourcedRow } from "./rows.ts";
import type { OutsourcedSettings, SybilBehavior } from "./settings.ts";

export type CellOfOutsourcing =
  | {
      readonly measure: "verification";
      readonly revision: Revision;
      readonly sybils: SybilBehavior;
      readonly output: string;
    }
  | { readonly measure: "completion"; readonly revision: Revision };

/** Runs an experiment of kind `outsourced`. */
export async function runOutsourced(experiment: Experiment, environment: RunEnvironment): Promise<KindResult> {
  const settings = experiment.settings as OutsourcedSettings;
  const models = await modelsOf(settings, environment.signal);
  takeInTranscripts(experiment, environment.resultsFolder);
  const { rows, forgetJournal } = await runCells<CellOfOutsourcing, OutsourcedRow>(experiment, environment, {
    cells: settings.revisions.flatMap((revision) => cellsOf(settings, revision)),
    module: new URL("./worker.ts", import.meta.url),
    models,
    identity: { models: models.map(({ name, root }) => ({ name, root })) },
  });
  return {
    outcome: outsourcedOutcome(rows),
    facts: transcriptFacts(models, experiment),
    headline: outsourcedHeadline(rows),
    forgetJournal,
  };
}

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

import { Backend } from "../../src/inference/backend.ts";
import { referenceNumerics } from "../../src/inference/numerics.ts";
import type { Experiment } from "../../src/lab/experiment/file.ts";
import type { KindResult, RunEnvironment } from "../../src/lab/experiment/kind.ts";
import { Journal } from "../../src/lab/runner/journal.ts";
import { Streams } from "../../src/sim/streams.ts";
import { gpuLayersOf, recordedGpuLayers } from "../shared/gpu-settings.ts";
import { type ModelFile, modelFile, requireDistinctNames } from "../shared/model-files.ts";
import { figure1Outcome } from "./analyse.ts";
import { figure1Headline } from "./headline.ts";
import { figure1Cells, measureFigure1 } from "./measure.ts";
import type { Figure1Row } from "./rows.ts";
import type { Figure1Settings } from "./settings.ts";

/** Runs an experiment of kind `figure-1`, or what an interrupted run of the same experiment on this machine left of it. */
export async function runFigure1(experiment: Experiment, environment: RunEnvironment): Promise<KindResult> {
  const settings = experiment.settings as Figure1Settings;
  const { signal, onProgress, resultsFolder } = environment;
  const files: ModelFile[] = [];
  for (const reference of settings.models) {
    onProgress({ done: 0, total: 0, resumed: 0, doing: "preparing models" });
    files.push(await modelFile(reference, { signal }));
  }
  requireDistinctNames(files);

  const backend = await Backend.open(settings.gpu);
  try {
    const gpuLayers = recordedGpuLayers(backend.gpu, settings);
    const numerics = { ...referenceNumerics, ...(await backend.describe()), gpuLayers };
    const models = files.map(({ name, root, bytes }) => ({ name, root, bytes }));
    const { name, seed } = experiment;
    const journal = Journal.open<Figure1Row>(resultsFolder, name, { seed, settings, models, numerics });
    const resumed = journal.rows.length;
    const tokensOf = (i: number) => settings.models[i]!.tokens ?? settings.tokens;
    const total = figure1Cells(settings);

    for (const [i, file] of files.entries()) {
      const progress = () => onProgress({ done: journal.rows.length, total, resumed, doing: `measuring ${file.name}` });
      progress();
      const model = await backend.loadModel(file.path, { ...gpuLayersOf(settings), expectedRoot: file.root });
      await measureFigure1({
        model,
        file,
        tokens: tokensOf(i),
        settings,
        streams: new Streams(seed),
        finished: [...journal.rows],
        onRow: (row) => {
          journal.add(row);
          progress();
        },
        signal,
      });
      await model.requireUntouched();
      await model.close();
    }
    const rows = [...journal.rows];
    return {
      outcome: figure1Outcome(rows, seed),
      facts: { models, numerics },
      headline: figure1Headline(rows),
      forgetJournal: () => journal.remove(),
    };
  } finally {
    await backend.close();
  }
}

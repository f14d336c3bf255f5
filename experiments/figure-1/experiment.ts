import { Backend } from "../../src/inference/backend.ts";
import { referenceNumerics } from "../../src/inference/numerics.ts";
import { type CollectedRows, defineExperiment, type RunEnvironment } from "../../src/lab/experiment/define.ts";
import type { Experiment } from "../../src/lab/experiment/file.ts";
import { Journal } from "../../src/lab/runner/journal.ts";
import { Streams } from "../../src/sim/streams.ts";
import { median } from "../../src/statistics/median.ts";
import { gpuLayersOf, recordedGpuLayers } from "../shared/gpu-settings.ts";
import { type ModelFile, modelFile, requireDistinctNames } from "../shared/model-files.ts";
import { analyseFigure1 } from "./analyse.ts";
import { joinFigure1 } from "./by-machine.ts";
import { figure1Metrics } from "./compare.ts";
import { figure1AsPublished } from "./figures/as-published.ts";
import { figure1Cells, measureFigure1 } from "./measure.ts";
import { type Figure1Row, figure1RowTable } from "./rows.ts";
import { largerModel, madeUpRows, smallModel } from "./sample.ts";
import { type Figure1Settings, figure1Settings } from "./settings.ts";

/** The whitepaper's Figure 1 on this machine: the time to generate against the time to verify, by tokens. */
export const figure1 = defineExperiment({
  name: "figure-1",
  settings: figure1Settings,
  measuresTime: true,
  measurements: figure1Cells,
  expectedCost: { secondsPerCell: 0.17, bytesPerCell: 67, bytesOnce: 1_800_000 },
  figures: ["time-by-tokens", "ratio-by-tokens"],
  collect: measureAll,
  rows: figure1RowTable,
  analyse: analyseFigure1,
  consoleSummary,
  metrics: figure1Metrics,
  joinMachines: joinFigure1,
  publishedFigures: () => [figure1AsPublished()],
  sample: () => ({
    rows: madeUpRows([smallModel, largerModel]),
    change: ({ decodedTokens }) => ({ decodedTokens: decodedTokens + 1 }),
    changes: ["decodedTokens"],
  }),
});

/** All measurements, or those that an interrupted run of the same experiment on this machine left to do. */
async function measureAll(
  experiment: Experiment<Figure1Settings>,
  environment: RunEnvironment,
): Promise<CollectedRows<Figure1Row>> {
  const { settings } = experiment;
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
    return { rows: [...journal.rows], facts: { models, numerics }, discardJournal: () => journal.remove() };
  } finally {
    await backend.close();
  }
}

/** The few numbers that matter, one line a model: generation against the dearest and the cheapest verification. */
function consoleSummary(rows: readonly Figure1Row[]): string[] {
  return [...Map.groupBy(rows, ({ model }) => model)].flatMap(([model, own]) => {
    const longest = Math.max(...own.map(({ outputTokens }) => outputTokens));
    const medianMs = (form: string): number | null => {
      const times = own.filter((row) => row.form === form && row.outputTokens === longest).map(({ wallMs }) => wallMs);
      return times.length === 0 ? null : median(times);
    };
    const generation = medianMs("generate");
    if (generation === null) return [];
    const against = (form: string): string[] => {
      const time = medianMs(form);
      return time === null ? [] : [`${form} ${time.toFixed(0)} ms (${(generation / time).toFixed(1)} times cheaper)`];
    };
    const judged = own.filter(({ accepted }) => accepted !== null);
    const rejected = judged.filter(({ accepted }) => accepted === false).length;
    return [
      `${model}, ${longest} tokens: generate ${generation.toFixed(0)} ms; verify: ${[
        ...against("prototype"),
        ...against("one-pass"),
        ...against("concurrent"),
      ].join(", ")}`,
      `  honest completions rejected: ${rejected} of ${judged.length} verifications`,
    ];
  });
}

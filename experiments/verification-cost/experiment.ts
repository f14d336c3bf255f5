import { Backend } from "../../src/inference/backend.ts";
import { type WeightFormat, weightFormats } from "../../src/inference/gguf/quantise.ts";
import { type CollectedRows, defineExperiment, type RunEnvironment } from "../../src/lab/experiment/define.ts";
import { type Experiment, ExperimentFileError } from "../../src/lab/experiment/file.ts";
import type { ExperimentReport } from "../../src/lab/results/experiment-report.ts";
import { Journal } from "../../src/lab/runner/journal.ts";
import { Streams } from "../../src/sim/streams.ts";
import { gpuLayersOf } from "../shared/gpu-settings.ts";
import { type ModelFile, modelFile, requireDistinctNames } from "../shared/model-files.ts";
import { analyseVerificationCost } from "./analyse.ts";
import { modelWork } from "./arithmetic.ts";
import { verificationCostMetrics } from "./compare.ts";
import { limitCells, measureLimits } from "./limits.ts";
import { type CostCell, costCells, measureCost } from "./measure.ts";
import { type CostRow, costRowTable } from "./rows.ts";
import { large, madeUpCosts, small } from "./sample.ts";
import { type VerificationCostSettings, verificationCostSettings } from "./settings.ts";
import { numericsLabel, summarizeCost } from "./summary.ts";

/** What bounds the cost of verification: weight formats, numerics, several outputs in one pass, and the machine's own limits. */
export const verificationCost = defineExperiment({
  name: "verification-cost",
  settings: verificationCostSettings,
  measuresTime: true,
  measurements: verificationCostCells,
  expectedCost: { secondsPerCell: 0.36, bytesPerCell: 100, bytesOnce: 1_700_000 },
  figures: ["ratio-by-numerics", "share-of-limits", "time-by-claims"],
  collect: measureAll,
  rows: costRowTable,
  analyse: analyseVerificationCost,
  consoleSummary,
  metrics: verificationCostMetrics,
  sample: () => ({
    rows: madeUpCosts([small, large]),
    change: ({ wallMs }) => ({ wallMs: 2 * wallMs }),
    changes: ["wallMs"],
  }),
});

/** All measurements, or those that an interrupted run of the same experiment left to do. */
async function measureAll(
  experiment: Experiment<VerificationCostSettings>,
  environment: RunEnvironment,
): Promise<CollectedRows<CostRow>> {
  const { settings } = experiment;
  const { signal, onProgress, resultsFolder } = environment;
  const files: ModelFile[] = [];
  for (const reference of settings.models) {
    onProgress({ done: 0, total: 0, resumed: 0, doing: "preparing models" });
    files.push(await modelFile(reference, { signal }));
  }
  requireDistinctNames(files);
  const formats = formatsOf(files);

  const backend = await Backend.open(settings.gpu);
  try {
    const numerics = await backend.describe();
    const models = files.map(({ name, root, bytes }) => ({ name, root, bytes }));
    const { name, seed } = experiment;
    const journal = Journal.open<CostRow>(resultsFolder, name, { seed, settings, models, numerics });
    const resumed = journal.rows.length;
    const finished = new Set(journal.rows.map(cellKey));
    const streams = new Streams(seed);
    const jobs = files.map((file, i) => ({
      file,
      settings,
      numerics: settings.models[i]!.numerics ?? settings.numerics,
      claimsPerPass: settings.models[i]!.claimsPerPass ?? settings.claimsPerPass,
    }));
    const threads = [...new Set(jobs.flatMap((job) => job.numerics.map((choice) => choice.threads)))];
    const limits = { formats, threads, repeats: settings.repeats };
    const total = verificationCostCells(settings);

    const common = (doing: string) => {
      const progress = () => onProgress({ done: journal.rows.length, total, resumed, doing });
      progress();
      return {
        streams,
        signal,
        isFinished: (row: CostCell) => finished.has(cellKey(row)),
        onRow: (row: CostRow) => {
          journal.add(row);
          progress();
        },
      };
    };
    await measureLimits({ ...limits, backend, ...common("measuring the machine's limits") });
    for (const job of jobs) {
      const model = await backend.loadModel(job.file.path, { ...gpuLayersOf(settings), expectedRoot: job.file.root });
      await measureCost({ ...job, model, ...common(`measuring ${job.file.name}`) });
      await model.requireUntouched();
      await model.close();
    }
    return { rows: [...journal.rows], facts: { models, numerics }, discardJournal: () => journal.remove() };
  } finally {
    await backend.close();
  }
}

/** How many measurements these settings make. Throws ModelFileError, ExperimentFileError. */
function verificationCostCells(settings: VerificationCostSettings): number {
  const { models, repeats } = settings;
  const formats = formatsOf(models.filter((model) => "file" in model).map(({ file }) => ({ path: file })));
  const synthesised = models.flatMap((model) => ("synthesize" in model ? [model.format] : []));
  const chosen = models.map(({ numerics = settings.numerics, claimsPerPass = settings.claimsPerPass }) => ({
    settings,
    numerics,
    claimsPerPass,
  }));
  const threads = [...new Set(chosen.flatMap(({ numerics }) => numerics.map((choice) => choice.threads)))];
  const limits = limitCells({ formats: [...new Set([...formats, ...synthesised])], threads, repeats });
  return limits + chosen.reduce((sum, one) => sum + costCells(one), 0);
}

/** The machine's limits are measured in every weight format that a model has; so it must be one that can be synthesised. */
function formatsOf(files: readonly Pick<ModelFile, "path">[]): WeightFormat[] {
  const found = new Set<WeightFormat>();
  for (const { path } of files) {
    const { weightFormat } = modelWork(path);
    const known = weightFormats.find((format) => format === weightFormat);
    if (known === undefined)
      throw new ExperimentFileError([
        `${path}: weights in ${weightFormat}; this experiment knows the limits of ${weightFormats.join(", ")} only`,
      ]);
    found.add(known);
  }
  return [...found];
}

function cellKey(row: CostCell): string {
  const { model, flashAttention, kvCacheType, threads, measure, promptTokens, outputTokens, claims, repeat } = row;
  return [model, flashAttention, kvCacheType, threads, measure, promptTokens, outputTokens, claims, repeat].join("/");
}

/** The few numbers that matter, one line a model: the numerics that make verification cheapest. */
function consoleSummary(rows: readonly CostRow[], _: ExperimentReport, seed: string): string[] {
  const streams = new Streams(seed);
  const summary = summarizeCost(rows, (name) => streams.fresh(`statistics/${name}`));
  return [...Map.groupBy(summary, ({ model }) => model)].map(([model, own]) => {
    const best = own.reduce((top, row) => (row.ratio > top.ratio ? row : top));
    return (
      `${model}: the fastest generation of ${best.outputTokens} tokens takes ${best.ratio.toFixed(1)} times as long as the cheapest verification ` +
      `(${numericsLabel(best)}); at the machine's own rates ${best.ratioAtLimits.toFixed(1)}`
    );
  });
}

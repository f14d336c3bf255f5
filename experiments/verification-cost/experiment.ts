import { Backend } from "../../src/inference/backend.ts";
import { type WeightFormat, weightFormats } from "../../src/inference/gguf/quantise.ts";
import { type Experiment, ExperimentFileError } from "../../src/lab/experiment/file.ts";
import type { KindResult, RunEnvironment } from "../../src/lab/experiment/kind.ts";
import { Journal } from "../../src/lab/runner/journal.ts";
import { Streams } from "../../src/sim/streams.ts";
import { gpuLayersOf } from "../shared/gpu-settings.ts";
import { type ModelFile, modelFile, requireDistinctNames } from "../shared/model-files.ts";
import { verificationCostOutcome } from "./analyse.ts";
import { modelWork } from "./arithmetic.ts";
import { verificationCostHeadline } from "./headline.ts";
import { limitCells, measureLimits } from "./limits.ts";
import { type CostCell, costCells, measureCost } from "./measure.ts";
import type { CostRow } from "./rows.ts";
import type { VerificationCostSettings } from "./settings.ts";
import { summarizeCost } from "./summary.ts";

/** Runs an experiment of kind `verification-cost`, or what an interrupted run of the same experiment left of it. */
export async function runVerificationCost(experiment: Experiment, environment: RunEnvironment): Promise<KindResult> {
  const settings = experiment.settings as VerificationCostSettings;
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
    const rows = [...journal.rows];
    const summary = summarizeCost(rows, (name) => streams.fresh(`statistics/${name}`));
    return {
      outcome: verificationCostOutcome(rows, seed),
      facts: { models, numerics },
      headline: verificationCostHeadline(summary),
      forgetJournal: () => journal.remove(),
    };
  } finally {
    await backend.close();
  }
}

/** How many measurements these settings make. Throws ModelFileError, ExperimentFileError. */
export function verificationCostCells(settings: VerificationCostSettings): number {
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

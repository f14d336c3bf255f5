/** The source of transcripts that an experiment's settings describe. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import type { InferenceMode } from "../../src/actors/strategies/transcript-source.ts";
import { TranscriptSource } from "../../src/actors/strategies/transcript-source.ts";
import { listedModelIdentity } from "../../src/inference/model-file-manifest.ts";
import { type Gpu, referenceNumerics } from "../../src/inference/numerics.ts";
import { requireSameVocabulary } from "../../src/inference/same-vocabulary.ts";
import { readTextFile } from "../../src/inference/text-file.ts";
import { TranscriptStore } from "../../src/inference/transcript-store/store.ts";
import { importTranscripts } from "../../src/inference/transcript-store/transcript-file.ts";
import type { CollectedRows, RunEnvironment } from "../../src/lab/experiment/define.ts";
import { type Experiment, ExperimentFileError, type ResolvedLists } from "../../src/lab/experiment/file.ts";
import { type Cell, runCells } from "../../src/lab/runner/cells.ts";
import type { GpuSettings } from "./gpu-settings.ts";

export interface TranscriptSettings {
  readonly models: Readonly<Record<string, string>>;
  readonly inference: InferenceMode;
  readonly store?: string | undefined;
  /** A file of transcripts that the store takes in first; null or absent for none. */
  readonly transcripts?: string | null;
  readonly sequences: number;
  readonly gpu?: Gpu | undefined;
  readonly gpuLayers?: number | undefined;
}

export interface NamedModel {
  readonly name: string;
  readonly file: string;
  readonly path: string;
  readonly root: string;
  readonly bytes: number;
}

export interface OpenTranscripts {
  readonly source: TranscriptSource;
  close(): Promise<void>;
}

/** The models of the settings with their identities, the target first. Throws ModelFileError, also for one of another vocabulary; ExperimentFileError. */
export async function modelsOf(
  settings: Pick<TranscriptSettings, "models" | "gpu" | "gpuLayers">,
  signal: AbortSignal,
): Promise<NamedModel[]> {
  const { models } = settings;
  gpuOf(settings);
  const names = ["target", ...Object.keys(models).filter((name) => name !== "target")];
  const found: NamedModel[] = [];
  for (const name of names) {
    const path = models[name]!;
    const { root, fileBytes } = await listedModelIdentity(path, { signal });
    found.push({ name, file: basename(path), path, root, bytes: fileBytes });
    requireSameVocabulary(path, models["target"]!);
  }
  return found;
}

/** Cells that work on transcripts, and the module that runs one. */
export interface TranscriptCells<Input> {
  readonly cells: readonly Cell<Input>[];
  readonly module: URL;
  /** What words in the settings stand for today, or stood for in the run that is computed again. */
  readonly lists?: ResolvedLists;
}

export interface TranscriptRows<Row> extends CollectedRows<Row> {
  readonly models: readonly NamedModel[];
}

/**
 * What every experiment on transcripts does: the models are identified, the file of transcripts that comes with the settings is imported,
 * the cells run, and the manifest is told which models and numerics it was. Throws ModelFileError, ExperimentFileError, TranscriptStoreError.
 */
export async function transcriptRows<Input, Row extends object>(
  experiment: Experiment<TranscriptSettings>,
  environment: RunEnvironment,
  { cells, module, lists }: TranscriptCells<Input>,
): Promise<TranscriptRows<Row>> {
  const { settings } = experiment;
  const models = await modelsOf(settings, environment.signal);
  importRunTranscripts(experiment, environment.resultsFolder);
  const { rows, discardJournal } = await runCells<Input, Row>(experiment, environment, {
    cells,
    module,
    models,
    identity: { models: models.map(({ name, root }) => ({ name, root })), ...lists },
  });
  const facts = {
    models: models.map(({ name, root, bytes }) => ({ name, root, bytes })),
    numerics: { ...referenceNumerics, ...gpuOf(settings) },
    ...(lists ? { lists } : {}),
  };
  return { rows, models, facts, discardJournal };
}

/** The GPU of the settings with its layers, which are part of a transcript's identity; nothing for the CPU. */
function gpuOf({ gpu = "off", gpuLayers }: GpuSettings): { readonly gpu?: Gpu; readonly gpuLayers?: number } {
  if (gpu === "off") return {};
  if (gpuLayers === undefined)
    throw new ExperimentFileError([
      `gpuLayers: expected how many layers the GPU keeps, beside gpu ${gpu}: transcripts are named by it; give it, as --gpu-layers 99 for all`,
    ]);
  return { gpu, gpuLayers };
}

/**
 * Opens the store and, over it, the source. Outputs may be `tokenLimit` long.
 *
 * @param pool prompts that strategies may take other jobs' texts from
 */
export function openTranscripts(
  experiment: Experiment<TranscriptSettings>,
  resultsFolder: string,
  models: readonly NamedModel[],
  { tokenLimit, pool }: { readonly tokenLimit: number; readonly pool: readonly string[] },
): OpenTranscripts {
  const { settings } = experiment;
  const store = TranscriptStore.open(storePath(experiment, resultsFolder), {
    // A worker process passes warnings of this name on to the runner.
    onProblem: (line) => process.emitWarning(line, "CamelidProblem"),
  });
  const source = new TranscriptSource({
    mode: settings.inference,
    store,
    setup: {
      models: Object.fromEntries(models.map((model) => [model.name, model])) as never,
      contextTokens: PROMPT_MARGIN_TOKENS + tokenLimit,
      sequences: settings.sequences,
      pool,
      ...gpuOf(settings),
    },
  });
  return {
    source,
    close: async () => {
      await source.close();
      store.close();
    },
  };
}

/**
 * Takes the file of transcripts that the settings name into the store, so that nothing in it is computed again; a run that
 * computes everything afresh (`live`) asks for none. Errors: ExperimentFileError, TranscriptStoreError.
 */
function importRunTranscripts(experiment: Experiment<TranscriptSettings>, resultsFolder: string): void {
  const { transcripts, inference } = experiment.settings;
  if (transcripts === undefined || transcripts === null || inference === "live") return;
  if (!existsSync(transcripts))
    throw new ExperimentFileError([
      `${experiment.given.file} transcripts: ${transcripts}: no such file; restore it, or compute here: --set transcripts=null`,
    ]);
  const store = TranscriptStore.open(storePath(experiment, resultsFolder));
  try {
    importTranscripts(store, transcripts);
  } finally {
    store.close();
  }
}

function storePath({ name, settings }: Experiment<TranscriptSettings>, resultsFolder: string): string {
  return settings.store ?? join(resultsFolder, name, "transcripts.sqlite");
}

/** Room for prompts; openings are far shorter. */
export const PROMPT_MARGIN_TOKENS = 256;

/** The first lines of the prompt file that are not empty. Throws ExperimentFileError when there are too few. */
export function promptLines({ file, count }: { readonly file: string; readonly count: number }): string[] {
  const lines = allPrompts(file);
  if (lines.length < count)
    throw new ExperimentFileError([`${file}: ${lines.length} prompts; give more, or a prompts.count of at most that`]);
  return lines.slice(0, count);
}

/** Every line of a prompt file that is not empty. Throws ExperimentFileError when it cannot be read. */
export function allPrompts(file: string): string[] {
  return readSettingsFile(file, "give a text file with one prompt a line as prompts.file")
    .split("\n")
    .filter((line) => line.trim() !== "");
}

/** Text of a file that the settings name; `remedy`: what to do without it. Throws ExperimentFileError. */
export function readSettingsFile(file: string, remedy: string): string {
  try {
    return readTextFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problem = code === "ENOENT" ? "no such file" : `cannot be read (${code})`;
    throw new ExperimentFileError([`${file}: ${problem}; ${remedy}`]);
  }
}

import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Gpu } from "../../inference/numerics.ts";
import { readTextFile } from "../../inference/text-file.ts";
import { type Experiment, ExperimentFileError, type FileKinds, readExperiment } from "../experiment/file.ts";

/** What `camelid reproduce` is to do. */
export interface ReproducePlan {
  readonly preset: string;
  /** In the order in which they run. */
  readonly experiments: readonly Experiment[];
  /** Experiments that do not run, each with the reason. */
  readonly excluded: readonly LeftOut[];
}

export interface LeftOut {
  readonly name: string;
  readonly question: string;
  readonly reason: string;
  /** For want of a GPU or a file. */
  readonly lacks: boolean;
}

export interface PlanChoices {
  readonly preset: string;
  /** Names of experiments; all of them unless given. */
  readonly only?: readonly string[] | undefined;
  /** The GPU backend for experiments that need one, "off" where there is none; asked only if an experiment needs one. */
  readonly gpu: () => Promise<Gpu>;
}

/**
 * Reads every experiment file of a folder and of the folders in it. Nothing is started if one of them cannot be run as it stands.
 *
 * Errors: ExperimentFileError with the problems of all files.
 */
export async function reproducePlan(
  folder: string,
  kinds: FileKinds,
  { preset, only, gpu }: PlanChoices,
): Promise<ReproducePlan> {
  const files = [globSync("*.yaml", { cwd: folder }).sort(), globSync("*/*.yaml", { cwd: folder }).sort()].flat();
  if (files.length === 0) throw new ExperimentFileError([`${folder}: no experiment file (*.yaml) in there`]);
  const { experiments: all, withPreset } = readAll(
    files.map((file) => join(folder, file)),
    kinds,
    preset,
  );
  const chosen = choose(all, only).toSorted(
    (a, b) => a.reproduce.order - b.reproduce.order || (a.name < b.name ? -1 : 1),
  );
  if (!chosen.some(({ name }) => withPreset.has(name)))
    throw new ExperimentFileError([`--preset ${preset}: no experiment in ${folder} has it`]);

  const excluded = new Map(
    chosen.filter(({ name }) => !withPreset.has(name)).map(({ name }) => [name, `has no preset '${preset}'`]),
  );
  for (const { name, reproduce } of chosen)
    if (reproduce.needsFile !== undefined && !existsSync(reproduce.needsFile) && !excluded.has(name))
      excluded.set(name, `needs ${reproduce.needsFile}, which is not there; its experiment file says how it is made`);
  const onGpu = chosen.filter(({ name, reproduce }) => reproduce.needs === "gpu" && !excluded.has(name));
  const found = onGpu.length > 0 ? await gpu() : "off";
  if (found === "off")
    for (const { name } of onGpu)
      excluded.set(name, "needs a GPU, and llama.cpp uses none here ('camelid doctor' says why, or --gpu is off)");
  // The file names some backend; what runs, and stands in the results, is the one that was found.
  const onFound = (experiment: Experiment) =>
    onGpu.includes(experiment)
      ? readExperiment(experiment.given.file, kinds, { preset, overrides: [`gpu=${found}`] })
      : experiment;
  return {
    preset,
    experiments: chosen.filter(({ name }) => !excluded.has(name)).map(onFound),
    excluded: chosen.flatMap(({ name, question }) => {
      const reason = excluded.get(name);
      return reason === undefined ? [] : [{ name, question, reason, lacks: withPreset.has(name) }];
    }),
  };
}

function readAll(files: readonly string[], kinds: FileKinds, preset: string) {
  const problems: string[] = [];
  const experiments: Experiment[] = [];
  const withPreset = new Set<string>();
  for (const file of files) {
    try {
      const has = hasPreset(file, preset);
      const experiment = readExperiment(file, kinds, has ? { preset } : {});
      const { name } = experiment;
      const twin = experiments.find((other) => other.name === name)?.given.file;
      if (twin !== undefined) problems.push(`${file}: name: expected another one; ${twin} is called ${name}, too`);
      if (name === OVERVIEW) problems.push(`${file}: name: expected another one; ${OVERVIEW} is the overview's folder`);
      experiments.push(experiment);
      if (has) withPreset.add(name);
    } catch (error) {
      if (!(error instanceof ExperimentFileError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new ExperimentFileError(problems);
  return { experiments, withPreset };
}

/** The folder of overviews among the results. */
export const OVERVIEW = "overview";

/** Of a file that `readExperiment` may find fault with: then the answer does not matter. */
function hasPreset(file: string, preset: string): boolean {
  try {
    const { presets } = parse(readTextFile(file), { prettyErrors: false }) as { presets?: object };
    return Object.hasOwn(presets ?? {}, preset);
  } catch {
    return false;
  }
}

function choose(all: readonly Experiment[], only: readonly string[] | undefined): Experiment[] {
  const names = all.map(({ name }) => name);
  const unknown = only?.filter((name) => !names.includes(name)) ?? [];
  if (unknown.length > 0)
    throw new ExperimentFileError(unknown.map((name) => `--only ${name}: expected some of ${names.join(", ")}`));
  return all.filter(({ name }) => only === undefined || only.includes(name));
}

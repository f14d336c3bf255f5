/** Which jobs an attack experiment poses, and who answers them. */
import { ExperimentFileError } from "../../src/lab/experiment/file.ts";
import type { Cell } from "../../src/lab/runner/cells.ts";
import { Streams } from "../../src/sim/streams.ts";
import { allPrompts } from "../shared/transcripts.ts";
import { type AttackExperiment, strategiesOf } from "./lists.ts";
import type { Split } from "./rows.ts";
import type { AttackSettings } from "./settings.ts";

/** Some prompts under one sampling: all that is asked about them. */
export interface JobsOfPrompts {
  readonly sampling: number;
  readonly split: Split;
  /** Numbers of prompts, from 0. */
  readonly prompts: readonly number[];
}

/** Few enough that an interrupted run loses little, enough to keep all sequences busy. */
const PROMPTS_PER_CELL = 10;

export function attackCells(experiment: AttackExperiment): Cell<JobsOfPrompts>[] {
  return cellsOfPrompts(experiment.settings).filter(
    ({ input: { sampling, split } }) => strategiesOf(experiment, sampling, split).length > 0,
  );
}

/** All prompts under every sampling, those that set thresholds before those that are judged. */
export function cellsOfPrompts({
  samplings,
  prompts: { evaluation, calibration },
}: {
  readonly samplings: readonly { readonly name: string }[];
  readonly prompts: AttackSettings["prompts"];
}): Cell<JobsOfPrompts>[] {
  return samplings.flatMap(({ name }, sampling) =>
    (["calibration", "evaluation"] as const).flatMap((split) => {
      const first = split === "evaluation" ? 0 : evaluation;
      const numbers = Array.from({ length: split === "evaluation" ? evaluation : calibration }, (_, i) => first + i);
      return inPieces(numbers, PROMPTS_PER_CELL).map((prompts) => ({
        key: `${name}, ${split}, prompts ${prompts[0]! + 1} to ${prompts.at(-1)! + 1}`,
        input: { sampling, split, prompts },
      }));
    }),
  );
}

/** Every line that the settings use, evaluation first. Throws ExperimentFileError when there are too few. */
export function attackPrompts({
  prompts: { file, evaluation, calibration },
}: Pick<AttackSettings, "prompts">): string[] {
  const lines = allPrompts(file);
  if (lines.length < evaluation + calibration)
    throw new ExperimentFileError([
      `${file}: ${lines.length} prompts; give more, or a prompts.evaluation and prompts.calibration of at most that together`,
    ]);
  return lines.slice(0, evaluation + calibration);
}

/** Prompts whose outputs anybody may have seen, to replay or to learn from: those that are not judged, where there are some. */
export function publicPrompts({ prompts }: AttackSettings, texts: readonly string[]): string[] {
  return prompts.calibration > 0 ? texts.slice(prompts.evaluation) : [...texts];
}

/** A job's seed: depends on the experiment's seed and the job's own numbers alone. */
export function jobSeed(experimentSeed: string, prompt: number, repeat: number): number {
  return new Streams(experimentSeed).fresh(`prompt/${prompt}/seed/${repeat}`).below(2 ** 32);
}

function inPieces<Item>(items: readonly Item[], length: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / length) }, (_, i) => items.slice(i * length, (i + 1) * length));
}

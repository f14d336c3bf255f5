/** The claims of one cell, from the store or by inference. */
import { honestBaseline, type StandardStrategy } from "../../src/actors/strategies/standard.ts";
import type { TranscriptSource } from "../../src/actors/strategies/transcript-source.ts";
import type { Experiment } from "../../src/lab/experiment/file.ts";
import { type JobsOfPrompts, jobSeed } from "./cells.ts";
import type { EvaluatedOutput } from "./judge.ts";
import { strategiesOf } from "./lists.ts";
import type { AttackSettings } from "./settings.ts";

/** One claim for each strategy, prompt and seed. `texts` are the prompts by number. */
export async function outputsOf(
  source: TranscriptSource,
  experiment: Experiment<AttackSettings>,
  cell: JobsOfPrompts,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<EvaluatedOutput[]> {
  const { settings, seed: experimentSeed } = experiment;
  const { seeds, detail, name, leaveOut: _, ...sampling } = settings.samplings[cell.sampling]!;
  const strategies = strategiesOf(experiment, cell.sampling, cell.split);
  const jobs = cell.prompts.flatMap((prompt) => Array.from({ length: seeds }, (_, repeat) => ({ prompt, repeat })));
  const transcripts = await source.obtain(
    strategies.flatMap((strategy) =>
      jobs.map(({ prompt, repeat }) => ({
        prompt: texts[prompt]!,
        seed: jobSeed(experimentSeed, prompt, repeat),
        sampling,
        detail,
        tokenLimit: settings.tokenLimit,
        strategy,
      })),
    ),
    { signal },
  );
  const of = (strategy: StandardStrategy, job: number) =>
    transcripts[strategies.indexOf(strategy) * jobs.length + job]!;
  const baseline = strategies.find(({ label }) => label === honestBaseline.label);
  return strategies.flatMap((strategy) =>
    jobs.map(({ prompt, repeat }, i) => ({
      sampling: name,
      split: cell.split,
      strategy,
      prompt,
      repeat,
      transcript: of(strategy, i),
      honest: baseline && of(baseline, i),
    })),
  );
}

import type { Transcript } from "../../src/inference/transcript.ts";
import type { OpenWorker } from "../../src/lab/runner/cells.ts";
import { isConsistent } from "../../src/protocol/schemes/scored-output.ts";
import { attackPrompts, type JobsOfPrompts, publicPrompts } from "../attack/cells.ts";
import type { EvaluatedOutput } from "../attack/judge.ts";
import { outputsOf } from "../attack/outputs.ts";
import type { AttackSettings } from "../attack/settings.ts";
import { modelsOf, openTranscripts } from "../shared/transcripts.ts";
import { binOf, binStarts, type Measure, measures, type WhereRow } from "./rows.ts";

/** Answers jobs by every strategy and counts where the answers are inconsistent. */
export const openWorker: OpenWorker<JobsOfPrompts, WhereRow, AttackSettings> = async (
  experiment,
  { resultsFolder, signal },
) => {
  const { settings } = experiment;
  const texts = attackPrompts(settings);
  const models = await modelsOf(settings, signal);
  const transcripts = openTranscripts(experiment, resultsFolder, models, {
    tokenLimit: settings.tokenLimit,
    pool: publicPrompts(settings, texts),
  });
  return {
    run: async ({ input }) => {
      const outputs = await outputsOf(transcripts.source, experiment, input, texts, signal);
      const perPrompt = Map.groupBy(outputs, ({ strategy, prompt }) => `${prompt}/${strategy.label}`);
      return [...perPrompt.values()].flatMap(countsOf);
    },
    close: () => transcripts.close(),
  };
};

/** One prompt's outputs of one strategy, all seeds together: a row for each bin that holds positions. */
function countsOf(outputs: readonly EvaluatedOutput[]): WhereRow[] {
  const { sampling, strategy, prompt } = outputs[0]!;
  return measures.flatMap((measure) => {
    const positions = binStarts[measure].map(() => 0);
    const inconsistent = binStarts[measure].map(() => 0);
    for (const { transcript } of outputs)
      for (let i = 0; i < transcript.outputTokens.length; i++) {
        const value = valueAt(measure, strategy.name, transcript, i);
        if (value === null) continue;
        const bin = binOf(measure, value);
        positions[bin]!++;
        if (!isConsistent(transcript, i)) inconsistent[bin]!++;
      }
    return positions.flatMap((count, bin) =>
      count === 0
        ? []
        : [
            {
              sampling,
              strategy: strategy.label,
              kind: strategy.kind,
              prompt,
              measure,
              bin,
              positions: count,
              inconsistent: inconsistent[bin]!,
            },
          ],
    );
  });
}

/** Null where the evidence has no such number; distances are those from the one token that a substitution changed. */
function valueAt(measure: Measure, strategy: string, transcript: Transcript, position: number): number | null {
  switch (measure) {
    case "entropy":
      return transcript.evidence.entropiesNats?.[position] ?? null;
    case "position":
      return position;
    case "distance": {
      const [altered] = transcript.alteredPositions;
      return strategy === "single-token-substitution" && altered !== undefined ? position - altered : null;
    }
  }
}

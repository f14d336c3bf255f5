/**
 * How often a network stops for inference, and how many questions it asks at once: the quick preset of experiments/network/network.yaml, from
 * an empty store, with the embedded models.
 *
 *   node bench/actors/border.ts
 *
 * Questions of one stop go to the models as one lock-step batch; those that the store answers cost nothing. No time is measured.
 */

import { experimentRegistry } from "../../experiments/index.ts";
import type { NetworkSettings } from "../../experiments/network/settings.ts";
import { worldSettings } from "../../experiments/network/world-of.ts";
import { answersFrom, promptsOf } from "../../experiments/shared/answers.ts";
import { modelsOf } from "../../experiments/shared/transcripts.ts";
import { TranscriptSource } from "../../src/actors/strategies/transcript-source.ts";
import { World } from "../../src/actors/world.ts";
import { schedulings } from "../../src/actors/world-settings.ts";
import { TranscriptStore } from "../../src/inference/transcript-store/store.ts";
import { readExperiment } from "../../src/lab/experiment/file.ts";

const experiment = readExperiment("experiments/network/network.yaml", experimentRegistry, { preset: "quick" });
const settings = experiment.settings as NetworkSettings;
const { signal } = new AbortController();
const models = await modelsOf(settings, signal);
const prompts = promptsOf(settings, experiment.seed);
const store = TranscriptStore.open(":memory:");
const source = new TranscriptSource({
  mode: "recorded",
  store,
  setup: {
    models: Object.fromEntries(models.map((model) => [model.name, model])) as never,
    contextTokens: 512,
    sequences: settings.sequences,
    pool: prompts.map(({ input }) => input),
  },
});
const obtain = answersFrom(source, settings, signal);

for (const scheduling of schedulings) {
  const batches: number[] = [];
  let computed = 0;
  const world = new World(
    worldSettings(settings, experiment.seed, { population: "mixed", scheduling, run: 0 }, models, prompts),
    {
      provideOutputs: async (questions) => {
        const before = store.count();
        const answers = await obtain(questions);
        if (questions.length > 0) batches.push(questions.length);
        computed += store.count() - before;
        return answers;
      },
      check: true,
    },
  );
  await world.run();
  const asked = batches.reduce((sum, one) => sum + one, 0);
  console.log(
    `${scheduling}: ${world.kernel.executed} events, ${world.runs.length} jobs; ${batches.length} stops, ${asked} questions ` +
      `(${(asked / batches.length).toFixed(1)} a stop, at most ${Math.max(...batches)}), ${computed} of them not in the store`,
  );
}
await source.close();
store.close();

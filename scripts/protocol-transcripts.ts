/**
 * Writes the transcripts that the full presets of disputes, outsourced and network need, and no others, as one file to be committed.
 *
 *   node scripts/protocol-transcripts.ts [STORE] [FILE]
 *
 * STORE is the store of finished runs (results/protocol/transcripts.sqlite unless given; run network with --set store= that one), FILE
 * results/reference/protocol/transcripts.ctrf. No model is opened: what the store lacks is an error.
 */
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { scenarios } from "../experiments/disputes/scenarios.ts";
import type { DisputesSettings } from "../experiments/disputes/settings.ts";
import { strategyOf } from "../experiments/disputes/world-of.ts";
import { experimentRegistry } from "../experiments/index.ts";
import type { NetworkSettings } from "../experiments/network/settings.ts";
import type { OutsourcedSettings } from "../experiments/outsourced/settings.ts";
import { promptsOf } from "../experiments/shared/answers.ts";
import { modelsOf, openTranscripts } from "../experiments/shared/transcripts.ts";
import type { StrategyChoice } from "../src/actors/strategies/index.ts";
import { TranscriptStore } from "../src/inference/transcript-store/store.ts";
import { exportTranscripts } from "../src/inference/transcript-store/transcript-file.ts";
import { readExperiment } from "../src/lab/experiment/file.ts";

const [store = "results/protocol/transcripts.sqlite", file = "results/reference/protocol/transcripts.ctrf"] =
  process.argv.slice(2);
const { signal } = new AbortController();
const needed = TranscriptStore.open(":memory:");
const known = TranscriptStore.open(store);

await take("disputes", (settings: DisputesSettings) => ({
  tokenLimit: settings.jobs.tokenLimit,
  strategies: [
    ...scenarios.map((scenario) => strategyOf(scenario, settings)),
    // The accomplice's.
    { name: "unrelated" },
  ],
}));
await take("outsourced", ({ tokenLimit, outputs }: OutsourcedSettings) => ({
  tokenLimit,
  strategies: outputs.map(({ strategy, parameters }) => ({ name: strategy, parameters: parameters as never })),
}));
await take("network", ({ jobs, nodes }: NetworkSettings) => ({
  tokenLimit: jobs.tokenLimit,
  strategies: nodes.map(({ strategy, parameters }) => ({ name: strategy, parameters })),
}));
mkdirSync(dirname(file), { recursive: true });
const count = exportTranscripts(needed, file);
console.log(`${file}: ${count} transcripts, ${statSync(file).size} bytes`);

async function take<Settings extends DisputesSettings | OutsourcedSettings | NetworkSettings>(
  kind: string,
  wanted: (settings: Settings) => { readonly tokenLimit: number; readonly strategies: readonly StrategyChoice[] },
): Promise<void> {
  const experiment = readExperiment(`experiments/${kind}/${kind}.yaml`, experimentRegistry, {
    preset: "full",
    overrides: [`store=${store}`, "inference=store-only", "transcripts=null"],
  });
  const settings = experiment.settings as Settings;
  const { tokenLimit, strategies } = wanted(settings);
  const prompts = promptsOf(settings, experiment.seed);
  const models = await modelsOf(settings, signal);
  const pool = prompts.map(({ input }) => input);
  const transcripts = openTranscripts({ ...experiment, settings }, ".", models, { tokenLimit, pool });
  const requests = strategies.flatMap((strategy) =>
    prompts.map(({ input, seed }) => ({ prompt: input, seed, strategy, sampling: settings.sampling, tokenLimit })),
  );
  for (const transcript of await transcripts.source.obtain(requests)) needed.add(transcript);
  const { root } = models[0]!;
  for (const text of pool) needed.addPromptTokens(root, text, known.promptTokens(root, text)!);
  await transcripts.close();
}

/**
 * Real transcripts of the embedded models in one small file of the repository, test/golden/transcripts.ctrf: whole networks
 * can be played from it without a model. Each prompt is answered honestly and in a few dishonest ways.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { NetworkSettings } from "../../experiments/network/settings.ts";
import { answersFrom } from "../../experiments/shared/answers.ts";
import type { ModelSize } from "../../src/actors/hardware-profile.ts";
import type { OutputProvider, Prompt } from "../../src/actors/output-provider.ts";
import type { StrategyChoice } from "../../src/actors/strategies/index.ts";
import { TranscriptSource } from "../../src/actors/strategies/transcript-source.ts";
import type { Sampling } from "../../src/inference/sampling/sampling.ts";
import { TranscriptStore } from "../../src/inference/transcript-store/store.ts";
import { exportTranscripts, importTranscripts } from "../../src/inference/transcript-store/transcript-file.ts";

export const transcriptFile = "test/golden/transcripts.ctrf";

export const tokenLimit = 24;
export const sampling: Sampling = { temperature: 0.7, topK: 0, topP: 1, choice: "gumbel" };

/** What the file holds for every prompt. */
export const storedStrategies = {
  honest: { name: "honest" },
  unrelated: { name: "unrelated" },
  truncation: { name: "truncation" },
  lazyDraft: { name: "lazy-draft-honest-endpoints" },
} as const satisfies Record<string, StrategyChoice>;

const openings = readFileSync("models/prompts.txt", "utf8").split("\n");
export const prompts: readonly Prompt[] = openings
  .slice(0, 6)
  .map((input, number) => ({ number, input, seed: 2026 + number }));

interface StoredModel extends ModelSize {
  readonly path: string;
}

const manifest = JSON.parse(readFileSync("models/manifest.json", "utf8")) as {
  readonly models: Readonly<Record<string, { readonly root: string; readonly bytes: number }>>;
};
const model = (path: string): StoredModel => ({ path, ...manifest.models[basename(path)]! });
export const target = model("models/tales-target-f16.gguf");
export const draft = model("models/tales-draft-f16.gguf");

/** Answers from the file alone: a question that it does not answer is an error, and no model is touched. */
export function storedAnswers(): { readonly answer: OutputProvider; readonly close: () => Promise<void> } {
  const store = TranscriptStore.open(":memory:");
  importTranscripts(store, transcriptFile);
  return answersOf(store, "store-only");
}

/** Computes all of them with the embedded models and writes the file anew. Returns how many. */
export async function recordTranscripts(): Promise<number> {
  const store = TranscriptStore.open(":memory:");
  const { answer, close } = answersOf(store, "recorded");
  await answer(Object.values(storedStrategies).flatMap((strategy) => prompts.map((prompt) => ({ prompt, strategy }))));
  const count = exportTranscripts(store, transcriptFile);
  await close();
  return count;
}

function answersOf(store: TranscriptStore, mode: "recorded" | "store-only") {
  const source = new TranscriptSource({
    mode,
    store,
    setup: {
      models: { target, draft },
      contextTokens: 256,
      sequences: 8,
      pool: prompts.map(({ input }) => input),
    },
  });
  const settings = { sampling, jobs: { tokenLimit } } as NetworkSettings;
  return {
    answer: answersFrom(source, settings, new AbortController().signal),
    close: async () => {
      await source.close();
      store.close();
    },
  };
}

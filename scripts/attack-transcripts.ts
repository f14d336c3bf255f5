/**
 * Writes the transcripts that the full presets of the attack experiments need, and no others, as one file to be committed.
 *
 *   node scripts/attack-transcripts.ts STORE [FILE]
 *
 * STORE is the store of finished runs (results/attack/transcripts.sqlite); FILE is results/reference/attack/transcripts.ctrf unless
 * given. No model is opened: what the store lacks is an error.
 */
import { mkdirSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { attackCells, attackPrompts, publicPrompts } from "../experiments/attack/cells.ts";
import { outputsOf } from "../experiments/attack/outputs.ts";
import type { AttackSettings } from "../experiments/attack/settings.ts";
import { experimentRegistry } from "../experiments/index.ts";
import { modelsOf, openTranscripts } from "../experiments/shared/transcripts.ts";
import { TranscriptStore } from "../src/inference/transcript-store/store.ts";
import { exportTranscripts } from "../src/inference/transcript-store/transcript-file.ts";
import { readExperiment } from "../src/lab/experiment/file.ts";

const [store, file = "results/reference/attack/transcripts.ctrf"] = process.argv.slice(2);
if (store === undefined) {
  console.error("expected the path of a transcript store");
  process.exit(2);
}
const { signal } = new AbortController();
const needed = TranscriptStore.open(":memory:");
const known = TranscriptStore.open(store);
for (const kind of ["false-accept", "false-reject", "detection", "where-it-fails"]) {
  const experiment = readExperiment(`experiments/${kind}/${kind}.yaml`, experimentRegistry, {
    preset: "full",
    overrides: [`store=${store}`, "inference=store-only", "transcripts=null"],
  });
  const settings = experiment.settings as AttackSettings;
  const texts = attackPrompts(settings);
  const models = await modelsOf(settings, signal);
  const pool = publicPrompts(settings, texts);
  const transcripts = openTranscripts({ ...experiment, settings }, ".", models, {
    tokenLimit: settings.tokenLimit,
    pool,
  });
  for (const { input } of attackCells({ settings })) {
    if (kind === "where-it-fails" && input.split === "calibration") continue;
    const outputs = await outputsOf(transcripts.source, { ...experiment, settings }, input, texts, signal);
    needed.transaction(() => {
      for (const { transcript } of outputs) needed.add(transcript);
    });
  }
  await transcripts.close();
  const { root } = models[0]!;
  for (const text of texts) needed.addPromptTokens(root, text, known.promptTokens(root, text)!);
  console.log(`${kind}: ${needed.count()} transcripts so far`);
}
mkdirSync(dirname(file), { recursive: true });
rmSync(file, { force: true });
exportTranscripts(needed, file);
console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(2)} MB`);

/**
 * Target: the strategy by scheme matrix from stored transcripts (100 prompts, 2 seeds, every strategy, every scheme, every k) within
 * 10 s on one core: reading, judging, thresholds, intervals.
 *
 *   node bench/lab/matrix.ts [--repeats N] [--transcripts FILE]
 *
 * Reads results/reference/attack/transcripts.ctrf into a store first, which is not timed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { attackCells, attackPrompts, publicPrompts } from "../../experiments/attack/cells.ts";
import { attackRow } from "../../experiments/attack/judge.ts";
import { schemesOf } from "../../experiments/attack/lists.ts";
import { outputsOf } from "../../experiments/attack/outputs.ts";
import type { AttackSettings } from "../../experiments/attack/settings.ts";
import { summarizeAcceptance } from "../../experiments/attack/summary.ts";
import { experimentRegistry } from "../../experiments/index.ts";
import { hardwareOf } from "../../experiments/shared/hardware.ts";
import { modelsOf, openTranscripts } from "../../experiments/shared/transcripts.ts";
import { TranscriptStore } from "../../src/inference/transcript-store/store.ts";
import { importTranscripts } from "../../src/inference/transcript-store/transcript-file.ts";
import { readExperiment } from "../../src/lab/experiment/file.ts";
import { Streams } from "../../src/sim/streams.ts";
import { interleaved } from "../support/interleaved.ts";
import { describe } from "../support/report.ts";

const { values } = parseArgs({
  options: {
    repeats: { type: "string", default: "3" },
    transcripts: { type: "string", default: "results/reference/attack/transcripts.ctrf" },
  },
});
const folder = mkdtempSync(join(tmpdir(), "camelid-matrix-"));
const path = join(folder, "store.sqlite");
const store = TranscriptStore.open(path);
console.log(`${importTranscripts(store, values.transcripts)} transcripts`);
store.close();

// Detection holds every cheat and every honest variation against every scheme, with two seeds; the first of its samplings is timed.
const read = readExperiment("experiments/detection/detection.yaml", experimentRegistry, {
  preset: "full",
  overrides: [`store=${path}`, "inference=store-only", "transcripts=null"],
});
const experiment = { ...read, settings: read.settings as AttackSettings };
const { settings } = experiment;
const { signal } = new AbortController();
const models = await modelsOf(settings, signal);
const hardware = hardwareOf(settings.hardware, models);
const texts = attackPrompts(settings);
const schemes = schemesOf(experiment);
const cells = attackCells(experiment).filter(({ input }) => input.sampling === 0);

const measured = await interleaved(
  {
    matrix: async () => {
      const transcripts = openTranscripts(experiment, folder, models, {
        tokenLimit: settings.tokenLimit,
        pool: publicPrompts(settings, texts),
      });
      const rows = [];
      for (const { input } of cells)
        for (const output of await outputsOf(transcripts.source, experiment, input, texts, signal))
          rows.push(attackRow(output, hardware, schemes));
      await transcripts.close();
      return { outputs: rows.length, summary: summarizeAcceptance(rows, new Streams(experiment.seed)) };
    },
  },
  Number(values.repeats),
);
describe("reading, judging, thresholds, intervals", measured.matrix);
const fastest = Math.min(...measured.matrix.wallMs);
rmSync(folder, { recursive: true });
const met = fastest <= 10_000;
console.log(
  `matrix from stored transcripts: ${(fastest / 1000).toFixed(2)} s ${met ? "met" : "MISSED"} (at most 10 s)`,
);
process.exitCode = met ? 0 : 1;

/** The committed runs of the attack experiments against the transcripts that lie beside them. */
import { createHash } from "node:crypto";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attackPage } from "../../scripts/attack-docs/page.ts";
import { TranscriptStore } from "../../src/inference/transcript-store/store.ts";
import { importTranscripts } from "../../src/inference/transcript-store/transcript-file.ts";
import { parseExperiment } from "../../src/lab/experiment-file.ts";
import type { AttackSettings } from "../../src/lab/experiment-file-attack.ts";
import { claimsOf } from "../../src/lab/experiments/attack/claims.ts";
import { attackCells, attackPrompts, publicPrompts } from "../../src/lab/experiments/attack/plan.ts";
import { attackRow } from "../../src/lab/experiments/attack/rows.ts";
import { hardwareOf } from "../../src/lab/experiments/hardware.ts";
import { experimentKinds } from "../../src/lab/experiments/kinds.ts";
import { modelsOf, openTranscripts } from "../../src/lab/experiments/transcripts.ts";
import { attackRowsTable } from "../../src/lab/figures/attack/measurement.ts";
import { drawFigure } from "../../src/lab/figures/figure.ts";
import type { Manifest } from "../../src/lab/results/manifest.ts";
import { toCsv } from "../../src/lab/results/table.ts";

const kinds = ["false-accept", "false-reject", "detection", "where-it-fails"] as const;
const schemas = Object.fromEntries(Object.entries(experimentKinds).map(([kind, { settings }]) => [kind, settings]));
const folder = mkdtempSync(join(tmpdir(), "camelid-reference-"));
const store = join(folder, "store.sqlite");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function reference(kind: string) {
  const [path] = globSync(`results/reference/${kind}/*/manifest.json`).toSorted().slice(-1);
  const manifest = JSON.parse(readFileSync(path!, "utf8")) as Manifest;
  const file = (name: string) => readFileSync(join(path!, "..", name), "utf8");
  return { manifest, file };
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("reference runs of the attack experiments", () => {
  beforeAll(() => {
    const made = TranscriptStore.open(store);
    importTranscripts(made, "results/reference/attack/transcripts.ctrf");
    made.close();
  }, 120_000);

  test.each(["false-accept", "false-reject", "detection"])(
    "%s: rows come out of the committed transcripts byte for byte, with no model opened",
    async (kind) => {
      const { manifest, file } = reference(kind);
      const { given } = manifest.experiment;
      const experiment = parseExperiment(given.file, given.text, schemas, {
        preset: given.preset ?? undefined,
        overrides: [`store=${store}`, "inference=store-only"],
      });
      const settings = experiment.settings as AttackSettings;
      const { signal } = new AbortController();
      const models = await modelsOf(settings, signal);
      const texts = attackPrompts(settings);
      const pool = publicPrompts(settings, texts);
      const transcripts = openTranscripts(experiment, folder, models, { tokenLimit: settings.tokenLimit, pool });
      const hardware = hardwareOf(settings.hardware, models);
      const committed = new Set(file("rows.csv").split("\n"));
      // The first prompts of each sampling and split.
      const cells = attackCells(settings).filter(({ input }) =>
        [0, settings.prompts.evaluation].includes(input.prompts[0]!),
      );
      expect(cells.length).toBe(2 * settings.samplings.length);
      for (const { input } of cells) {
        const claims = await claimsOf(transcripts.source, settings, experiment.seed, input, texts, signal);
        const lines = toCsv(attackRowsTable(claims.map((claim) => attackRow(claim, hardware)))).split("\n");
        expect(lines.filter((line) => !committed.has(line))).toEqual([]);
      }
      expect(transcripts.source.touchedModels).toBe(false);
      await transcripts.close();
    },
    120_000,
  );

  test.each(kinds)(
    "%s: tables, verdicts and the first figure follow from the rows, byte for byte",
    async (kind) => {
      const { manifest, file } = reference(kind);
      const rows = file("rows.csv");
      expect(sha256(rows)).toBe(manifest.files["rows.csv"]!.sha256);
      const outcome = await experimentKinds[kind]!.outcomeOf(rows, manifest.experiment.seed);
      for (const table of outcome.tables) expect(sha256(toCsv(table))).toBe(manifest.files[table.file]!.sha256);
      expect(outcome.verdicts).toEqual(manifest.verdicts);
      const [figure] = outcome.figures;
      const { svg } = await drawFigure(figure!);
      expect(sha256(svg)).toBe(manifest.files[`figures/${figure!.name}.svg`]!.sha256);
    },
    120_000,
  );

  test("docs/attacks.md is what the reference runs say: npm run docs", () => {
    expect(readFileSync("docs/attacks.md", "utf8")).toBe(attackPage());
  });
});

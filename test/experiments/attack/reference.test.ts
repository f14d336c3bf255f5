/** The committed runs of the attack experiments against the transcripts that lie beside them. */
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { experimentRegistry } from "../../../experiments/index.ts";
import { attackPage } from "../../../scripts/attack-docs/page.ts";
import { drawFigure } from "../../../src/lab/charts/figure.ts";
import type { Manifest } from "../../../src/lab/results/manifest.ts";
import { toCsv } from "../../../src/lab/results/table.ts";
import { experimentAgain } from "../../../src/lab/results/verify-run.ts";
import { Sweep } from "../../../src/lab/runner/sweep.ts";

const resultsFolder = mkdtempSync(join(tmpdir(), "camelid-reference-"));
afterAll(() => rmSync(resultsFolder, { recursive: true, force: true }));

/** Files that are kept out of the checkout: the largest, which follow from the others. */
const leftOut = /^(rows\.csv|report\.html|.*\.png)$/;

function reference(kind: string): { manifest: Manifest; folder: string } {
  const path = globSync(`results/reference/${kind}/*/manifest.json`).toSorted().at(-1)!;
  return { manifest: JSON.parse(readFileSync(path, "utf8")) as Manifest, folder: dirname(path) };
}

const sha256 = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");

describe("reference runs of the attack experiments", () => {
  test.each(["false-accept", "false-reject", "detection", "where-it-fails"])(
    "%s: every file that is kept is the manifest's",
    (kind) => {
      const { manifest, folder } = reference(kind);
      const kept = Object.entries(manifest.files).filter(([name]) => !leftOut.test(name));
      expect(kept.length).toBeGreaterThan(6);
      for (const [name, { sha256: expected }] of kept)
        expect([name, sha256(readFileSync(join(folder, name)))]).toEqual([name, expected]);
    },
  );

  // Detection's rows are those of the other two.
  test.each(["false-accept", "false-reject", "where-it-fails"])(
    "%s: rows, tables, verdicts and figures come out of the committed transcripts byte for byte, with no model opened",
    async (kind) => {
      const { manifest } = reference(kind);
      const { seed } = manifest.experiment;
      const definition = experimentRegistry[kind]!;
      const experiment = experimentAgain({ manifest, read: () => undefined }, definition, [
        `store=${join(resultsFolder, "store.sqlite")}`,
        "inference=store-only",
      ]);
      const sweep = new Sweep({ workers: 2 });
      const { signal } = new AbortController();
      const { report, discardJournal } = await definition.run(experiment, {
        resultsFolder,
        signal,
        onProgress: () => {},
        sweep,
      });
      expect(sweep.failures).toEqual([]);
      discardJournal();
      for (const table of report.tables)
        expect([table.file, sha256(toCsv(table))]).toEqual([table.file, manifest.files[table.file]!.sha256]);
      expect(report.verdicts).toEqual(manifest.verdicts);
      for (const figure of report.figures) {
        const { spec } = await drawFigure(figure);
        const file = `figures/${figure.name}.vl.json`;
        expect([file, sha256(`${JSON.stringify(spec, null, 2)}\n`)]).toEqual([file, manifest.files[file]!.sha256]);
      }
      const [first] = report.figures;
      const { svg } = await drawFigure(first!);
      expect(sha256(svg)).toBe(manifest.files[`figures/${first!.name}.svg`]!.sha256);
      expect(seed).toBe("1");
    },
    180_000,
  );

  test("the file of transcripts that they name is there", () => {
    for (const kind of ["false-accept", "false-reject", "detection", "where-it-fails"]) {
      const { resolved } = reference(kind).manifest.experiment;
      expect(existsSync(resolved["transcripts"] as string)).toBe(true);
    }
  });

  test("docs/attacks.md is what the reference runs say: npm run docs", () => {
    expect(readFileSync("docs/attacks.md", "utf8")).toBe(attackPage());
  });
});

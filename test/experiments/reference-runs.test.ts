/** The committed runs whose rows are kept: tables, verdicts and figures are those that this program makes of the rows. */
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { experimentRegistry } from "../../experiments/index.ts";
import { drawFigure } from "../../src/lab/charts/figure.ts";
import type { Manifest } from "../../src/lab/results/manifest.ts";
import { reportOf } from "../../src/lab/results/redraw-run.ts";
import { toCsv } from "../../src/lab/results/table.ts";

const runs = globSync("results/reference/*/*/rows.csv")
  .map((path) => dirname(path))
  // Git ignores rows of these, which somebody may have put back; test/experiments/attack/reference.test.ts computes them.
  .filter((run) => !/\/(false-accept|false-reject|detection|where-it-fails)\//.test(run))
  .toSorted();

const sha256 = (content: string) => createHash("sha256").update(content).digest("hex");

test("there are some", () => {
  expect(runs.length).toBeGreaterThanOrEqual(5);
});

test.each(runs)(
  "%s is what 'camelid figures' makes of its rows; after a change of figures or verdicts, run it on this folder",
  async (run) => {
    const manifest = JSON.parse(readFileSync(join(run, "manifest.json"), "utf8")) as Manifest;
    const kind = experimentRegistry[manifest.experiment.kind]!;
    const report = await reportOf(kind, manifest, readFileSync(join(run, "rows.csv"), "utf8"));
    expect(JSON.parse(JSON.stringify(report.verdicts))).toEqual(manifest.verdicts);
    const texts: [string, string][] = report.tables.map((table) => [table.file, toCsv(table)]);
    for (const figure of report.figures)
      texts.push([`figures/${figure.name}.vl.json`, `${JSON.stringify((await drawFigure(figure)).spec, null, 2)}\n`]);
    const hashes = Object.fromEntries(texts.map(([file, text]) => [file, sha256(text)]));
    expect(hashes).toEqual(Object.fromEntries(texts.map(([file]) => [file, manifest.files[file]?.sha256])));
    for (const [file, text] of texts)
      if (existsSync(join(run, file)))
        expect([file, readFileSync(join(run, file), "utf8") === text]).toEqual([file, true]);
  },
);

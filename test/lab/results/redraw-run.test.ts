import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { analyseFigure1 } from "../../../experiments/figure-1/analyse.ts";
import { madeUpRows, smallModel } from "../../../experiments/figure-1/sample.ts";
import { figure1Settings } from "../../../experiments/figure-1/settings.ts";
import { experimentRegistry } from "../../../experiments/index.ts";
import { readExperiment } from "../../../src/lab/experiment/file.ts";
import type { Manifest } from "../../../src/lab/results/manifest.ts";
import { redrawRun } from "../../../src/lab/results/redraw-run.ts";
import { writeRun } from "../../../src/lab/results/write-run.ts";
import { scratchFolder } from "../../inference/gguf/scratch.ts";

const scratch = scratchFolder();
const experiment = readExperiment(
  "experiments/figure-1/figure-1.yaml",
  { "figure-1": { settings: figure1Settings } },
  { preset: "quick" },
);

const report = analyseFigure1(madeUpRows([smallModel]), experiment.seed);
const facts = {
  startedAt: new Date("2026-01-31T12:00:00Z"),
  endedAt: new Date("2026-01-31T12:03:00Z"),
  loadAverage: [0.1, 1] as const,
  commandLine: ["run", "experiments/figure-1/figure-1.yaml"],
  models: [{ name: "small", root: "ab".repeat(32), bytes: 1 }],
  numerics: null,
};
const drawn = join(scratch, "drawn");
let runs = 0;
let folder: string;
beforeAll(async () => {
  mkdirSync(drawn);
  await writeRun(drawn, experiment, report, facts);
});
beforeEach(() => {
  folder = join(scratch, `run-${runs++}`);
  cpSync(drawn, folder, { recursive: true });
});

function contents(): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), "latin1")]),
  );
}

function editManifest(change: (manifest: Record<string, unknown>) => void): void {
  const path = join(folder, "manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  change(manifest);
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}

test("the same program draws every file as it was, byte for byte", async () => {
  const before = contents();
  const { files, unchanged } = await redrawRun(folder, experimentRegistry);
  expect(unchanged).toBe(true);
  expect(new Set(files)).toEqual(new Set(before.keys()));
  expect(contents()).toEqual(before);
});

test("figures that the experiment file did not choose are not drawn, now or again", async () => {
  folder = join(scratch, "chosen");
  mkdirSync(folder);
  await writeRun(folder, { ...experiment, figures: ["ratio-by-tokens"] }, report, facts);
  const before = contents();
  expect([...before.keys()].filter((path) => path.endsWith(".png"))).toEqual([
    join(folder, "figures/ratio-by-tokens.png"),
  ]);
  expect((await redrawRun(folder, experimentRegistry)).unchanged).toBe(true);
  expect(contents()).toEqual(before);
});

test("a figure that was lost or edited is drawn again", async () => {
  const before = contents();
  writeFileSync(join(folder, "figures", "time-by-tokens.svg"), "<svg/>");
  await redrawRun(folder, experimentRegistry);
  expect(contents()).toEqual(before);
});

test("another program says in the manifest that it drew them, and leaves who measured", async () => {
  editManifest((manifest) => {
    Object.assign(manifest["software"] as object, { camelid: "0.0.1", commit: "0".repeat(40) });
  });
  await redrawRun(folder, experimentRegistry);
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Manifest;
  expect(manifest.software.camelid).toBe("0.0.1");
  expect(manifest.redrawnWith!.camelid).not.toBe("0.0.1");
});

test("edited rows are refused, and nothing is touched", async () => {
  const path = join(folder, "rows.csv");
  const rows = readFileSync(path, "utf8");
  const edited = rows.replace("true", "false");
  expect(edited).not.toBe(rows);
  writeFileSync(path, edited);
  const before = contents();
  await expect(redrawRun(folder, experimentRegistry)).rejects.toThrow(
    `${path}: changed since it was measured (its SHA-256 is not the manifest's); run the experiment again`,
  );
  expect(contents()).toEqual(before);
});

test("a folder without a manifest, and one without rows, hold no finished run", async () => {
  await expect(redrawRun(scratch, experimentRegistry)).rejects.toThrow(
    `${join(scratch, "manifest.json")}: cannot be read (ENOENT); expected the folder of a finished run`,
  );
  await expect(redrawRun(join(folder, "rows.csv"), experimentRegistry)).rejects.toThrow(
    /manifest\.json: cannot be read \(ENOTDIR\)/,
  );
});

test.each([
  ["{"],
  ["null"],
  ["[]"],
  ['{"format":"camelid-run/2"}'],
  ['{"format":"camelid-run/1"}'],
  ['{"format":"camelid-run/1","experiment":{},"files":{}}'],
])("a manifest.json that reads %s is none of a run", async (text) => {
  writeFileSync(join(folder, "manifest.json"), text);
  await expect(redrawRun(folder, experimentRegistry)).rejects.toThrow(
    /manifest\.json: not the manifest of a run; expected one that/,
  );
});

test("a kind of experiment that this version does not know is refused by name", async () => {
  editManifest((manifest) => {
    Object.assign(manifest["experiment"] as object, { kind: "figure-9" });
  });
  await expect(redrawRun(folder, experimentRegistry)).rejects.toThrow(
    "kind 'figure-9' is unknown to this version of Camelid",
  );
});

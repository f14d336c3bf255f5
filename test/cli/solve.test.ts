import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Manifest } from "../../src/lab/results/manifest.ts";
import { scratchFolder } from "../inference/gguf/scratch.ts";
import { camelid, readJson } from "./camelid.ts";

const results = join(scratchFolder(), "results");
const folder = join(results, "false-accept");

test("says from which run it answers, of which preset, and that there are others", async () => {
  const settings = [
    "prompts={evaluation: 2, calibration: 2}",
    "tokenLimit=8",
    "strategies=[honest, unrelated output]",
    "samplings=[{name: greedy, temperature: 0, topK: 0, topP: 1, choice: gumbel, seeds: 1, detail: logits}]",
    "figures=[]",
    `store=${join(results, "store.sqlite")}`,
  ];
  const sets = settings.flatMap((setting) => ["--set", setting]);
  const made = await camelid(
    "run",
    "experiments/false-accept/false-accept.yaml",
    "--preset",
    "quick",
    ...sets,
    "--out",
    results,
  );
  if (made.code !== 0) throw new Error(made.err);
  const quick = join(folder, readdirSync(folder).find((name) => name.endsWith("-quick"))!);

  const alone = await camelid("solve", folder);
  expect(alone.out.replace(/\s+/g, " ")).toMatch(
    /^from \S+-quick: false-accept, preset quick with other settings \(--set\), seed 1, of \S+ \S+ UTC reward 1\.5, /,
  );
  expect(alone.code).toBe(0);

  const older = join(folder, "20250101T000000Z-full");
  cpSync(quick, older, { recursive: true });
  const manifest = readJson<Manifest>(join(older, "manifest.json"));
  const { given } = manifest.experiment;
  const experiment = { ...manifest.experiment, given: { ...given, preset: "full", overrides: [] } };
  writeFileSync(
    join(older, "manifest.json"),
    JSON.stringify({ ...manifest, experiment, startedAt: "2025-01-01T00:00:00.000Z" }),
  );
  const both = await camelid("solve", folder);
  expect(both.out).toContain(`from ${quick}:\n`);
  expect(both.out.replace(/\s+/g, " ")).toContain(
    "the newest of 2 here (older: 1 of preset full); name a run's folder for another reward",
  );
  expect((await camelid("solve", older)).out).toMatch(/\nfalse-accept, preset full, seed 1, of 2025-01-01 00:00 UTC\n/);
  const { run, preset } = JSON.parse((await camelid("solve", folder, "--json")).out);
  expect([run, preset]).toEqual([quick, "quick"]);
});

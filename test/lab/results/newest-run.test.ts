import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { chosenText, newestRunIn } from "../../../src/lab/results/newest-run.ts";
import { scratchFolder } from "../../inference/gguf/scratch.ts";

const results = join(scratchFolder(), "results");

/** A folder with as much of a manifest as choosing looks at. */
function run(
  name: string,
  { preset = "full" as string | null, at = "10:00", overrides = [] as string[], partial = false },
): string {
  const folder = join(results, "false-accept", name);
  mkdirSync(folder, { recursive: true });
  const manifest = {
    format: "camelid-run/1",
    experiment: { name: "false-accept", kind: "false-accept", seed: "1", given: { preset, overrides } },
    software: {},
    verdicts: [],
    files: {},
    startedAt: `2026-11-24T${at}:00.000Z`,
    ...(partial ? { partial: { planned: 9, finished: 4, missing: [], failures: [] } } : {}),
  };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  return folder;
}

test("of several runs the newest complete one is taken, and it is said which, and what was passed over", () => {
  const folder = join(results, "false-accept");
  const full = run("20261124T100000Z-full", {});
  expect(chosenText(newestRunIn(folder))).toBe("false-accept, preset full, seed 1, of 2026-11-24 10:00 UTC");
  run("20261124T090000Z-full", { at: "09:00" });
  // By its start, whatever its folder is called.
  const quick = run("a-quick-look", { preset: "quick", at: "11:00" });
  run("20261124T080000Z", { preset: null, at: "08:00", overrides: ["tokenLimit=8"] });
  const partial = run("20261124T120000Z-full-partial", { at: "12:00", partial: true });
  writeFileSync(join(folder, "20261124T090000Z-full", "report.html"), "");
  mkdirSync(join(folder, "20261124T130000Z-full"));
  writeFileSync(join(folder, "20261124T130000Z-full", "manifest.json"), "{");
  for (const named of [folder, `${folder}/`, `${folder}/../false-accept`])
    expect(newestRunIn(named).folder).toContain("a-quick-look");
  const chosen = newestRunIn(folder);
  expect(chosen.folder).toBe(quick);
  expect(chosenText(chosen)).toBe(
    "false-accept, preset quick, seed 1, of 2026-11-24 11:00 UTC; the newest of 4 here " +
      "(older: 2 of preset full, 1 of no preset with other settings (--set)); name a run's folder for another",
  );
  expect(chosen.problems).toEqual([
    expect.stringMatching(/20261124T130000Z-full.manifest\.json: not the manifest of a run/),
  ]);
  // A run that is named is that run.
  expect(chosenText(newestRunIn(full))).toBe("false-accept, preset full, seed 1, of 2026-11-24 10:00 UTC");
  expect(chosenText(newestRunIn(partial))).toBe(
    "false-accept, preset full, seed 1, of 2026-11-24 12:00 UTC; partial, 4 of 9 cells",
  );
});

test("where there is none, says how one is made", () => {
  mkdirSync(join(results, "none"), { recursive: true });
  for (const name of ["none", "nowhere"])
    expect(() => newestRunIn(join(results, name))).toThrow(
      /no complete run is there; name the folder of one, or make one/,
    );
});

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { writeExperiments } from "../lab/overview/experiments.ts";
import { scratchFolder } from "../support/scratch.ts";
import { camelid, ended, refusalLine, start } from "./camelid.ts";

const scratch = scratchFolder();

describe("reproduce", () => {
  const experiments = writeExperiments(join(scratch, "experiments"), [
    { name: "a-first" },
    { name: "b-long", repeats: 40 },
  ]);
  const results = join(scratch, "results");
  const command = ["reproduce", "--experiments", experiments, "--out", results];
  const runs = (name: string) => {
    const folder = join(results, name);
    return existsSync(folder) ? readdirSync(folder).filter((run) => run !== "unfinished") : [];
  };

  test.skipIf(process.platform === "win32")("killed within its second experiment, goes on within it", async () => {
    const child = start(...command);
    const end = ended(child);
    const journal = join(results, "b-long", "unfinished");
    const underWay = () => existsSync(journal) && readdirSync(journal).some((file) => file.endsWith(".jsonl"));
    while (!underWay() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGKILL");
    expect((await end).code).toBe(null);
    expect([runs("a-first").length, runs("b-long").length]).toEqual([1, 0]);

    const { out, err, code } = await camelid(...command);
    expect(code).toBe(0);
    expect(out).toMatch(/^\na-first \(1 of 2\)\nHow long does a-first take\?\n/);
    expect(out).toContain(`finished before: ${join(results, "a-first", runs("a-first")[0]!)}\n`);
    expect(err).toMatch(/going on: \d+ cells were finished before/);
    expect(runs("a-first").length).toBe(1);
    expect(out).toMatch(/\nThe published claims\nC1 +undecided\n/);
    expect(out).toContain("\nnot yet tested: C5, C6, C7, C8, C9, C10, C12, C13, C14, C16, C17, C18, C19\n");
    expect(out).toMatch(/\n\S+\/overview\/\S+-quick\/index\.html {3}the page: /);
  });

  test("answers 1 when an experiment failed, and names it", async () => {
    const broken = writeExperiments(join(scratch, "broken"), [{ name: "one", model: "models/nowhere.gguf" }]);
    const { out, err, code } = await camelid("reproduce", "--experiments", broken, "--out", join(scratch, "none"));
    expect(code).toBe(1);
    expect(err).toContain("failed: models/nowhere.gguf: no such file; check the path\n");
    expect(err).toMatch(/camelid: failed: one; the same command tries again only those\n$/);
    expect(out).toContain("\nC2   refuted\n");
  });

  test("refuses names and presets that nobody has, before anything runs", async () => {
    const out = join(scratch, "refused");
    expect(refusalLine(await camelid(...command.slice(0, 3), "--out", out, "--only", "a-first,c"))).toBe(
      "--only c: expected some of a-first, b-long",
    );
    expect(refusalLine(await camelid(...command.slice(0, 3), "--out", out, "--preset", "slow"))).toContain(
      "--preset slow: no",
    );
    expect(existsSync(out)).toBe(false);
  });
});

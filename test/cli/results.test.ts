import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Manifest } from "../../src/lab/results/manifest.ts";
import { scratchFolder } from "../inference/gguf/scratch.ts";
import { runsIn, sweepInto } from "../lab/faults/small-sweep.ts";
import { camelid, readJson, refusalLine } from "./camelid.ts";

const scratch = scratchFolder();
const results = join(scratch, "results");
let run: string;

beforeAll(async () => {
  for (const args of [
    sweepInto(results),
    ["run", "experiments/token-cost/token-cost.yaml", "--preset", "quick", "--out", results],
  ]) {
    const { code, err } = await camelid(...args);
    if (code !== 0) throw new Error(err);
  }
  run = join(results, "network", runsIn(results)[0]!);
});

const verify = (...args: string[]) => camelid("results", "verify", ...args, "--out", results);

/** A copy of the run beside it, to be tampered with. */
function copyOfRun(name: string): string {
  const copy = join(results, "network", name);
  cpSync(run, copy, { recursive: true });
  return copy;
}

describe("results list", () => {
  test("says of each run when it was, what it says on the claims, and whether it is complete", async () => {
    const { out, code } = await camelid("results", "list", "--out", results);
    expect(code).toBe(0);
    const [header, network, tokenCost] = out.trimEnd().split("\n");
    expect(header).toMatch(/^run +started \(UTC\) +preset +seed +state +claims$/);
    expect(network).toMatch(new RegExp(`^${run} +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d +quick +1 +complete +C13 .*C14 `));
    expect(tokenCost).toMatch(/token-cost\/\d{8}T\d{6}Z-quick .* complete +C5 /);
    const forPrograms = JSON.parse((await camelid("results", "list", "--json", "--out", results)).out);
    expect(forPrograms.runs.map(({ folder }: { folder: string }) => folder)).toContain(run);
  });

  test("knows partial runs, and what is not finished", async () => {
    const { code } = await camelid(...sweepInto(results, "--seed", "2", "--only", "central, run 1"));
    expect(code).toBe(0);
    const { out } = await camelid("results", "list", "--out", results);
    expect(out).toMatch(/-quick-partial .* 2 +1 of 8 cells/);
    expect(out).toMatch(/network: unfinished, 1 finished, last at .*; the same command goes on\n/);
  });

  test("takes no comparison for a run, or for a broken one", async () => {
    expect((await camelid("compare", run, run, "--out", results)).code).toBe(0);
    const { out, err, code } = await camelid("results", "list", "--out", results);
    expect([code, err]).toEqual([0, ""]);
    expect(out).not.toContain("compare");
  });

  test("of no folder is refused", async () => {
    expect(refusalLine(await camelid("results", "list", "--out", join(scratch, "none")))).toMatch(
      /none: no such folder; --out names the folder of the results$/,
    );
  });
});

describe("results show", () => {
  test("prints question, circumstances, verdicts with their numbers, and files", async () => {
    const { out, code } = await camelid("results", "show", "network", "--out", results);
    const { verdicts, experiment } = readJson<Manifest>(join(run, "manifest.json"));
    expect(code).toBe(0);
    expect(out).toContain(`network: ${run}\n`);
    const words = out.replace(/\s+/g, " ");
    expect(words).toContain(experiment.question);
    for (const { sentence } of verdicts) expect(words).toContain(sentence);
    expect(out).toMatch(/\n {2}rows\.csv +\d/);
  });

  test("of what is no run is refused", async () => {
    expect(refusalLine(await camelid("results", "show", "netwrok", "--out", results))).toMatch(
      /^netwrok: neither a run's folder nor an experiment with runs in .*; see 'camelid results list'$/,
    );
  });
});

describe("results verify", () => {
  test("computes rows again from the store, and what follows from them, and leaves the run as it is", async () => {
    const before = readdirSync(run, { recursive: true });
    const { out, code } = await verify(run);
    expect(out.split("\n").slice(1, -1)).toEqual([
      expect.stringMatching(/^same {9}\d+ files: sizes and SHA-256 are the manifest's, and there are no others$/),
      `same         rows.csv: computed again from transcripts in ${join(results, "network", "transcripts.sqlite")}, byte for byte`,
      expect.stringMatching(/^same {9}.*verdicts: follow from rows\.csv$/),
      expect.stringMatching(/^same {9}\d+ figures: drawn again from rows\.csv, the same$/),
    ]);
    expect(code).toBe(0);
    expect(readdirSync(run, { recursive: true })).toEqual(before);
  });

  test("of a partial run, computes the cells that are in it", async () => {
    const partial = runsIn(results).find((name) => name.endsWith("-partial"))!;
    const { out, code } = await verify(join(results, "network", partial));
    expect(out).toMatch(/\nsame +rows\.csv: computed again from transcripts in .*, byte for byte\n/);
    expect(code).toBe(0);
  });

  test("names every file that changed, is missing, or was added", async () => {
    const copy = copyOfRun("tampered");
    appendFileSync(join(copy, "report.html"), " ");
    rmSync(join(copy, "figures", readdirSync(join(copy, "figures"))[0]!));
    writeFileSync(join(copy, "notes.txt"), "");
    const { out, code } = await verify(copy);
    expect(code).toBe(1);
    expect(out).toMatch(/\ndiffers +report\.html: \d+ bytes, the manifest says \d+\n/);
    expect(out).toMatch(/\ndiffers +figures\/.*: is missing\n/);
    expect(out).toMatch(/\ndiffers +notes\.txt: is not in the manifest\n/);
    rmSync(copy, { recursive: true });
  });

  test("computes rows that are not kept again, and holds them against the manifest", async () => {
    const copy = copyOfRun("without-rows");
    rmSync(join(copy, "rows.csv"));
    rmSync(join(copy, "report.html"));
    for (const name of ["cells", "figures"]) rmSync(join(copy, name), { recursive: true });
    const { out, code } = await verify(copy);
    expect(out).toMatch(/\nsame +\d+ figures: drawn again from rows\.csv, the same\n/);
    expect(out).toMatch(/\nnote +figures\/: \d+ files are not here; camelid figures .* writes them again\n/);
    expect(out).toMatch(/\nnote +cells\/: \d+ files are not here; the same experiment writes them again\n/);
    expect(out).toMatch(/\nnote +rows\.csv: is not here; computed again below\n/);
    expect(out).toMatch(/\nsame +rows\.csv: computed again from transcripts in .*, to the manifest's SHA-256\n/);
    expect(code).toBe(0);
    rmSync(copy, { recursive: true });
  });

  test("finds rows that nobody measured, though the manifest was changed with them", async () => {
    const copy = copyOfRun("made-up");
    const rows = join(copy, "rows.csv");
    const text = readFileSync(rows, "utf8");
    const lines = text.split("\n");
    const column = lines[0]!.split(",").indexOf("earnedCoins");
    const cells = lines[1]!.split(",");
    const was = cells[column]!;
    cells[column] = "17";
    writeFileSync(rows, text.replace(lines[1]!, cells.join(",")));
    const { createHash } = await import("node:crypto");
    const manifest = readJson<Manifest>(join(copy, "manifest.json"));
    const content = readFileSync(rows);
    const files = {
      ...manifest.files,
      "rows.csv": { bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") },
    };
    writeFileSync(join(copy, "manifest.json"), JSON.stringify({ ...manifest, files }));
    const { out, code } = await verify(copy);
    expect(code).toBe(1);
    expect(out).toContain(`line 2 differs: earnedCoins is ${was}, the file says 17\n`);
    rmSync(copy, { recursive: true });
  });

  test("draws figures that are not kept again, and holds them against the manifest; one alone that is gone is missing", async () => {
    const copy = copyOfRun("without-figures");
    rmSync(join(copy, "figures"), { recursive: true });
    const { out, code } = await verify(copy);
    expect(out).toMatch(/\nnote +figures\/: \d+ files are not here; camelid figures .* writes them again\n/);
    expect(out).toMatch(/\nsame +\d+ figures: drawn again from rows\.csv, the same\n/);
    expect(code).toBe(0);
    rmSync(copy, { recursive: true });
  });

  test("passes over the times of this machine among rows that can be computed again, and nothing else", async () => {
    const jobs = ["jobs=2", "revisions=['2026.1']", "shares=[0.5]", "asked=[1]", "identities=4", "vocabularies=[]"];
    const settings = [...jobs, `store=${join(results, "outsourced.sqlite")}`].flatMap((item) => ["--set", item]);
    const { err, code } = await camelid(
      ...["run", "experiments/outsourced/outsourced.yaml", "--preset", "quick", "--out", results],
      ...settings,
    );
    if (code !== 0) throw new Error(err);
    const again = await verify("outsourced");
    expect(again.out).toMatch(
      /\nsame +rows\.csv: computed again from .*, byte for byte, but for measured times, wallMs, which are the file's\n/,
    );
    expect(again.code).toBe(0);
  });

  test("says what it cannot compute again, and why", async () => {
    const elsewhere = join(scratch, "elsewhere", "network");
    mkdirSync(elsewhere, { recursive: true });
    cpSync(run, join(elsewhere, "run"), { recursive: true });
    const { out, code } = await verify(join(elsewhere, "run"));
    expect([code, out.split("\n")[2]]).toEqual([
      0,
      expect.stringMatching(/^note +rows\.csv: cannot be computed again: .*: \d+ of \d+ transcripts are missing/),
    ]);
  });

  test("computes arithmetic again from the settings; of measured times it checks hashes and what follows", async () => {
    const arithmetic = await verify("token-cost");
    expect(arithmetic.out).toContain("\nsame         rows.csv: computed again from the settings, byte for byte\n");
    expect(arithmetic.code).toBe(0);
    const measured = await camelid("results", "verify", "figure-1", "--out", "results/reference");
    expect(measured.out).toMatch(
      /\nsame +6 files: .*\nnote +report\.html: is not here; .*\nnote +PNG of figures: 2 files are not here; .*\nnote +rows\.csv: measured times cannot be computed again/,
    );
    expect(measured.code).toBe(0);
    const elsewhere = await camelid("results", "verify", "cross-hardware", "--out", "results/reference");
    expect(elsewhere.out).toMatch(/\nnote +rows\.csv: what its machines computed is not computed again here; /);
    expect(elsewhere.out).toMatch(/\nsame +acceptance\.csv, variations\.csv, verdicts: follow from rows\.csv\n/);
    expect(elsewhere.code).toBe(0);
  });
});

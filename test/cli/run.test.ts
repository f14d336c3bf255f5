import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Figure1Row, figure1RowTable } from "../../experiments/figure-1/rows.ts";
import type { Manifest } from "../../src/lab/results/manifest.ts";
import { fromCsv } from "../../src/lab/results/table.ts";
import { scratchFolder } from "../inference/gguf/scratch.ts";
import { camelid, draft, ended, readJson, refusalLine, start } from "./camelid.ts";

const scratch = scratchFolder();
const figure1 = readFileSync("experiments/figure-1/figure-1.yaml", "utf8");

const withDraft = ["--set", `models=[{file: ${draft}}]`];
const smallGrid = [
  "run",
  "experiments/figure-1/figure-1.yaml",
  ...withDraft,
  "--set",
  "tokens=[1,16]",
  "--set",
  "repeats=2",
];
const forms = 7;

/** The folder of the only finished run below `results`. */
function runFolder(results: string): string {
  const runs = readdirSync(join(results, "figure-1")).filter((name) => name !== "unfinished");
  if (runs.length !== 1) throw new Error(`expected one run, found ${runs.join(", ")}`);
  return join(results, "figure-1", runs[0]!);
}

function rowsOf(run: string): Figure1Row[] {
  return fromCsv<Figure1Row>(readFileSync(join(run, "rows.csv"), "utf8"), figure1RowTable.table([]));
}

const cellOf = ({ model, form, outputTokens, repeat }: Figure1Row) => `${model}/${form}/${outputTokens}/${repeat}`;

describe("a run from beginning to end", () => {
  const results = join(scratch, "whole");
  let run: string;
  let said: string;
  beforeAll(async () => {
    const { out, err, code } = await camelid(...smallGrid, "--out", results);
    if (code !== 0) throw new Error(err);
    said = out;
    run = runFolder(results);
  });

  test("says the few numbers that matter, and where the page is", () => {
    expect(said).toMatch(/^tales-draft-f16, 16 tokens: generate \d+ ms; verify: prototype \d+ ms/);
    expect(said).toContain("honest completions rejected: 0 of 20 verifications");
    expect(said).toContain(`\n${run}/report.html `);
  });

  test("leaves every file that its manifest lists, whole, and nothing else", () => {
    const { files, commandLine, experiment, models } = readJson<Manifest>(join(run, "manifest.json"));
    const found = readdirSync(run, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(found.length).toBe(Object.keys(files).length + 1);
    for (const [name, { bytes, sha256 }] of Object.entries(files)) {
      const content = readFileSync(join(run, name));
      expect([name, content.length]).toEqual([name, bytes]);
      expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
    }
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining(["rows.csv", "report.html", "figures/time-by-tokens.png"]),
    );
    expect(commandLine).toEqual([...smallGrid, "--out", results]);
    expect(experiment.resolved).toMatchObject({ tokens: [1, 16], repeats: 2 });
    const { models: known } = readJson<{ models: Record<string, { root: string }> }>("models/manifest.json");
    expect(models.map(({ root }) => root)).toEqual([known["tales-draft-f16.gguf"]!.root]);
    expect(existsSync(join(results, "figure-1", "unfinished"))).toBe(false);
  });

  test("has one plausible row for each cell", () => {
    const rows = rowsOf(run);
    expect(new Set(rows.map(cellOf)).size).toBe(rows.length);
    expect(rows.length).toBe(2 * 2 * forms);
    for (const row of rows) {
      expect(row.wallMs).toBeGreaterThan(0);
      // Bare reading and verification read at most prompt and output; three prototype checks at most three times that.
      expect(row.decodedTokens).toBeLessThanOrEqual(3 * (16 + row.outputTokens));
      expect(row.accepted).toBe(["generate", "bare-prefill"].includes(row.form) ? null : true);
    }
    expect(
      rows.find(({ form, outputTokens }) => form === "all-positions" && outputTokens === 16)!.checkedPositions,
    ).toBe(16);
  });

  test("repeated with its seed, gives the same rows but for the times; with another seed, other checks", async () => {
    const timeless = (folder: string) => rowsOf(folder).map(({ wallMs: _, ...row }) => row);
    const again = join(scratch, "again");
    await camelid(...smallGrid, "--out", again);
    expect(timeless(runFolder(again))).toEqual(timeless(run));
    const other = join(scratch, "other-seed");
    await camelid(...smallGrid, "--out", other, "--seed", "2");
    expect(timeless(runFolder(other))).not.toEqual(timeless(run));
  });

  test("is drawn again byte for byte by 'figures', unless its rows were edited", async () => {
    const contents = () =>
      readdirSync(run, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), "hex")]);
    const before = contents();
    const { out, code } = await camelid("figures", run);
    expect(code).toBe(0);
    expect(out).toContain(`${run}/figures/time-by-tokens.svg\n`);
    expect(out).toMatch(/measurements, verdicts and figures are what they were\n$/);
    expect(contents()).toEqual(before);

    appendFileSync(join(run, "rows.csv"), "tales-draft-f16,,one-pass,16,16,2,0.001,31,3,true\n");
    expect(refusalLine(await camelid("figures", run))).toMatch(/rows\.csv: changed since it was measured/);
    expect(refusalLine(await camelid("figures", scratch))).toMatch(
      /manifest\.json: cannot be read \(ENOENT\); expected the/,
    );
  });
});

describe("an experiment that cannot be run is refused, and leaves no folder", () => {
  const file = (name: string, text: string | Buffer) => {
    const path = join(scratch, name);
    writeFileSync(path, text);
    return path;
  };
  const cases: [string, () => string, RegExp][] = [
    ["empty", () => file("a.yaml", ""), /a\.yaml: expected keys such as name, kind, question, claims, seed$/],
    ["not YAML", () => file("b.yaml", "name: [figure-1\nkind: x"), /b\.yaml:\d+:\d+ /],
    ["no text", () => file("c.yaml", Buffer.from([0, 255, 3, 128])), /c\.yaml/],
    ["missing", () => join(scratch, "d.yaml"), /d\.yaml: cannot be read: no such file$/],
    ["a folder", () => scratch, /: cannot be read: /],
    [
      "an unknown key",
      () => file("e.yaml", figure1.replace("checkBudget: 1", "checkBudget: 1\nrepets: 3")),
      /e\.yaml:\d+:1 repets: unknown key; did you mean repeats\?/,
    ],
    [
      "a value of another type",
      () => file("f.yaml", figure1.replace("repeats: 11", "repeats: many")),
      /f\.yaml:23:10 repeats: expected a number, found "many"$/,
    ],
    [
      "an unknown kind",
      () => file("g.yaml", figure1.replace("kind: figure-1", "kind: figure-9")),
      /g\.yaml:8:7 kind: expected one of .*figure-1.*, found "figure-9"/,
    ],
  ];
  test.each(cases)("%s", async (name, write, message) => {
    const results = join(scratch, `refused-${name}`);
    expect(refusalLine(await camelid("run", write(), "--out", results))).toMatch(message);
    expect(existsSync(results)).toBe(false);
  });

  test.each([
    ["preset", ["--preset", "slow"], "--preset slow: expected one of quick, full"],
    ["override", ["--set", "repeats=0"], "--set repeats=0 repeats: expected at least 1, found 0"],
    ["override without a value", ["--set", "repeats"], "--set repeats: expected path=value, for instance repeats=3"],
  ])("a %s that cannot be", async (_, args, message) => {
    expect(refusalLine(await camelid("run", "experiments/figure-1/figure-1.yaml", ...args))).toBe(message);
  });

  const short = () => file("short.txt", "a b\nc\n");
  test.each([
    ["a missing model", () => ["models=[{file: nowhere.gguf}]"], /nowhere\.gguf: no such file; check the path$/],
    ["missing prompts", () => ["prompts.file=nowhere.txt"], /nowhere\.txt: .*no such file/],
    [
      "prompts too short",
      () => [`prompts.file=${short()}`],
      /short\.txt: no line has 16 tokens of .*; give longer prompts/,
    ],
  ])("%s", async (name, overrides, message) => {
    const results = join(scratch, `refused-${name}`);
    const sets = overrides().flatMap((override) => ["--set", override]);
    const { out, err, code } = await camelid(...smallGrid, ...sets, "--out", results);
    expect([out, code]).toEqual(["", 2]);
    expect(err.trimEnd().split("\n").at(-1)).toMatch(message);
    expect(existsSync(results)).toBe(false);
  });

  test("a results folder that is a file", async () => {
    const results = file("results", "");
    expect(refusalLine(await camelid(...smallGrid, "--out", results))).toContain(
      "cannot be written: something on the way there is a file, not a folder",
    );
  });
});

describe.skipIf(process.platform === "win32")("a run that is stopped goes on where it was", () => {
  const results = join(scratch, "stopped");
  const unfinished = join(results, "figure-1", "unfinished");
  const grid = ["--set", "tokens=[1,100]", "--set", "forms=[generate,one-pass]", "--set", "repeats=25"];
  const command = ["run", "experiments/figure-1/figure-1.yaml", ...withDraft, ...grid, "--out", results];
  const cells = 2 * 2 * 25;

  const journalFile = () => {
    const name = existsSync(unfinished) ? readdirSync(unfinished).find((file) => file.endsWith(".jsonl")) : undefined;
    return name === undefined ? undefined : join(unfinished, name);
  };
  const journalLines = () => {
    const path = journalFile();
    return path === undefined ? [] : readFileSync(path, "utf8").split("\n").slice(0, -1);
  };

  /** Starts the run, and ends it once its journal holds so many rows. */
  async function stopAt(rows: number, signal: NodeJS.Signals) {
    const child = start(...command);
    const end = ended(child);
    while (journalLines().length < rows && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 2));
    child.kill(signal);
    return end;
  }

  test("after kill -9, Ctrl-C, a request to end and half a line; no cell is done twice, none is lost", async () => {
    const kept: string[][] = [];
    const keep = () => {
      const lines = journalLines();
      const before = kept.at(-1) ?? [];
      expect(lines.slice(0, before.length)).toEqual(before); // what was finished stays, to the last digit of its time
      expect(lines.length).toBeGreaterThan(before.length);
      kept.push(lines);
    };

    expect((await stopAt(3, "SIGKILL")).code).toBe(null);
    keep();
    const interrupted = await stopAt(20, "SIGINT");
    expect([interrupted.code, interrupted.out]).toEqual([130, ""]);
    expect(interrupted.err).toMatch(/going on: \d+ cells were finished before\n/);
    expect(interrupted.err).toMatch(/\nstopped; what was finished is kept, and the same command goes on\n$/);
    keep();
    expect((await stopAt(40, "SIGTERM")).code).toBe(130);
    keep();
    appendFileSync(journalFile()!, '{"model":"tales-draft-f16","form":"one-p'); // a write that the kill cut in half
    expect((await stopAt(60, "SIGKILL")).code).toBe(null);
    keep();

    const { code, err } = await camelid(...command);
    expect(code).toBe(0);
    expect(err).toContain(`going on: ${kept.at(-1)!.length} cells were finished before`);
    const rows = rowsOf(runFolder(results));
    expect(rows.length).toBe(cells);
    expect(new Set(rows.map(cellOf)).size).toBe(cells);
    const times = (some: readonly Figure1Row[]) => some.map((row) => [cellOf(row), row.wallMs]);
    const keptRows = kept.at(-1)!.map((line) => JSON.parse(line) as Figure1Row);
    expect(times(rows.slice(0, keptRows.length))).toEqual(times(keptRows));
    expect(existsSync(unfinished)).toBe(false);
  });

  test("and is not started a second time beside itself", async () => {
    const twice = join(scratch, "twice");
    mkdirSync(twice);
    const args = [...command.slice(0, -1), twice];
    const first = start(...args);
    const end = ended(first);
    const locks = () => readdirSync(twice, { recursive: true }).filter((name) => String(name).endsWith(".lock"));
    while (locks().length === 0 && first.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(refusalLine(await camelid(...args))).toMatch(
      /\.lock: another process is running this very experiment into this folder; wait for it, or choose another --out$/,
    );
    // The one that runs takes no harm.
    const { code } = await end;
    expect(code).toBe(0);
    expect(rowsOf(runFolder(twice)).length).toBe(cells);
    expect(locks()).toEqual([]);
  });
});

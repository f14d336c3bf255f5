import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { experimentRegistry } from "../../../experiments/index.ts";
import type { OverviewExperiment, OverviewManifest } from "../../../src/lab/overview/manifest.ts";
import { reproducePlan } from "../../../src/lab/overview/plan.ts";
import { reproduce } from "../../../src/lab/overview/reproduce.ts";
import type { Overview } from "../../../src/lab/overview/write-overview.ts";
import type { Manifest } from "../../../src/lab/results/manifest.ts";
import { scratchFolder } from "../../support/scratch.ts";
import { type SmallExperiment, writeExperiments } from "./experiments.ts";

const scratch = scratchFolder();
interface Told {
  readonly ended: OverviewExperiment[];
  readonly overview: Overview;
}

async function reproduced(name: string, experiments: readonly SmallExperiment[]): Promise<Told> {
  const folder = writeExperiments(join(scratch, name, "experiments"), experiments);
  const plan = await reproducePlan(folder, experimentRegistry, { preset: "quick", gpu: async () => "off" });
  const ended: OverviewExperiment[] = [];
  const overview = await reproduce(plan, {
    registry: experimentRegistry,
    resultsFolder: join(scratch, name, "results"),
    signal: new AbortController().signal,
    commandLine: ["reproduce"],
    onStart: async () => {},
    onProgress: () => {},
    onEnd: (one) => {
      ended.push(one);
    },
  });
  return { ended, overview };
}

const runsOf = (name: string, experiment: string) => {
  const folder = join(scratch, name, "results", experiment);
  return existsSync(folder) ? readdirSync(folder).filter((run) => run !== "unfinished") : [];
};
const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as OverviewManifest;

describe("runs that a GPU made", () => {
  test("are taken in by a machine without one, newest first, and say that they are not of this command", async () => {
    const all = [{ name: "here" }, { name: "there", more: "gpu: cuda\nreproduce: { needs: gpu }" }];
    const [{ ended }] = [await reproduced("elsewhere", all)];
    expect(ended.map(({ name }) => name)).toEqual(["here"]);
    // As carried here from a machine with a GPU: the run of this one, under other names.
    const results = join(scratch, "elsewhere", "results");
    const carried = (experiment: string, started: string, gpu: string, partial?: object) => {
      const to = join(results, experiment, `${started.replaceAll(/[-:]/g, "")}-carried`);
      cpSync(ended[0]!.run!, to, { recursive: true });
      const manifest = JSON.parse(readFileSync(join(to, "manifest.json"), "utf8")) as Manifest;
      const { resolved } = manifest.experiment;
      writeFileSync(
        join(to, "manifest.json"),
        JSON.stringify({
          ...manifest,
          startedAt: started,
          ...(partial === undefined ? {} : { partial }),
          numerics: { ...manifest.numerics, gpu, gpuDevices: gpu === "off" ? [] : ["Some GPU"] },
          experiment: { ...manifest.experiment, name: experiment, resolved: { ...resolved, gpu } },
        }),
      );
      return to;
    };
    carried("there", "2001-01-01T00:00:00Z", "cuda");
    const newest = carried("there", "2002-01-01T00:00:00Z", "vulkan");
    carried("there", "2003-01-01T00:00:00Z", "cuda", { planned: 2, finished: 1, missing: ["x"], failures: [] });
    carried("there", "2004-01-01T00:00:00Z", "off");
    const beside = carried("here", "2001-01-01T00:00:00Z", "cuda");

    const { overview } = await reproduced("elsewhere", all);
    const told = overview.experiments.map(({ name, state, run, elsewhere }) => [name, state, run, elsewhere ?? false]);
    expect(told.slice(1)).toEqual([
      ["here on a GPU", "done", beside, true],
      ["there", "done", newest, true],
    ]);
    expect(overview.experiments[2]!.headline[0]).toMatch(
      /^not of this command: made 2002-01-01 on Some GPU \(vulkan\); /,
    );
    const judged = overview.claims.find(({ claim }) => claim === "C3")!.judged.map(({ experiment }) => experiment);
    expect(new Set(judged)).toEqual(new Set(["here", "here on a GPU", "there"]));

    // What ran here and what was carried here are the same measurement on two machines.
    const [joined] = overview.joined;
    const names = joined!.machines.map(({ name }) => name);
    expect(names.length).toBe(3);
    expect(names.slice(1)).toEqual(["Some GPU (cuda)", "Some GPU (vulkan)"].filter((name) => name !== names[0]));
    const { files, joined: recorded } = manifestOf(overview.folder);
    expect(Object.keys(files)).toEqual(expect.arrayContaining(["by-machine.csv", "figures/ratio-by-machine.svg"]));
    for (const { runs } of recorded![0]!.machines)
      for (const run of runs) expect(existsSync(join(overview.folder, run, "rows.csv"))).toBe(true);
    expect(readFileSync(join(overview.folder, "by-machine.csv"), "utf8")).toContain("Some GPU (vulkan)");
    const c3 = overview.claims.find(({ claim }) => claim === "C3")!;
    expect(c3.byMachine.map(({ machine }) => machine)).toEqual(names);
  });
});

describe("all experiments, and one page about them", () => {
  const all = [{ name: "a-first" }, { name: "b-broken", model: "models/nowhere.gguf" }, { name: "c-last" }];
  let overview: Overview;
  beforeAll(async () => {
    const first = await reproduced("failing", all);
    overview = first.overview;
    expect(first.ended.map(({ name, state }) => [name, state])).toEqual([
      ["a-first", "done"],
      ["b-broken", "failed"],
      ["c-last", "done"],
    ]);
  });
  const claim = (number: string) => overview.claims.find((row) => row.claim === number)!;

  test("an experiment that fails keeps none of the others from running, and is told on the page", () => {
    expect(manifestOf(overview.folder).experiments[1]).toMatchObject({
      state: "failed",
      run: null,
      reason: expect.stringContaining("nowhere.gguf"),
    });
    expect(readFileSync(join(overview.folder, "index.html"), "utf8")).toContain("<strong>b-broken failed:</strong>");
  });

  test("the files are those of the manifest, and lead to the runs", () => {
    const { files, experiments } = manifestOf(overview.folder);
    expect(Object.keys(files).sort()).toEqual(["claims.csv", "index.html"]);
    for (const [name, { bytes }] of Object.entries(files))
      expect(statSync(join(overview.folder, name)).size).toBe(bytes);
    const runs = experiments.filter(({ run }) => run !== null).map(({ run }) => join(overview.folder, run!));
    const [first, last] = runs.map((run) => JSON.parse(readFileSync(join(run, "manifest.json"), "utf8")) as Manifest);
    expect(first!.commandLine[0]).toBe("run");
    const told = [...first!.verdicts, ...last!.verdicts].filter((verdict) => verdict.claim === "C3");
    expect(claim("C3").judged.map(({ sentence }) => sentence)).toEqual(told.map(({ sentence }) => sentence));
    expect(existsSync(join(overview.folder, `${claim("C3").leading!.run}/${claim("C3").leading!.figure}.svg`))).toBe(
      true,
    );
    const page = readFileSync(join(overview.folder, "index.html"), "utf8");
    const links = [...page.matchAll(/href="(\.\.[^"]+)"/g)].map(([, href]) => href!);
    expect(links.length).toBeGreaterThan(4);
    expect(links.filter((href) => !existsSync(join(overview.folder, href)))).toEqual([]);
  });

  test("C2's arithmetic and the tamper evidence of C15 need no experiment", () => {
    expect([claim("C2").status, claim("C2").leading!.obtained]).toEqual(["refuted", "computed exactly"]);
    expect(claim("C2").leading!.number!.value / 7.926110092065836e-12).toBeCloseTo(1, 9);
    expect(claim("C15").status).toBe("undecided");
    expect(claim("C15").leading!.sentence).toContain("48 of 48 altered ones are refused");
    expect(claim("C16").status).toBe("not yet tested");
  });

  test("the same command tries again what failed, and runs again what somebody threw away, and nothing else", async () => {
    const [thrown] = runsOf("failing", "c-last");
    rmSync(join(scratch, "failing", "results", "c-last", thrown!), { recursive: true });
    const again = await reproduced("failing", all);
    expect(again.ended.map(({ state, finishedBefore }) => [state, finishedBefore])).toEqual([
      ["done", true],
      ["failed", false],
      ["done", false],
    ]);
    expect([runsOf("failing", "a-first").length, runsOf("failing", "c-last").length]).toEqual([1, 1]);
    expect(again.overview.folder).not.toBe(overview.folder);
  });
});

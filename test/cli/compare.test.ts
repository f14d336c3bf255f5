import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scratchFolder } from "../inference/gguf/scratch.ts";
import { waitUntil } from "../lab/faults/small-sweep.ts";
import { camelid, type Ended, ended as endOf, readJson, refusalLine, start } from "./camelid.ts";

const scratch = scratchFolder();
const results = join(scratch, "results");

/** A network of a few jobs on the smallest texts, under one scheduling. */
const smallInto = (folder: string) => [
  "compare",
  "experiments/network/network.yaml",
  ...["preset", "quick", "replications", "3", "workers", "1", "out", folder].map((word, i) =>
    i % 2 ? word : `--${word}`,
  ),
  ...[
    "prompts.count=2",
    "populations=[mixed]",
    "schedulings=[central]",
    "slices=1",
    "nodes=[{kind: honest, count: 2, strategy: honest}, {kind: withholding, count: 1, strategy: honest, conduct: withholds}]",
    "clients=[{kind: verifies, count: 2, verification: local}]",
    "verifiers=[]",
    "jobs={perHour: 12, hours: 0.5, settleHours: 0.5, tokenLimit: 8, rewardCoins: 0.01, stakeRatio: 1, feeCoins: 0.0001, fundsStakes: 20}",
  ].flatMap((setting) => ["--set", setting]),
  ...["--a", "protocol.counterProofWindowMs=120000", "--b", "protocol.counterProofWindowMs=30000"],
];

interface Json {
  readonly verdict: string;
  readonly exitCode: number;
  readonly paired: boolean;
  readonly folders: { readonly a: string; readonly b: string };
  readonly settings: readonly object[];
  readonly metrics: readonly { readonly id: string; readonly verdict: string }[];
}

describe("two settings of an experiment", () => {
  let ended: Ended;
  let folder: string;
  beforeAll(async () => {
    ended = await camelid(...smallInto(results));
    folder = join(results, "compare", readdirSync(join(results, "compare"))[0]!);
  });

  test("are run on common random numbers and told apart, in words and by the exit code", () => {
    expect(ended.err).toMatch(/A: mixed, central, run 0[\s\S]*B: mixed, central, run 0/);
    expect(ended.out).toMatch(
      /^A {2}\S+\nB {2}\S+\n {3}protocol\.counterProofWindowMs: 120000 -> 30000\n3 pairs of runs on common/,
    );
    expect(ended.out).toMatch(/\/report\.html {3}the page/);
    const { verdict, exitCode, paired } = readJson<Json>(join(folder, "comparison.json"));
    expect([paired, ended.code]).toEqual([true, exitCode]);
    expect(["changed", "undecided"]).toContain(verdict); // three runs rarely decide
  });

  test("leave both runs and the comparison, whole", () => {
    const { files, sides } = readJson<{
      files: Record<string, { bytes: number; sha256: string }>;
      sides: Record<"a" | "b", { folder: string; manifest: { experiment: { resolved: { runs: number } } } }>;
    }>(join(folder, "manifest.json"));
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining(["metrics.csv", "comparison.json", "report.html", "figures/differences.png"]),
    );
    for (const [name, { sha256 }] of Object.entries(files))
      expect(
        createHash("sha256")
          .update(readFileSync(join(folder, name)))
          .digest("hex"),
        name,
      ).toBe(sha256);
    for (const side of [sides.a, sides.b]) {
      expect(existsSync(join(side.folder, "manifest.json"))).toBe(true);
      expect(side.manifest.experiment.resolved.runs).toBe(3);
    }
    expect(readdirSync(join(results, "compare"))).toEqual([folder.split("/").at(-1)]);
  });

  test.skipIf(process.platform === "win32")("stopped in either, go on where they were, and end the same", async () => {
    const stopped = join(scratch, "stopped");
    const found = (...path: string[]) => {
      const folder = join(stopped, ...path);
      return existsSync(folder) ? readdirSync(folder) : [];
    };
    const finishedRuns = () => found("network").filter((name) => /^\d{8}T/.test(name));
    const journals = () => found("network", "unfinished").filter((name) => name.endsWith(".jsonl"));
    const finishedCells = (except: readonly string[] = []) =>
      journals()
        .filter((name) => !except.includes(name))
        .reduce(
          (sum, name) => sum + readFileSync(join(stopped, "network/unfinished", name), "utf8").split("\n").length - 1,
          0,
        );
    const stop = async (signal: NodeJS.Signals, isTime: () => boolean) => {
      const child = start(...smallInto(stopped));
      const end = endOf(child);
      await waitUntil(() => isTime() || child.exitCode !== null);
      child.kill(signal);
      return end;
    };

    const interrupted = await stop("SIGINT", () => finishedCells() > 0);
    expect([interrupted.code, interrupted.out]).toEqual([130, ""]);
    expect(interrupted.err).toMatch(/\nstopped; what was finished is kept, and the same command goes on\n$/);
    expect(finishedRuns()).toEqual([]);
    // A's journal outlives the writing of its run for a moment: only B's cells count.
    const ofSideA = journals();
    const killed = await stop("SIGKILL", () => finishedRuns().length === 1 && finishedCells(ofSideA) > 0);
    expect(killed.code).toBe(null);
    expect(killed.err).toMatch(/going on: \d cells? (was|were) finished before/);
    const [ofA] = finishedRuns();

    const { code, err } = await camelid(...smallInto(stopped));
    expect(code).toBe(ended.code);
    expect(err).toMatch(/going on: \d/);
    expect(err).not.toMatch(/A: mixed/); // A had been finished
    expect(finishedRuns().length).toBe(2);
    expect(finishedRuns()).toContain(ofA);
    expect(found("network", "unfinished")).toEqual([]);
    const [comparison] = found("compare");
    const { metrics, folders } = readJson<Json>(join(stopped, "compare", comparison!, "comparison.json"));
    expect(folders.a).toBe(join(stopped, "network", ofA!));
    expect(metrics).toEqual(readJson<Json>(join(folder, "comparison.json")).metrics);
    expect(found("compare")).toEqual([comparison]);
  });

  test("refused by a side leave nothing behind", async () => {
    const refused = join(scratch, "refused");
    const { code, err } = await camelid(...smallInto(refused), "--a", "models.target=nowhere.gguf");
    expect([code, err.trimEnd().split("\n").at(-1)]).toEqual([2, expect.stringMatching(/nowhere\.gguf: no such file/)]);
    expect(existsSync(refused)).toBe(false);
  });

  test("compared again as finished runs give the same numbers; a run and itself are unchanged, exit code 0", async () => {
    const { folders, metrics } = readJson<Json>(join(folder, "comparison.json"));
    const again = await camelid("compare", folders.a, folders.b, "--json", "--out", results);
    expect((JSON.parse(again.out) as Json).metrics).toEqual(metrics);
    expect(again.code).toBe(ended.code);

    const same = await camelid("compare", folders.a, folders.a, "--out", results);
    expect(same.code).toBe(0);
    expect(same.out).toContain("Unchanged: every metric is identical");
    const only = await camelid("compare", folders.a, folders.b, "--out", results, "--only", "jobs", "--json");
    expect([only.code, (JSON.parse(only.out) as Json).metrics.length]).toEqual([0, 1]);
  });

  test("choices that make no sense are refused in one line", async () => {
    const { a } = readJson<Json>(join(folder, "comparison.json")).folders;
    const refusal = async (...words: string[]) => refusalLine(await camelid("compare", ...words, "--out", results));
    expect(await refusal(a)).toContain("is a run; name a second one");
    expect(await refusal(a, a, "--preset", "quick")).toContain("--preset: ");
    expect(await refusal(a, join(results, "nowhere"))).toContain("nowhere/manifest.json: cannot be read");
    const [file, other] = ["experiments/network/network.yaml", "experiments/outsourced/outsourced.yaml"];
    for (const more of [[other], [a], [file, "--a", "revision=2023.1"]])
      expect(await refusal(file, ...more)).toContain(
        `${file}: is a file, where a run's folder is expected; type 'camelid run ${file}' and compare the folder that it names, or,`,
      );
    expect(await refusal(a, join(a, "manifest.json"))).toContain(`a run is named by its folder; type ${a}`);
    expect(await refusal("experiments/network/network.yaml")).toContain("say what differs: --a SETTING=VALUE");
    expect(await refusal("experiments/network/network.yaml", "--a", "revision=1999")).toContain("revision");
    expect(await refusal(a, a, "--only", "speed")).toContain("--only speed: names no metric");
    expect(await refusal(a, a, "--margin", "bytes=wide")).toContain("--margin bytes=wide: expected METRIC=NUMBER");
    expect(await refusal("experiments/token-cost/token-cost.yaml", "--a", "seed=1", "--replications", "3")).toContain(
      "--replications: experiments of kind token-cost work out each case once",
    );
  });
});

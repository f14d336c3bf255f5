import { createHash } from "node:crypto";
import { appendFileSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { read } from "vega";
import { expect, test } from "vitest";
import { smallModel } from "../../../experiments/figure-1/sample.ts";
import { experimentRegistry } from "../../../experiments/index.ts";
import { tokenCostSettings } from "../../../experiments/token-cost/settings.ts";
import { readExperiment } from "../../../src/lab/experiment/file.ts";
import { drawFigureSet } from "../../../src/lab/results/figure-set.ts";
import type { Manifest } from "../../../src/lab/results/manifest.ts";
import { runExperiment } from "../../../src/lab/runner/run-experiment.ts";
import { figure1Run } from "../../experiments/made-up-machines.ts";
import { scratchFolder } from "../../support/scratch.ts";

const scratch = scratchFolder();

/** A real run of the one experiment that takes no time. */
async function runInto(resultsFolder: string): Promise<string> {
  const experiment = readExperiment("experiments/token-cost/token-cost.yaml", {
    "token-cost": { settings: tokenCostSettings },
  });
  const { signal } = new AbortController();
  return (
    await runExperiment(experiment, {
      registry: experimentRegistry,
      resultsFolder,
      signal,
      onProgress: () => {},
      commandLine: [],
    })
  ).folder;
}

/** A copy of a run, under another name and start, changed a little. */
function copyOf(folder: string, into: string, change: Partial<Manifest>): string {
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, "rows.csv"), readFileSync(join(folder, "rows.csv")));
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Manifest;
  writeFileSync(join(into, "manifest.json"), JSON.stringify({ ...manifest, ...change }));
  return into;
}

const sourcesIn = (folder: string) =>
  read(readFileSync(join(folder, "figures.csv"), "utf8"), { type: "csv" }) as unknown as Record<string, string>[];
const runsIn = (folder: string) => [...new Set(sourcesIn(folder).map(({ run }) => run))];
const hashesIn = (folder: string) =>
  globSync("**/*.*", { cwd: folder })
    .sort()
    .map((file) => [
      file,
      createHash("sha256")
        .update(readFileSync(join(folder, file)))
        .digest("hex"),
    ]);

test("the set has Figure 1 as published and each experiment's newest complete run, else its reference run", async () => {
  const reference = join(scratch, "reference");
  const results = join(scratch, "results");
  const kept = await runInto(reference);
  const none = join(scratch, "none");
  await drawFigureSet(experimentRegistry, {
    resultsFolder: none,
    referenceFolder: reference,
    into: join(scratch, "first"),
  });
  expect(runsIn(join(scratch, "first"))).toEqual(["", kept]);
  const figures = sourcesIn(join(scratch, "first")).map(({ figure }) => figure!);
  expect(figures).toEqual(["published/figure-1-as-published", "token-cost/cost-by-rate", "token-cost/parts-of-cost"]);

  const folder = (name: string) => join(results, "token-cost", name);
  copyOf(kept, folder("old"), { startedAt: "2000-01-01T00:00:00.000Z" });
  const newest = copyOf(kept, folder("new"), { startedAt: "2001-01-01T00:00:00.000Z" });
  const partial = { planned: 2, finished: 1, missing: ["b"], failures: [] };
  copyOf(kept, folder("partial"), { startedAt: "2002-01-01T00:00:00.000Z", partial });
  mkdirSync(join(results, "overview", "one"), { recursive: true });
  writeFileSync(join(results, "overview", "one", "manifest.json"), '{"format":"camelid-overview/1"}');
  const before = hashesIn(results);
  const { files, problems } = await drawFigureSet(experimentRegistry, {
    resultsFolder: results,
    referenceFolder: reference,
    into: join(scratch, "second"),
  });
  expect(problems).toEqual([]);
  expect(runsIn(join(scratch, "second"))).toEqual(["", newest]);
  expect(hashesIn(results)).toEqual(before);
  expect(files.length).toBe(3 * figures.length + 1);

  // The same rows: the same pictures, to the last byte.
  const pictures = (name: string) => hashesIn(join(scratch, name)).filter(([file]) => file !== "figures.csv");
  expect(pictures("second")).toEqual(pictures("first"));

  appendFileSync(join(newest, "rows.csv"), "edited\n");
  const damaged = await drawFigureSet(experimentRegistry, {
    resultsFolder: results,
    referenceFolder: reference,
    into: join(scratch, "third"),
  });
  expect(damaged.problems).toEqual([expect.stringMatching(/new\/rows\.csv: changed since it was measured/)]);
  expect(runsIn(join(scratch, "third"))).toEqual(["", folder("old")]);

  writeFileSync(join(folder("old"), "manifest.json"), "{");
  const unreadable = await drawFigureSet(experimentRegistry, {
    resultsFolder: results,
    referenceFolder: reference,
    into: join(scratch, "fourth"),
  });
  expect(unreadable.problems).toEqual([
    expect.stringMatching(/old\/manifest\.json: not the manifest of a run/),
    expect.stringMatching(/new\/rows\.csv: changed since it was measured/),
  ]);
  expect(runsIn(join(scratch, "fourth"))).toEqual(["", kept]);
});

test("of a run whose rows are not kept the figures are taken as they are kept, unless somebody changed them", async () => {
  const reference = join(scratch, "without-rows");
  const run = await runInto(reference);
  await drawFigureSet(experimentRegistry, {
    resultsFolder: join(scratch, "none"),
    referenceFolder: reference,
    into: join(scratch, "from-rows"),
  });
  rmSync(join(run, "rows.csv"));
  rmSync(join(run, "figures", "cost-by-rate.png"));
  const { problems } = await drawFigureSet(experimentRegistry, {
    resultsFolder: join(scratch, "none"),
    referenceFolder: reference,
    into: join(scratch, "as-kept"),
  });
  expect(problems).toEqual([]);
  expect(hashesIn(join(scratch, "as-kept"))).toEqual(hashesIn(join(scratch, "from-rows")));

  appendFileSync(join(run, "figures", "cost-by-rate.svg"), "<!-- -->");
  const changed = await drawFigureSet(experimentRegistry, {
    resultsFolder: join(scratch, "none"),
    referenceFolder: reference,
    into: join(scratch, "changed"),
  });
  expect(changed.problems).toEqual([expect.stringMatching(/rows\.csv: is not kept here; run the experiment again/)]);
  expect(runsIn(join(scratch, "changed"))).toEqual([""]);
});

test("runs of different hardware are joined, in figures of their own; another machine's reference run stands for no experiment", async () => {
  const reference = join(scratch, "machines");
  const xeon = figure1Run(reference, "xeon", [smallModel]);
  const later = { cpu: "AMD EPYC", numerics: { cpuKernels: "haswell" }, startedAt: "2026-02-02T00:00:00.000Z" };
  const epyc = join(reference, "figure-1-epyc", "epyc");
  mkdirSync(join(reference, "figure-1-epyc"));
  renameSync(figure1Run(reference, "epyc", [smallModel], later), epyc);
  const into = join(scratch, "joined");
  // The results folder may hold the reference results: each run counts once.
  const { problems } = await drawFigureSet(experimentRegistry, {
    resultsFolder: join(scratch, "machines"),
    referenceFolder: reference,
    into: into,
  });
  expect(problems).toEqual([]);
  const drawn = sourcesIn(into).map(({ figure, run }) => [figure, run]);
  expect(drawn.slice(1)).toEqual([
    ["figure-1/time-by-tokens", xeon],
    ["figure-1/ratio-by-tokens", xeon],
    ["by-machine/ratio-by-machine", `${epyc}; ${xeon}`],
    ["by-machine/time-by-machine", `${epyc}; ${xeon}`],
  ]);
});

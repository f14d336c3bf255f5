import { statSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { CommandModule, InferredOptionTypes, Options } from "yargs";
import type { Comparison } from "../../lab/compare/compare.ts";
import type { MetricComparison } from "../../lab/compare/judge.ts";
import type { RunSides } from "../../lab/compare/run-sides.ts";
import type { Sides } from "../../lab/compare/sides.ts";
import type { StoredRun } from "../../lab/results/read-run.ts";
import { expectNumbers } from "../argument-errors.ts";
import type { Cli } from "../cli.ts";
import { reportErrors, UsageError } from "../errors.ts";
import { gpuOptions, gpuOverrides, requireGpu } from "../gpu.ts";
import { runProgress } from "../progress.ts";
import { table } from "../terminal.ts";

const list = { type: "string", array: true, nargs: 1 } as const;

/** Choices about running; two finished runs take none of them. */
const running = {
  a: { ...list, default: [] as string[], describe: "a setting of A: --a revision=2023.1" },
  b: { ...list, default: [] as string[], describe: "a setting of B: --b revision=2026.1" },
  set: { ...list, default: [] as string[], describe: "a setting of both" },
  preset: { type: "string", requiresArg: true, describe: "one of the file's presets" },
  seed: { type: "string", requiresArg: true, describe: "root seed of both, instead of the file's" },
  replications: { type: "number", requiresArg: true, describe: "replications of each side, instead of the file's" },
  workers: { type: "number", requiresArg: true, describe: "worker processes; one for each core unless given" },
  ...gpuOptions,
} as const satisfies Record<string, Options>;

const own = {
  ...running,
  margin: {
    ...list,
    default: [] as string[],
    describe: "what counts as no difference: --margin slashed=2 (in its unit), --margin bytes=5% (of A's mean)",
  },
  only: { ...list, default: [] as string[], describe: "only these metrics: --only mixed/central --only earnedCoins" },
  out: { type: "string", requiresArg: true, default: "results", describe: "folder for results" },
  json: { type: "boolean", default: false, describe: "print the comparison as JSON" },
} as const satisfies Record<string, Options>;

type Arguments = { first: string; second: string | undefined } & InferredOptionTypes<typeof own>;

export const compareCommand = (cli: Cli): CommandModule<unknown, Arguments> => ({
  command: "compare <first> [second]",
  describe: "Compare two runs, or two settings of an experiment; exit code 1 if changed, 3 if undecided",
  builder: (yargs) =>
    yargs
      .positional("first", { type: "string", demandOption: true, describe: "a run's folder, or an experiment file" })
      .positional("second", { type: "string", describe: "another run's folder" })
      .options(own)
      .check((given) =>
        expectNumbers(given, {
          replications: { whole: true, least: 1 },
          workers: { whole: true, least: 1, most: 256 },
          "gpu-layers": { whole: true, least: 0 },
        }),
      )
      .example("$0 compare results/network/BEFORE results/network/AFTER", "two finished runs")
      .example(
        "$0 compare network --preset quick --a revision=2023.1 --b revision=2026.1 --replications 12",
        "two revisions on the same random numbers",
      ),
  handler: (given) => reportErrors(cli, () => compare(cli, given)),
});

async function compare(cli: Cli, given: Arguments): Promise<void> {
  const startedAt = new Date();
  const { experimentRegistry } = await import("../../../experiments/index.ts");
  const { compareRuns } = await import("../../lab/compare/compare.ts");
  const { exitCodes } = await import("../../lab/compare/judge.ts");
  const { parseMargin } = await import("../../lab/compare/selection.ts");
  const { comparisonJson, writeComparison } = await import("../../lab/compare/write-comparison.ts");
  const margins = given.margin.map(parseMargin);

  const { sides, forget } =
    given.second === undefined ? await runBoth(cli, given) : await readBoth(given, given.second);
  const { kind } = sides.a.manifest.experiment;
  const known = Object.hasOwn(experimentRegistry, kind) ? experimentRegistry[kind] : undefined;
  if (known === undefined)
    throw new UsageError(`${sides.a.folder}: kind '${kind}' is unknown to this version of Camelid`);
  const { measuresTime } = known;
  const comparison = compareRuns(sides.a, sides.b, known.metrics, {
    margins,
    only: given.only,
    measuresTime: measuresTime === true,
  });
  const { folder, warnings } = await writeComparison(given.out, comparison, sides, {
    commandLine: cli.words,
    startedAt,
    margins: given.margin,
    only: given.only,
  });
  forget();
  for (const warning of warnings) cli.printError(`warning: ${warning}`);
  if (given.json) cli.print(JSON.stringify(comparisonJson(comparison, sides), null, 1));
  else await print(cli, comparison, sides, folder);
  cli.exitCode = exitCodes[comparison.verdict];
}

/** Two names are two runs. */
function refuseFile(name: string): void {
  if (!statSync(name, { throwIfNoEntry: false })?.isFile()) return;
  throw new UsageError(
    basename(name) === "manifest.json"
      ? `${name}: a run is named by its folder; type ${dirname(name)}`
      : `${name}: is a file, where a run's folder is expected; type 'camelid run ${name}' and compare the folder that it names, ` +
          `or, for two settings of this experiment, 'camelid compare ${name} --a SETTING=VALUE --b SETTING=VALUE'`,
  );
}

async function readBoth(given: Arguments, second: string): Promise<RunSides> {
  const { readRun } = await import("../../lab/results/read-run.ts");
  for (const name of [given.first, second]) refuseFile(name);
  const idle = Object.keys(running).find((name) => {
    const value = given[name as keyof typeof running];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
  if (idle !== undefined)
    throw new UsageError(`--${idle}: ${given.first} and ${second} have been run already; leave it out`);
  return { sides: { a: readRun(given.first), b: readRun(second) }, forget: () => {} };
}

async function runBoth(cli: Cli, given: Arguments): Promise<RunSides> {
  const { set, preset, seed, replications, workers, out } = given;
  if (statSync(given.first, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`${given.first} is a run; name a second one to compare it with`);
  const { findExperimentFile } = await import("../../lab/experiment/find.ts");
  const first = findExperimentFile(given.first);
  if (given.a.length === 0 && given.b.length === 0)
    throw new UsageError(`${first}: say what differs: --a SETTING=VALUE, --b SETTING=VALUE or both`);
  const { readExperiment } = await import("../../lab/experiment/file.ts");
  const { experimentRegistry } = await import("../../../experiments/index.ts");
  const { runSides } = await import("../../lab/compare/run-sides.ts");
  const plain = readExperiment(first, experimentRegistry, { preset });
  const { replicationSetting } = experimentRegistry[plain.kind]!.metrics;
  if (replications !== undefined && replicationSetting === undefined)
    throw new UsageError(
      `--replications: experiments of kind ${plain.kind} work out each case once, there is nothing to repeat; leave it out`,
    );
  const shared = [
    ...set,
    ...(seed === undefined ? [] : [`seed=${seed}`]),
    ...(replications === undefined ? [] : [`${replicationSetting}=${replications}`]),
    ...(await gpuOverrides(given)),
  ];
  const side = (settings: readonly string[]) =>
    readExperiment(first, experimentRegistry, { preset, overrides: [...shared, ...settings] });
  const experiments = { a: side(given.a), b: side(given.b) };
  for (const line of new Set([experiments.a, experiments.b].flatMap(({ deprecated = [] }) => deprecated)))
    cli.printError(`warning: ${line}`);
  for (const { settings } of Object.values(experiments)) await requireGpu(settings);
  return cli.interruptible(async (signal) => {
    const progress = await runProgress(cli);
    let now = "A";
    try {
      const environment = {
        registry: experimentRegistry,
        resultsFolder: out,
        signal,
        onProgress: (step: Parameters<typeof progress.show>[0]) =>
          progress.show({ ...step, doing: `${now}: ${step.doing}` }),
        commandLine: cli.words,
        ...(workers === undefined ? {} : { workers }),
      };
      return await runSides(experiments, environment, (side) => {
        now = side;
      });
    } catch (error) {
      if (signal.aborted) cli.printError("stopped; what was finished is kept, and the same command goes on");
      throw error;
    } finally {
      progress.end();
    }
  });
}

async function print(cli: Cli, comparison: Comparison, { a, b }: Sides<StoredRun>, folder: string): Promise<void> {
  const { advice, countsText, designText, verdictText } = await import("../../lab/compare/in-words.ts");
  cli.print(`A  ${a.folder}\nB  ${b.folder}`);
  for (const { setting, a: ofA, b: ofB } of comparison.settings.slice(0, MOST_SETTINGS))
    cli.print(`   ${setting}: ${settingText(ofA)} -> ${settingText(ofB)}`);
  if (comparison.settings.length > MOST_SETTINGS)
    cli.print(`   and ${comparison.settings.length - MOST_SETTINGS} more settings, in the page`);
  cli.print(
    cli.paragraph(
      `${designText(comparison)}${comparison.exact ? `; ${comparison.metrics.length} metrics` : `; 95 % intervals; ${comparison.metrics.length} metrics, their verdicts corrected for each other`}`,
    ),
  );
  for (const note of comparison.notes) cli.print(cli.paragraph(note));
  for (const line of await metricLines(cli, comparison)) cli.print(line);
  cli.print(`\n${countsText(comparison)}`);
  cli.print(cli.bold(cli.paragraph(verdictText(comparison))));
  const what = advice(comparison);
  if (what !== null) cli.print(cli.paragraph(what));
  cli.print(`\n${cli.bold(`${folder}/report.html`)}   the page; comparison.json beside it for scripts`);
}

const MOST_SETTINGS = 12;
async function metricLines(cli: Cli, { metrics }: Comparison): Promise<string[]> {
  const { isIdentical } = await import("../../lab/compare/in-words.ts");
  const shown = metrics.filter((metric) => !isIdentical(metric));
  const columns = cli.stdout.columns ?? 120;
  const lines: string[] = [];
  for (const verdict of ["changed", "undecided", "unchanged"] as const) {
    const own = shown.filter((metric) => metric.verdict === verdict);
    if (own.length === 0) continue;
    const rows = await Promise.all(own.map(metricCells));
    lines.push("", cli.bold(verdict === "unchanged" ? "unchanged, and not identical" : verdict));
    const wide = wideLines(rows);
    lines.push(...(wide.every((line) => line.length <= columns) ? wide : rows.flatMap(narrowLines)));
  }
  return lines;
}

interface MetricCells {
  readonly id: string;
  readonly a: string;
  readonly b: string;
  readonly difference: string;
  readonly margin: string;
  readonly p: string;
  readonly needs: string;
  readonly remark: string | null;
}

async function metricCells(metric: MetricComparison): Promise<MetricCells> {
  const { differenceText, meanText, pText, remarkOf } = await import("../../lab/compare/in-words.ts");
  const { id, meanA, meanB, margin } = metric;
  return {
    id,
    a: meanText(meanA),
    b: meanText(meanB),
    difference: differenceText(metric),
    margin: `±${meanText(margin)}`,
    p: pText(metric),
    needs: metric.replicationsNeeded === null ? "" : String(metric.replicationsNeeded),
    remark: remarkOf(metric),
  };
}

/** A table; below a row, what there is to say about it. */
function wideLines(rows: readonly MetricCells[]): string[] {
  const needs = rows.some(({ needs }) => needs !== "");
  const header = ["metric", "A", "B", "B - A", "margin", "p", ...(needs ? ["needs"] : [])];
  const cells = rows.map((row) => [
    row.id,
    row.a,
    row.b,
    row.difference,
    row.margin,
    row.p,
    ...(needs ? [row.needs] : []),
  ]);
  const [head, ...body] = table([header, ...cells], [1, 2, 3, 4, 5, 6]).split("\n");
  return [head!, ...body.flatMap((line, i) => [line, ...remarkLines(rows[i]!)])];
}

function narrowLines(row: MetricCells): string[] {
  const needs = row.needs === "" ? "" : `, needs ${row.needs}`;
  return [
    row.id,
    `  ${row.a} -> ${row.b}: ${row.difference}`,
    `  margin ${row.margin}, p ${row.p}${needs}`,
    ...remarkLines(row),
  ];
}

function remarkLines({ remark }: MetricCells): string[] {
  return remark === null ? [] : [`  ${remark}`];
}

function settingText(value: unknown): string {
  return value === undefined ? "(absent)" : typeof value === "string" ? value : JSON.stringify(value);
}

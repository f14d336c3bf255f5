import { Streams } from "../../sim/streams.ts";
import { withCurrentNames } from "../experiment/aliases.ts";
import { combinationName } from "../experiment/factors.ts";
import { gridPartsOf } from "../experiment/grid/rows.ts";
import type { ModelRecord } from "../results/manifest.ts";
import type { Machine } from "../results/provenance.ts";
import type { StoredRun } from "../results/read-run.ts";
import { TableError, toCsv } from "../results/table.ts";
import { CompareError } from "./compare-error.ts";
import { flattened } from "./flattened.ts";
import { type ChangeVerdict, judge, type MetricComparison, type MetricPair } from "./judge.ts";
import type { ExperimentMetrics, Margin, MetricValues } from "./metric.ts";
import { isNamedBy, type MarginOverride, requireNamed } from "./selection.ts";

export interface CompareChoices {
  /** Later ones win. */
  readonly margins?: readonly MarginOverride[];
  /** Metrics that one of these names; all of them unless given. Fewer metrics need fewer replications. */
  readonly only?: readonly string[];
  /** Rows are times on a clock: the same rules measured twice differ. */
  readonly measuresTime?: boolean;
}

export interface SettingDifference {
  /** "jobs.stakeRatio" */
  readonly setting: string;
  readonly a: unknown;
  readonly b: unknown;
}

export interface OneSidedMetric {
  /** "mixed/redundant/honest/earnedCoins" */
  readonly id: string;
  readonly part: string;
  readonly side: "A" | "B";
}

/** What `camelid compare` found. */
export interface Comparison {
  readonly verdict: ChangeVerdict;
  readonly kind: string;
  /** On common random numbers: replication r of A and of B share seed and number. */
  readonly paired: boolean;
  /** Nothing in it is left to chance: every metric is worked out from settings and seed. */
  readonly exact: boolean;
  /** What a replication is called, and how many each side has; of a paired comparison, how many there are on both. */
  readonly replication: string;
  readonly replications: { readonly a: number; readonly b: number; readonly used: number };
  readonly settings: readonly SettingDifference[];
  readonly metrics: readonly MetricComparison[];
  /** Metrics that one side has and the other lacks altogether: nothing to compare, and a change. */
  readonly oneSided: readonly OneSidedMetric[];
  /** What a reader has to know before the numbers. */
  readonly notes: readonly string[];
  /** Replications on each side that would probably decide everything that is undecided and can be decided. */
  readonly replicationsNeeded: number | null;
}

/**
 * Compares two finished runs of one kind, metric by metric.
 *
 * Errors: CompareError for runs of different kinds, rows of another schema, nothing in common, patterns that name nothing.
 */
export function compareRuns(
  a: StoredRun,
  b: StoredRun,
  kindMetrics: ExperimentMetrics,
  { margins = [], only = [], measuresTime = false }: CompareChoices = {},
): Comparison {
  const { kind, seed } = a.manifest.experiment;
  if (b.manifest.experiment.kind !== kind)
    throw new CompareError(
      `${a.folder} is of kind ${kind}, ${b.folder} of kind ${b.manifest.experiment.kind}; compare two runs of one kind`,
    );
  const [ofA, ofB] = [valuesOf(a, kindMetrics), valuesOf(b, kindMetrics)];
  const oneSided = [...onlyIn("A", ofA, ofB), ...onlyIn("B", ofB, ofA)].filter(
    ({ id }) => only.length === 0 || only.some((pattern) => isNamedBy(id, pattern)),
  );
  const inBoth = [...ofA.keys()].filter((id) => ofB.has(id) && (hasValue(ofA.get(id)!) || hasValue(ofB.get(id)!)));
  if (inBoth.length === 0)
    throw new CompareError(`${a.folder} and ${b.folder} have no metric in common; their populations or models differ`);
  const numbers = { a: replicationsOf(ofA), b: replicationsOf(ofB) };
  const shared = [...numbers.a].filter((number) => numbers.b.has(number));
  const paired = b.manifest.experiment.seed === seed && shared.length > 0;
  const workedOut = inBoth.filter((id) => ofA.get(id)!.metric.deterministic);
  const common = paired ? inBoth : inBoth.filter((id) => !workedOut.includes(id));
  if (common.length === 0) throw nothingShared(a, b, kindMetrics);
  for (const { pattern } of margins) requireNamed("--margin", pattern, common);
  for (const pattern of only) requireNamed("--only", pattern, [...common, ...oneSided.map(({ id }) => id)]);

  const chosen = common.filter((id) => only.length === 0 || only.some((pattern) => isNamedBy(id, pattern)));
  const pairs = chosen.map((id) => pairOf(ofA.get(id)!, ofB.get(id)!, paired, marginOf(id, ofA.get(id)!, margins)));
  const metrics = judge(pairs, new Streams(seed));
  const needed = metrics.map(({ replicationsNeeded }) => replicationsNeeded).filter((count) => count !== null);
  return {
    verdict: oneSided.length > 0 ? "changed" : verdictOf(metrics),
    kind,
    paired,
    exact: chosen.every((id) => ofA.get(id)!.metric.deterministic),
    replication: kindMetrics.replication,
    replications: {
      a: numbers.a.size,
      b: numbers.b.size,
      used: paired ? shared.length : Math.min(numbers.a.size, numbers.b.size),
    },
    settings: settingDifferences(a, b),
    metrics,
    oneSided,
    notes: [
      ...pairingNotes(a, b, kindMetrics, paired, shared.length, numbers),
      ...(paired ? [] : exclusionNotes(workedOut, ofA)),
      ...circumstanceNotes(a, b),
      ...(measuresTime ? clockNotes(a, b, kindMetrics) : []),
      ...oneSidedNotes(oneSided),
    ],
    replicationsNeeded: needed.length === 0 ? null : Math.max(...needed),
  };
}

function verdictOf(metrics: readonly MetricComparison[]): ChangeVerdict {
  if (metrics.some(({ verdict }) => verdict === "changed")) return "changed";
  return metrics.some(({ verdict }) => verdict === "undecided") ? "undecided" : "unchanged";
}

function valuesOf(run: StoredRun, kindMetrics: ExperimentMetrics): ReadonlyMap<string, MetricValues> {
  const { folder } = run;
  try {
    return new Map(
      partsOf(run).flatMap(({ prefix, rowsCsv }) =>
        kindMetrics.valuesOf(rowsCsv).map((values) => {
          const part = `${prefix}${values.part}`;
          return [`${part}/${values.metric.name}`, { ...values, part }] as const;
        }),
      ),
    );
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    throw new CompareError(`${folder}/${error.message}; a run of another version of Camelid: run it again`);
  }
}

/** Of a run that varies settings, the rows of each combination, under its name. */
function partsOf({ manifest, rowsCsv }: StoredRun): { readonly prefix: string; readonly rowsCsv: string }[] {
  const { combinations } = manifest.experiment;
  if (combinations === undefined) return [{ prefix: "", rowsCsv }];
  return gridPartsOf(rowsCsv, combinations, { columns: manifest.tables["rows.csv"]! }).map(({ values, rows }) => ({
    prefix: `${combinationName(values)}/`,
    rowsCsv: toCsv(rows),
  }));
}

function nothingShared(a: StoredRun, b: StoredRun, { replication }: ExperimentMetrics): CompareError {
  const [seedA, seedB] = [a.manifest.experiment.seed, b.manifest.experiment.seed];
  return new CompareError(
    seedA === seedB
      ? `${a.folder} and ${b.folder} have no ${replication} in common: each was worked out under other settings; give both some of the same`
      : `${a.folder} has seed ${seedA}, ${b.folder} seed ${seedB}: what is worked out ${replication} by ${replication} is compared under one seed; give both the same`,
  );
}

/** A kind that nobody verifies has no share of accepted outputs, on either side. */
function hasValue({ values }: MetricValues): boolean {
  return [...values.values()].some((value) => value !== null);
}

function replicationsOf(metrics: ReadonlyMap<string, MetricValues>): ReadonlySet<number> {
  return new Set([...metrics.values()].flatMap(({ values }) => [...values.keys()]));
}

function pairOf(a: MetricValues, b: MetricValues, paired: boolean, margin: Margin): MetricPair {
  const { metric, part } = a;
  const known = ({ values }: MetricValues) => [...values.values()].filter((value) => value !== null);
  const tried = [...a.values.keys()].filter((r) => b.values.has(r));
  const has = ({ values }: MetricValues, r: number) => (values.get(r) ?? null) !== null;
  const both = tried.filter((r) => has(a, r) && has(b, r));
  const [ofA, ofB] = paired
    ? [both.map((r) => a.values.get(r)!), both.map((r) => b.values.get(r)!)]
    : [known(a), known(b)];
  const mean = ofA.reduce((sum, value) => sum + value, 0) / Math.max(1, ofA.length);
  const inUnits = Math.max(margin.absolute ?? 0, (margin.relative ?? 0) * Math.abs(mean));
  const oneSided = tried.filter((r) => has(a, r) !== has(b, r)).length;
  return { metric, part, paired, a: ofA, b: ofB, oneSided, margin: inUnits };
}

function marginOf(id: string, { metric }: MetricValues, margins: readonly MarginOverride[]): Margin {
  return margins.findLast(({ pattern }) => isNamedBy(id, pattern))?.margin ?? metric.margin;
}

function settingDifferences(a: StoredRun, b: StoredRun): SettingDifference[] {
  const [ofA, ofB] = [a, b].map(({ manifest: { experiment } }) =>
    flattened({ seed: experiment.seed, ...withCurrentNames(experiment.resolved) }),
  ) as [ReadonlyMap<string, unknown>, ReadonlyMap<string, unknown>];
  return [...new Set([...ofA.keys(), ...ofB.keys()])]
    .map((setting) => ({ setting, a: ofA.get(setting), b: ofB.get(setting) }))
    .filter(({ a, b }) => JSON.stringify(a) !== JSON.stringify(b));
}

function pairingNotes(
  a: StoredRun,
  b: StoredRun,
  { replication }: ExperimentMetrics,
  paired: boolean,
  shared: number,
  numbers: { readonly a: ReadonlySet<number>; readonly b: ReadonlySet<number> },
): string[] {
  const [seedA, seedB] = [a.manifest.experiment.seed, b.manifest.experiment.seed];
  if (!paired)
    return [
      `Unpaired: ${seedA === seedB ? `no ${replication} number is on both sides` : `A has seed ${seedA}, B seed ${seedB}`}, so ` +
        "nothing random is shared. Compared as independent samples (Welch's interval, permutation test), which takes far more replications; " +
        "give both sides the same seed to compare them on common random numbers.",
    ];
  return numbers.a.size === numbers.b.size && shared === numbers.a.size
    ? []
    : [`A has ${numbers.a.size} ${replication}s, B ${numbers.b.size}: the ${shared} that both have are compared.`];
}

function circumstanceNotes({ manifest: a }: StoredRun, { manifest: b }: StoredRun): string[] {
  const models = (list: readonly ModelRecord[]) => list.map(({ root }) => root).join();
  const sides = (has: (manifest: typeof a) => boolean) => [has(a) ? "A" : "", has(b) ? "B" : ""].join("");
  const named: Readonly<Record<string, string>> = { A: "A", B: "B", AB: "both" };
  const partial = sides(({ partial }) => partial !== undefined);
  const dirty = sides(({ software }) => software.dirty === true);
  return [
    ...(models(a.models) === models(b.models) ? [] : ["A and B ran on different models."]),
    ...(partial === "" ? [] : [`Partial: of ${named[partial]}, some cells are missing.`]),
    ...(dirty === "" ? [] : [`The checkout of ${named[dirty]} had uncommitted changes.`]),
  ];
}

function clockNotes(
  { manifest: a }: StoredRun,
  { manifest: b }: StoredRun,
  { replication }: ExperimentMetrics,
): string[] {
  const machine = ({ cpu, cores, platform }: Machine) => `${cpu}, ${cores} cores, ${platform}`;
  const [ofA, ofB] = [machine(a.machine), machine(b.machine)];
  return [
    ofA === ofB
      ? "Times on a clock: A and B were measured one after the other, and a difference may be the machine's. Compare two runs of A to see how large that is."
      : `Times on two machines (${ofA}; ${ofB}): a difference may be theirs.`,
    `Pairs are ${replication}s of the same number, which share prompts and seeds, not the machine's mood.`,
  ];
}

function exclusionNotes(ids: readonly string[], metrics: ReadonlyMap<string, MetricValues>): string[] {
  const names = [...new Set(ids.map((id) => metrics.get(id)!.metric.name))];
  return names.length === 0
    ? []
    : [`Left out: ${names.join(", ")}, which follow from settings and seed and have no scatter to compare seeds by.`];
}

/** Metrics with values that the other side does not have: a group, a combination or a column that is gone is a change. */
function onlyIn(
  side: "A" | "B",
  own: ReadonlyMap<string, MetricValues>,
  other: ReadonlyMap<string, MetricValues>,
): OneSidedMetric[] {
  return [...own]
    .filter(([id, values]) => !other.has(id) && hasValue(values))
    .map(([id, { part }]) => ({ id, part, side }));
}

function oneSidedNotes(oneSided: readonly OneSidedMetric[]): string[] {
  return [...Map.groupBy(oneSided, ({ side }) => side)].map(([side, own]) => {
    const parts = [...new Set(own.map(({ part }) => part))];
    return `Only in ${side}, which is a change: ${own.length} ${own.length === 1 ? "metric" : "metrics"} of ${parts.join(", ")}.`;
  });
}

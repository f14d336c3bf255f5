/** Finished runs of one kind by the hardware that made them: those that may stand side by side, and why others may not. */
import { flattened } from "../compare/flattened.ts";
import { ResultsError } from "../results/atomic-file.ts";
import type { FoundRun } from "../results/list-runs.ts";
import type { Manifest } from "../results/manifest.ts";
import { readRun, type StoredRun } from "../results/read-run.ts";
import { distinctNames, machineOf, type RunMachine } from "../results/run-machine.ts";
import { TableError } from "../results/table.ts";

/** One machine and its comparable runs: the one with most measurements first, among equals the newest. */
export interface MachineRuns {
  readonly name: string;
  readonly machine: RunMachine;
  readonly runs: readonly FoundRun[];
}

export interface RunsByMachine {
  /** By name. None, or at least two. */
  readonly machines: readonly MachineRuns[];
  /** A line on each machine whose runs do not fit, and why. */
  readonly excluded: readonly string[];
}

/**
 * Settings that have to agree come from `circumstances`. Where they do not, the circumstances with most machines are taken, among equals
 * those of the newest run.
 */
export function runsByMachine(
  found: readonly FoundRun[],
  kind: string,
  circumstances: (manifest: Manifest) => object,
): RunsByMachine {
  const all = found
    .filter(({ manifest }) => manifest.experiment.kind === kind)
    .map((run) => ({ run, machine: machineOf(run.manifest), terms: flattened(circumstances(run.manifest)) }));
  const whole = all.filter(({ run }) => isWhole(run.manifest));
  const alike = [...Map.groupBy(whole, ({ terms }) => JSON.stringify([...terms].sort())).values()];
  const chosen = alike.toSorted((a, b) => machinesIn(b) - machinesIn(a) || byStart(newestOf(b), newestOf(a)))[0] ?? [];
  const shown = new Set(chosen.map(({ machine }) => machine.description));
  if (shown.size < 2 && new Set(all.map(({ machine }) => machine.description)).size < 2)
    return { machines: [], excluded: [] };

  const grouped = [...Map.groupBy(chosen, ({ machine }) => machine.description).values()];
  const names = distinctNames(grouped.map((own) => own[0]!.machine));
  const machines = grouped
    .map((own, i) => ({
      name: names[i]!,
      machine: own[0]!.machine,
      runs: own.map(({ run }) => run).toSorted((a, b) => rowBytes(b) - rowBytes(a) || byStart(b, a)),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  // A machine is named once, by the run that was nearest to being taken.
  const others = Map.groupBy(
    all.filter(({ machine }) => !shown.has(machine.description)),
    ({ machine }) => machine.description,
  );
  const excluded = [...others].map(([description, own]) => {
    const { run, terms } = own.find(({ run }) => isWhole(run.manifest)) ?? own[0]!;
    const reason = isWhole(run.manifest) ? difference(terms, chosen[0]!.terms) : whyNotWhole(run.manifest);
    return `${run.folder} (${description}): ${reason}`;
  });
  return machines.length < 2 ? { machines: [], excluded } : { machines, excluded };
}

interface Candidate {
  readonly run: FoundRun;
  readonly machine: RunMachine;
}

function machinesIn(candidates: readonly Candidate[]): number {
  return new Set(candidates.map(({ machine }) => machine.description)).size;
}

function newestOf(candidates: readonly Candidate[]): FoundRun {
  return candidates
    .map(({ run }) => run)
    .toSorted(byStart)
    .at(-1)!;
}

function byStart(a: FoundRun, b: FoundRun): number {
  const [first, second] = [a, b].map(({ manifest, folder }) => `${manifest.startedAt} ${folder}`) as [string, string];
  return first < second ? -1 : Number(first > second);
}

function rowBytes({ manifest }: FoundRun): number {
  return manifest.files["rows.csv"]?.bytes ?? 0;
}

function isWhole({ partial, experiment }: Manifest): boolean {
  return partial === undefined && experiment.combinations === undefined;
}

function whyNotWhole({ partial }: Manifest): string {
  return partial === undefined ? "varies its own settings" : "some of its cells are missing";
}

/** "other settings: sampling.temperature 0.7, not 0.2". */
function difference(terms: ReadonlyMap<string, unknown>, taken: ReadonlyMap<string, unknown>): string {
  const paths = [...new Set([...taken.keys(), ...terms.keys()])];
  const said = (value: unknown) => (value === undefined ? "none" : String(value));
  const differing = paths
    .filter((path) => terms.get(path) !== taken.get(path))
    .map((path) => `${path} ${said(terms.get(path))}, not ${said(taken.get(path))}`);
  return `other settings than the runs that are joined: ${differing.join("; ")}`;
}

/** The runs that can be read, with what `rowsOf` makes of their rows; a line into `damaged` for each of the others. */
export function* readable<Rows>(
  runs: readonly FoundRun[],
  rowsOf: (rowsCsv: string) => Rows,
  damaged: string[],
): Generator<StoredRun & { readonly rows: Rows }> {
  for (const { folder } of runs)
    try {
      const run = readRun(folder);
      yield { ...run, rows: rowsOf(run.rowsCsv) };
    } catch (error) {
      if (error instanceof TableError) damaged.push(`${folder}/${error.message}`);
      else if (error instanceof ResultsError) damaged.push(error.message);
      else throw error;
    }
}

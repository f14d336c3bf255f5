import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { requireModelRoot } from "../../inference/model-file.ts";
import { type Experiment, ExperimentFileError } from "../experiment/file.ts";
import type { Cell, CellPlan, FinishedCells } from "./cell.ts";
import { type CellArtifact, CellArtifacts } from "./cell-artifacts.ts";
import { Journal } from "./journal.ts";
import type { CellTask, WorkOrder } from "./messages.ts";
import { runTasks } from "./pool.ts";
import type { SerializedError } from "./serialized-error.ts";

export interface SweepOptions {
  /** Worker processes; as many as there are cores, or cells if they are fewer, unless given. */
  readonly workers?: number;
  /** Runs only these cells; the others stay as they are. */
  readonly only?: (cell: string) => boolean;
  /** Limit of each worker's JavaScript heap; Node's own unless given. */
  readonly memoryMegabytes?: number;
  /** Runs nothing: looks for what is finished in this results folder, and throws PlanOnly. */
  readonly planFor?: string;
}

/** What a sweep that only plans throws in place of running its cells. */
export class PlanOnly extends Error {
  override readonly name = "PlanOnly";
}

export interface PlannedCell {
  /** In the run: with the combination of settings, where it varies some. */
  readonly name: string;
  readonly finished: boolean;
}

/** The cells of one combination of settings, or of all of a run that varies none. */
export interface PlannedPart {
  readonly part: string | null;
  readonly cells: readonly PlannedCell[];
  /** How long each finished cell took. */
  readonly finishedMs: readonly number[];
  /** What finished cells take on the disk: lines of the journal, and files of their own. */
  readonly finishedBytes: number;
  readonly failed: number;
}

export interface SweepEnvironment {
  /** Folder under which runs, and the journals of unfinished ones, are kept. */
  readonly resultsFolder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
}

/** `done` of `total` cells; `resumed` of them were found finished. */
export interface RunProgress {
  readonly done: number;
  readonly total: number;
  readonly resumed: number;
  /** Cells that gave no rows; the others go on. */
  readonly failed?: number;
  readonly doing: string;
}

export interface CellFailure extends SerializedError {
  readonly cell: string;
}

/** A line of the journal: a finished cell, or one that failed and is tried again when the run goes on. */
type CellRecord<Row> =
  | { readonly cell: string; readonly rows: readonly Row[]; readonly wallMs: number }
  | { readonly cell: string; readonly failure: SerializedError };

interface SweepTask extends CellTask {
  readonly plan: OpenPlan;
}

interface OpenPlan {
  /** Of the settings that a run varies, this plan's values in words; null where a run varies none. */
  readonly part: string | null;
  readonly order: WorkOrder;
  readonly cells: readonly Cell<unknown>[];
  readonly models: NonNullable<CellPlan<unknown>["models"]>;
  readonly journal: Journal<CellRecord<object>>;
  readonly artifacts: CellArtifacts;
  readonly finished: Map<string, readonly object[]>;
  readonly wallMs: Map<string, number>;
}

/** Runs the cells of a plan; failures are kept aside, not thrown. */
export interface CellRunner {
  run<Input, Row extends object>(
    experiment: Experiment<object>,
    environment: SweepEnvironment,
    plan: CellPlan<Input>,
  ): Promise<FinishedCells<Row>>;
}

/** All cells of one run: which are done, which failed and why, and the files they left. */
export class Sweep implements CellRunner {
  readonly #options: SweepOptions;
  readonly #plans: OpenPlan[] = [];
  readonly #failures = new Map<string, CellFailure>();
  readonly #problems: string[] = [];
  #settled = false;
  #parts: readonly string[] = [];
  readonly #ran = Promise.withResolvers<void>();

  constructor(options: SweepOptions = {}) {
    this.#options = options;
  }

  /** In the order of the plan. */
  get failures(): readonly CellFailure[] {
    return this.#plans.flatMap((plan) => plan.cells.flatMap(({ key }) => this.#failures.get(nameOf(plan, key)) ?? []));
  }

  /** Lines on what went wrong in cells that gave their rows nevertheless. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  get planned(): number {
    return this.#plans.reduce((sum, { cells }) => sum + cells.length, 0);
  }

  get finished(): number {
    return this.#plans.reduce((sum, plan) => sum + finishedOf(plan), 0);
  }

  /** What the workers spent on the finished cells, all together, today and before. */
  get workerSeconds(): number {
    return this.#plans.reduce((sum, { wallMs }) => sum + [...wallMs.values()].reduce((a, b) => a + b, 0), 0) / 1000;
  }

  get plan(): readonly PlannedPart[] {
    return this.#plans.map((plan) => {
      const { part, cells, journal, artifacts, finished, wallMs } = plan;
      const done = cells.filter(({ key }) => finished.has(key)).map(({ key }) => key);
      const failed = new Set(journal.rows.flatMap((record) => ("failure" in record ? [record.cell] : [])));
      return {
        part,
        cells: cells.map(({ key }) => ({ name: nameOf(plan, key), finished: finished.has(key) })),
        finishedMs: done.map((key) => wallMs.get(key)!),
        finishedBytes: done.reduce((sum, key) => {
          const files = artifacts.of(key, part).map(({ path }) => statSync(path).size);
          return sum + JSON.stringify(finished.get(key)).length + files.reduce((a, b) => a + b, 0);
        }, 0),
        failed: [...failed].filter((key) => !finished.has(key)).length,
      };
    });
  }

  /** Names of the cells without rows. */
  get missing(): readonly string[] {
    return this.#plans.flatMap((plan) =>
      plan.cells.filter(({ key }) => !plan.finished.has(key)).map(({ key }) => nameOf(plan, key)),
    );
  }

  /** Whether its cells have run: what goes wrong from then on is not about them. */
  get settled(): boolean {
    return this.#settled;
  }

  get rows(): readonly object[] {
    return this.#plans.flatMap(rowsOf);
  }

  /** Files of finished cells. */
  get artifacts(): readonly CellArtifact[] {
    return this.#plans.flatMap(({ part, cells, artifacts, finished }) =>
      cells.filter(({ key }) => finished.has(key)).flatMap(({ key }) => artifacts.of(key, part)),
    );
  }

  /**
   * Runs what is not finished of a plan's cells. Failures are kept here, not thrown. Throws the signal's reason once it aborts;
   * FatalRunError, ResultsError.
   */
  run<Input, Row extends object>(
    experiment: Experiment<object>,
    environment: SweepEnvironment,
    plan: CellPlan<Input>,
  ): Promise<FinishedCells<Row>> {
    return this.#join(null, experiment, environment, plan);
  }

  /**
   * For runs that vary settings: a runner for each part, whose cells all run together, once every part has brought its plan.
   *
   * @param identity what tells the parts of this run from those of others with the same settings
   */
  parts(names: readonly string[], identity: object): CellRunner[] {
    this.#parts = names;
    return names.map((name) => ({
      run: (experiment, environment, plan) =>
        this.#join(name, experiment, environment, { ...plan, identity: { ...plan.identity, ...identity } }),
    }));
  }

  async #join<Input, Row extends object>(
    part: string | null,
    experiment: Experiment<object>,
    environment: SweepEnvironment,
    plan: CellPlan<Input>,
  ): Promise<FinishedCells<Row>> {
    const count = Math.max(1, this.#parts.length);
    if (this.#plans.length === count) throw new Error("a kind has its cells run once: all of them in one plan");
    const { planFor } = this.#options;
    const open =
      planFor === undefined
        ? openPlan(part, this.#parts, experiment, environment.resultsFolder, plan, "open")
        : openPlan(part, this.#parts, experiment, planFor, plan, "look");
    this.#plans.push(open);
    this.#plans.sort((a, b) => this.#parts.indexOf(a.part!) - this.#parts.indexOf(b.part!));
    if (this.#plans.length === count) this.#runTasks(environment).then(this.#ran.resolve, this.#ran.reject);
    await this.#ran.promise;
    const complete = finishedOf(open) === open.cells.length;
    return {
      rows: rowsOf(open) as Row[],
      discardJournal: () => {
        if (!complete) return; // the same command goes on from it
        open.journal.remove();
        open.artifacts.removeAll();
      },
    };
  }

  async #runTasks({ signal, onProgress }: SweepEnvironment): Promise<void> {
    const { only = () => true, memoryMegabytes, planFor } = this.#options;
    const named = this.#plans.flatMap((plan) =>
      plan.cells.map((cell) => ({ plan, cell, name: nameOf(plan, cell.key) })),
    );
    if (!named.some(({ name }) => only(name))) throw noSuchCell(named.map(({ name }) => name));
    if (planFor !== undefined) throw new PlanOnly();
    const resumed = this.finished;
    const tasks = named
      .filter(({ plan, cell, name }) => !plan.finished.has(cell.key) && only(name))
      .map((task): SweepTask => ({ ...task, order: task.plan.order, folder: task.plan.artifacts.attemptFolder() }));
    const total = resumed + tasks.length;
    const progress = (doing: string) =>
      onProgress({ done: this.finished, failed: this.#failures.size, total, resumed, doing });
    await runTasks(
      tasks,
      {
        workers: this.#options.workers ?? availableParallelism(),
        signal,
        ...(memoryMegabytes === undefined ? {} : { memoryMegabytes }),
      },
      {
        onStart: ({ name }) => progress(name),
        onFinished: async ({ plan, cell, name, folder }, { rows, wallMs }) => {
          for (const { path, root } of plan.models) await requireModelRoot(path, root);
          plan.artifacts.adopt(folder, cell.key);
          plan.journal.add({ cell: cell.key, rows: JSON.parse(rows), wallMs });
          plan.finished.set(cell.key, JSON.parse(rows));
          plan.wallMs.set(cell.key, wallMs);
          progress(name);
        },
        onFailed: ({ plan, cell, name, folder }, failure) => {
          plan.artifacts.discard(folder);
          plan.journal.add({ cell: cell.key, failure });
          this.#failures.set(name, { cell: name, ...failure });
          progress(name);
        },
        onProblem: (line) => this.#problems.push(line),
      },
    ).finally(() => {
      for (const { artifacts } of this.#plans) artifacts.removeAttempts(); // of cells that were interrupted
    });
    this.#settled = true;
    progress("drawing");
  }
}

function openPlan(
  part: string | null,
  parts: readonly string[],
  experiment: Experiment<object>,
  resultsFolder: string,
  plan: CellPlan<unknown>,
  how: "open" | "look",
): OpenPlan {
  const { name, seed, settings } = experiment;
  const journal = Journal[how]<CellRecord<object>>(resultsFolder, name, { seed, settings, ...plan.identity });
  const keys = plan.cells.map(({ key }) => key);
  const artifacts = new CellArtifacts(journal.path.replace(/\.jsonl$/, ".cells"), keys, parts);
  if (how === "open") artifacts.removeAttempts();
  return {
    part,
    order: { experiment, module: plan.module.href, resultsFolder },
    cells: plan.cells,
    models: plan.models ?? [],
    journal,
    artifacts,
    finished: new Map(journal.rows.flatMap((record) => ("rows" in record ? [[record.cell, record.rows]] : []))),
    wallMs: new Map(journal.rows.flatMap((record) => ("rows" in record ? [[record.cell, record.wallMs]] : []))),
  };
}

/** What a cell is called in a run; its key alone does in one that varies no settings. */
function nameOf({ part }: OpenPlan, key: string): string {
  return part === null ? key : `${part}: ${key}`;
}

function rowsOf({ cells, finished }: OpenPlan): object[] {
  return cells.flatMap(({ key }) => finished.get(key) ?? []);
}

function finishedOf({ cells, finished }: OpenPlan): number {
  return cells.filter(({ key }) => finished.has(key)).length;
}

function noSuchCell(names: readonly string[]): ExperimentFileError {
  const some = names.slice(0, 3).map((name) => `'${name}'`);
  const more = names.length > some.length ? ` and ${names.length - some.length} more` : "";
  return new ExperimentFileError([`--only: no cell has this in its name; they are ${some.join(", ")}${more}`]);
}

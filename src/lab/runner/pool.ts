/** Cells on worker processes: each worker takes the next cell when it has finished one. */
import type { CarriedError } from "./carried-error.ts";
import type { CellTask } from "./messages.ts";
import { type CellAnswer, CellError, WorkerProcess } from "./worker-process.ts";

export interface PoolOptions {
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly memoryMegabytes?: number;
}

export interface PoolEvents<Task extends CellTask> {
  readonly onStart: (task: Task) => void;
  readonly onFinished: (task: Task, answer: CellAnswer) => Promise<void>;
  readonly onFailed: (task: Task, error: CarriedError) => void;
  readonly onProblem: (line: string) => void;
}

/**
 * Runs the tasks in about their order. A task that fails, or whose worker dies, is told by `onFailed`, and the others go on. Throws
 * the signal's reason once it aborts, and RunRefused for what concerns all cells; what was finished has been told by then.
 */
export async function runTasks<Task extends CellTask>(
  tasks: readonly Task[],
  { workers, signal, memoryMegabytes }: PoolOptions,
  { onStart, onFinished, onFailed, onProblem }: PoolEvents<Task>,
): Promise<void> {
  signal.throwIfAborted();
  const waiting = [...tasks];
  const atWork = new Set<WorkerProcess>();
  let end: { readonly reason: unknown } | undefined;
  let patience: NodeJS.Timeout | undefined;
  const endAll = (reason: unknown): void => {
    end ??= { reason };
    for (const worker of atWork) worker.stop();
    patience ??= setTimeout(() => {
      for (const worker of atWork) worker.kill();
    }, stoppingMs);
  };
  const onAbort = () => endAll(signal.reason);
  signal.addEventListener("abort", onAbort);
  try {
    await Promise.all(Array.from({ length: Math.min(workers, tasks.length) }, serve));
  } finally {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(patience);
  }
  if (end !== undefined) throw end.reason;

  async function serve(): Promise<void> {
    let worker: WorkerProcess | undefined;
    for (let task = waiting.shift(); task !== undefined && end === undefined; task = waiting.shift()) {
      try {
        worker ??= hire();
        onStart(task);
        await onFinished(task, await worker.run(task));
      } catch (error) {
        // A worker in which a cell went wrong is replaced: what it left behind must not touch the next cell.
        if (worker !== undefined) await dismiss(worker, "kill");
        worker = undefined;
        if (end !== undefined) return;
        if (!(error instanceof CellError)) return endAll(error);
        onFailed(task, error.carried);
      }
    }
    if (worker !== undefined) await dismiss(worker, "close");
  }

  function hire(): WorkerProcess {
    const worker = new WorkerProcess({ onProblem, ...(memoryMegabytes === undefined ? {} : { memoryMegabytes }) });
    atWork.add(worker);
    return worker;
  }

  async function dismiss(worker: WorkerProcess, how: "kill" | "close"): Promise<void> {
    await worker[how]();
    atWork.delete(worker);
  }
}

/** A cell that does not look at its signal for so long is killed: the journal holds finished cells only, so nothing is lost. */
const stoppingMs = 3000;

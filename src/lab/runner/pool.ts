/** Cells on worker processes: each worker takes the next cell when it has finished one. */

import type { CellTask } from "./messages.ts";
import type { SerializedError } from "./serialized-error.ts";
import { type CellAnswer, CellError, WorkerProcess } from "./worker-process.ts";

export interface PoolOptions {
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly memoryMegabytes?: number;
}

export interface PoolEvents<Task extends CellTask> {
  readonly onStart: (task: Task) => void;
  readonly onFinished: (task: Task, answer: CellAnswer) => Promise<void>;
  readonly onFailed: (task: Task, error: SerializedError) => void;
  readonly onProblem: (line: string) => void;
}

/**
 * Runs the tasks in about their order. A task that fails, or whose worker dies, is told by `onFailed`, and the others go on. Throws
 * the signal's reason once it aborts, and FatalRunError for what concerns all cells; what was finished has been reported by then.
 */
export async function runTasks<Task extends CellTask>(
  tasks: readonly Task[],
  { workers, signal, memoryMegabytes }: PoolOptions,
  { onStart, onFinished, onFailed, onProblem }: PoolEvents<Task>,
): Promise<void> {
  signal.throwIfAborted();
  const waiting = [...tasks];
  const active = new Set<WorkerProcess>();
  let end: { readonly reason: unknown } | undefined;
  let killTimer: NodeJS.Timeout | undefined;
  const endAll = (reason: unknown): void => {
    end ??= { reason };
    for (const worker of active) worker.stop();
    killTimer ??= setTimeout(() => {
      for (const worker of active) worker.kill();
    }, stoppingMs);
  };
  const onAbort = () => endAll(signal.reason);
  signal.addEventListener("abort", onAbort);
  try {
    await Promise.all(Array.from({ length: Math.min(workers, tasks.length) }, serve));
  } finally {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(killTimer);
  }
  if (end !== undefined) throw end.reason;

  async function serve(): Promise<void> {
    let worker: WorkerProcess | undefined;
    for (let task = waiting.shift(); task !== undefined && end === undefined; task = waiting.shift()) {
      try {
        worker ??= spawn();
        onStart(task);
        await onFinished(task, await worker.run(task));
      } catch (error) {
        // A worker in which a cell went wrong is replaced: what it left behind must not touch the next cell.
        if (worker !== undefined) await stop(worker, "kill");
        worker = undefined;
        if (end !== undefined) return;
        if (!(error instanceof CellError)) return endAll(error);
        onFailed(task, error.serialized);
      }
    }
    if (worker !== undefined) await stop(worker, "close");
  }

  function spawn(): WorkerProcess {
    const worker = new WorkerProcess({ onProblem, ...(memoryMegabytes === undefined ? {} : { memoryMegabytes }) });
    active.add(worker);
    return worker;
  }

  async function stop(worker: WorkerProcess, how: "kill" | "close"): Promise<void> {
    await worker[how]();
    active.delete(worker);
  }
}

/** A cell that does not look at its signal for so long is killed: the journal holds finished cells only, so nothing is lost. */
const stoppingMs = 3000;

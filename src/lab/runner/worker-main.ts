/** A worker process: opens what the runner orders and runs one cell at a time (worker-process.ts is its other end). */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { makeFolder } from "../../inference/make-folder.ts";
import { scopeOf } from "../errors.ts";
import { asResultsError } from "../results/atomic-file.ts";
import type { Cell, CellContext, CellWorker, OpenWorker } from "./cell.ts";
import type { FromWorker, ToWorker, WorkOrder } from "./messages.ts";
import { serializeError } from "./serialized-error.ts";

// Ctrl-C reaches the whole process group; the runner says when to stop.
process.on("SIGINT", () => {});
endWithRunner();

const stopping = new AbortController();
let worker: CellWorker<unknown, object> | undefined;

process.on("warning", ({ name, message }) => {
  if (name === "CamelidProblem") say({ type: "problem", line: message });
});
process.on("message", async (message: ToWorker) => {
  try {
    if (message.type === "stop") stopping.abort();
    else if (message.type === "open") await open(message.order);
    else if (message.type === "run") await run(message.cell, contextIn(message.folder, message.name));
    else await close();
  } catch (error) {
    say({ type: "failed", error: serializeError(error), endsRun: scopeOf(error) === "run" });
  }
});

async function open({ experiment, module, resultsFolder }: WorkOrder): Promise<void> {
  await worker?.close();
  worker = undefined;
  const { openWorker } = (await import(module)) as { openWorker: OpenWorker<unknown, object, object> };
  worker = await openWorker(experiment, { resultsFolder, signal: stopping.signal });
  say({ type: "open" });
}

async function run(cell: Cell<unknown>, context: CellContext): Promise<void> {
  stopping.signal.throwIfAborted();
  const startMs = performance.now();
  const rows = await worker!.run(cell, context).catch((error: NodeJS.ErrnoException) => {
    // A file of the cell's own that cannot be written: no other cell could write its own.
    throw fullDisk.has(error.code ?? "") ? asResultsError(error, error.path ?? `a file of cell '${cell.key}'`) : error;
  });
  say({ type: "rows", rows: JSON.stringify(rows), wallMs: performance.now() - startMs });
}

const fullDisk = new Set(["ENOSPC", "EDQUOT", "EROFS"]);

async function close(): Promise<void> {
  await worker?.close();
  process.disconnect();
  process.exit(0);
}

function contextIn(folder: string, name: string): CellContext {
  return {
    name,
    file: (file) => {
      if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(file))
        throw new RangeError(`file '${file}' of a cell: expected letters, digits, ".", "_" and "-"`);
      makeFolder(folder);
      return join(folder, file);
    },
  };
}

function say(message: FromWorker): void {
  process.send!(message);
}

/**
 * Killed with -9, the runner cannot end its workers, and one that computes does not see its channel close: a thread
 * of its own looks whether the runner is still there.
 */
function endWithRunner(): void {
  process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
  const watch = `
    const { workerData: runner } = require("node:worker_threads");
    setInterval(() => {
      try {
        process.kill(runner, 0);
        if (process.ppid === runner) return;
      } catch {}
      process.kill(process.pid, "SIGKILL");
    }, 500);
  `;
  new Worker(watch, { eval: true, workerData: process.ppid }).unref();
}

/**
 * The child's side: generates as it is told, on the one kernel library of the folder that it runs in, and removes the folder
 * when its parent is gone, however the parent went.
 */
import { Backend } from "../backend.ts";
import type { InferenceContext } from "../context.ts";
import { continueOutputs } from "../transcript-generation.ts";
import { removeKernelFolder } from "./kernel-folder.ts";
import type { ContextOrder, Order, Report } from "./messages.ts";

const contexts = new Map<string, Promise<InferenceContext>>();
const aborts = new Map<number, AbortController>();

// Ctrl-C and `timeout` reach the whole group; the parent decides when work stops, and its end is noticed below.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
process.on("disconnect", () => {
  removeKernelFolder(process.cwd());
  process.exit(0);
});

let backend: Backend | undefined;
try {
  backend = await Backend.open();
  tell({ kind: "ready", cpuKernels: (await backend.describe()).cpuKernels });
} catch (error) {
  tell({ kind: "unready", message: reasonOf(error).message });
}

process.on("message", (order: Order) => {
  if (order.kind === "abort") aborts.get(order.id)?.abort();
  else void generate(order);
});

async function generate({ id, context, requests, shape }: Extract<Order, { kind: "generate" }>): Promise<void> {
  const abort = new AbortController();
  aborts.set(id, abort);
  try {
    const opened = await open(context);
    tell({ kind: "generated", id, outputs: await continueOutputs(opened, requests, { signal: abort.signal, shape }) });
  } catch (error) {
    tell({ kind: "failed", id, ...reasonOf(error) });
  } finally {
    aborts.delete(id);
  }
}

function open({ modelPath, ...options }: ContextOrder): Promise<InferenceContext> {
  const key = JSON.stringify([modelPath, options]);
  const opened = contexts.get(key) ?? backend!.loadModel(modelPath).then((model) => model.openContext(options));
  contexts.set(key, opened);
  return opened;
}

function reasonOf(error: unknown): { code: string; message: string } {
  const { code, name, message } = error as { code?: unknown; name?: string; message?: string };
  return { code: typeof code === "string" ? code : (name ?? "Error"), message: message ?? String(error) };
}

function tell(report: Report): void {
  process.send!(report);
}

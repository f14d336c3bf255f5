/**
 * The child's side: generates and scores as it is told, on the GPU backend that its argument names ("off": the CPU) and on the kernel
 * libraries of the folder that it runs in; removes that folder, where it is one made for it, when its parent is gone, however the
 * parent went.
 */
import { Backend } from "../backend.ts";
import type { InferenceContext } from "../context.ts";
import type { Gpu } from "../numerics.ts";
import { type Evidence, engineOf } from "../transcript.ts";
import { continueOutputs } from "../transcript-generation.ts";
import { scoreClaim } from "../transcript-scoring.ts";
import { removeKernelFolder } from "./kernel-folder.ts";
import type { ClaimToScore, ContextOrder, Order, Report } from "./messages.ts";

const [gpu, folder] = process.argv.slice(2) as [Gpu, string | undefined];
const contexts = new Map<string, Promise<InferenceContext>>();
const aborts = new Map<number, AbortController>();

// Ctrl-C and `timeout` reach the whole group; the parent decides when work stops, and its end is noticed below.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
process.on("disconnect", () => {
  if (folder !== undefined) removeKernelFolder(folder);
  process.exit(0);
});

let backend: Backend | undefined;
try {
  backend = await Backend.open(gpu);
  tell({ kind: "ready", engine: engineOf(await backend.describe()) });
} catch (error) {
  tell({ kind: "unready", message: reasonOf(error).message });
}

process.on("message", (order: Order) => {
  if (order.kind === "abort") aborts.get(order.id)?.abort();
  else void carryOut(order);
});

async function carryOut(order: Exclude<Order, { kind: "abort" }>): Promise<void> {
  const { id } = order;
  const abort = new AbortController();
  const { signal } = abort;
  aborts.set(id, abort);
  try {
    const context = await open(order.context);
    if (order.kind === "generate")
      tell({
        kind: "generated",
        id,
        outputs: await continueOutputs(context, order.requests, { signal, shape: order.shape }),
      });
    else tell({ kind: "scored", id, evidence: await scoreAll(context, order.claims, signal) });
  } catch (error) {
    tell({ kind: "failed", id, ...reasonOf(error) });
  } finally {
    aborts.delete(id);
  }
}

async function scoreAll(
  context: InferenceContext,
  claims: readonly ClaimToScore[],
  signal: AbortSignal,
): Promise<Evidence[]> {
  const evidence: Evidence[] = [];
  for (const { job, outputTokens, detail } of claims) {
    signal.throwIfAborted();
    evidence.push(await scoreClaim(context, job, outputTokens, detail));
  }
  return evidence;
}

function open({ modelPath, modelRoot, ...options }: ContextOrder): Promise<InferenceContext> {
  const key = JSON.stringify([modelPath, modelRoot, options]);
  const { gpuLayers } = options.numerics;
  const load = () => backend!.loadModel(modelPath, { expectedRoot: modelRoot, ...(gpu !== "off" && { gpuLayers }) });
  const opened = contexts.get(key) ?? load().then((model) => model.openContext(options));
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

/**
 * The child's side: does in a process of its own what might end it. llama.cpp answers many odd files, texts and sizes with an assertion or an
 * exception that nobody can catch.
 */
import { openSync, readFileSync, writeSync } from "node:fs";
import { Backend } from "../backend.ts";
import { InferenceError } from "../errors.ts";
import { ggmlType } from "../native/layout.ts";
import { openLibrary } from "../native/library.ts";
import { NativeContext } from "../native/native-context.ts";
import { NativeModel } from "../native/native-model.ts";
import { rowProblem } from "../prediction.ts";
import type { ProbeOrder, ProbeResult, ProbeStep } from "./order.ts";

const sequence = 0;
const order = JSON.parse(readFileSync(0, "utf8")) as ProbeOrder;

try {
  await carryOut(order);
  finish({ result: "runs" });
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  finish({ result: "refused", code: code ?? "model-file", message });
}

async function carryOut(order: ProbeOrder): Promise<void> {
  const backend = await Backend.open("off");
  if (order.try === "model") {
    const library = openLibrary((await backend.describe()).engineRelease);
    begin("loads it");
    const file = { path: order.path, descriptor: openSync(order.path, "r") };
    const model = await NativeModel.load(library, file, { gpuLayers: 0 });
    // Where llama.cpp refuses in words, the caller hears them when it loads the file itself.
    if (model !== null) await tryModel(model, order.text);
    return;
  }
  begin("loads it");
  const model = await backend.loadModel(order.path, { unprobed: true });
  begin("turns a text into its tokens");
  model.vocabulary.promptTokens(order.text);
}

/** Throws what is wrong with it, in a few words that follow on its name. */
async function tryModel(model: NativeModel, text: string | null): Promise<void> {
  if (text !== null) {
    begin("turns a text into its tokens");
    model.tokenize(text);
  }
  if (model.hasEncoder) throw notADecoder("it reads its input with an encoder");
  if (model.isRecurrent) throw notADecoder("it keeps a state that cannot be cut back to a prefix");

  begin("opens a context on it");
  const context = await NativeContext.open(model, {
    contextTokens: 16,
    sequences: 1,
    batchTokens: 4,
    batchOutputs: 4,
    threads: 1,
    flashAttention: false,
    kvCacheType: ggmlType.F16,
  });
  if (context === null) throw new InferenceError("model-file", "llama.cpp opens no context on it");

  begin("computes with it");
  const size = model.vocabularySize;
  const [a, b, c, d, other] = [0.15, 0.35, 0.55, 0.75, 0.95].map((share) => Math.floor(share * size));
  const whole = rows(context, size, [a!, b!, c!, d!], 0);
  for (const row of whole) {
    const problem = rowProblem(row);
    if (problem !== null) throw new InferenceError("bad-logits", problem);
  }
  context.cut(sequence, 0);
  const changed = rows(context, size, [a!, b!, other!, d!], 0);
  if (!agree(whole.slice(0, 2), changed.slice(0, 2)))
    throw notADecoder("what it says of a token depends on the tokens behind it");
  try {
    context.cut(sequence, 2);
  } catch {
    throw notADecoder("its memory cannot be cut back to a prefix");
  }
  if (!agree(whole.slice(2), rows(context, size, [c!, d!], 2)))
    throw notADecoder("cut back to a prefix, it does not continue as from that prefix");
}

/** The logits behind each of the tokens, fed from a position on. */
function rows(context: NativeContext, vocabularySize: number, tokens: readonly number[], from: number): Float32Array[] {
  for (const [i, token] of tokens.entries()) {
    context.tokens[i] = token;
    context.positions[i] = from + i;
    context.sequences[i] = sequence;
    context.wanted[i] = 1;
  }
  context.decode(tokens.length);
  const logits = context.logits(tokens.length).slice(0, tokens.length * vocabularySize);
  return tokens.map((_, i) => logits.subarray(i * vocabularySize, (i + 1) * vocabularySize));
}

/**
 * Whether rows of logits are the same but for rounding, which differs with the shape of a batch: up to some hundredths of a row's spread in
 * coarsely quantised models, where another prefix gives a different row altogether.
 */
function agree(some: readonly Float32Array[], others: readonly Float32Array[]): boolean {
  return some.every((row, i) => {
    const [least, most] = [row.reduce((x, y) => Math.min(x, y)), row.reduce((x, y) => Math.max(x, y))];
    const distances = row.map((logit, token) => Math.abs(logit - others[i]![token]!)).sort();
    return distances[distances.length >> 1]! <= 0.05 * (most - least);
  });
}

function notADecoder(reason: string): InferenceError {
  return new InferenceError("not-a-decoder", reason);
}

function begin(step: string): void {
  say({ step });
}

function finish(result: ProbeResult): never {
  say(result);
  process.exit(0);
}

/** At once, since the next step may be the last one. */
function say(line: ProbeStep | ProbeResult): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

/**
 * Which batches round alike. llama.cpp takes other kernels for few rows than for many, and where it changes over depends on the weights'
 * format, the attention and the processor: two rows with F16 or Q8_0 weights, four with Q4_K, 64 with flash attention over an F16 cache.
 * So it is measured, on the model itself, when a context is first opened under some numerics.
 */
import { ggmlType } from "./native/layout.ts";
import { NativeContext } from "./native/native-context.ts";
import type { NativeModel } from "./native/native-model.ts";
import type { Numerics } from "./numerics.ts";

/** Batches of `rows` to `batchRows` tokens of a text give the same logits, bit for bit. */
export interface KernelShape {
  readonly rows: number;
  readonly batchRows: number;
}

/** Long enough to be as fast as any longer one. */
const batchRowsOf = ({ gpu }: Numerics): number => (gpu === "off" ? 128 : 512);
/** Below the 64 rows at which flash attention over an unquantised cache changes its kernel on processors. */
const shortBatchRows = 32;
/** Memory for the logits of one batch. */
const logitsBytes = 2 ** 27;

const shapes = new WeakMap<NativeModel, Map<string, Promise<unknown>>>();

/** Errors: none; a model for which only batches of one length agree gets that length. */
export function rowShape(model: NativeModel, numerics: Numerics): Promise<KernelShape> {
  return measuredOnce(model, numerics, "rows", async () => {
    const most = Math.min(batchRowsOf(numerics), Math.floor(logitsBytes / (4 * model.vocabularySize)));
    for (const batchRows of [Math.max(most, shortBatchRows), shortBatchRows]) {
      const rows = await leastRows(model, numerics, batchRows);
      if (rows !== null) return { rows, batchRows };
    }
    return { rows: shortBatchRows, batchRows: shortBatchRows };
  });
}

/**
 * From how many sequences on a step of one token each gives a sequence the logits that it gets among any more, up to `sequences` of
 * them: at least 2.
 */
export function leastLanes(
  model: NativeModel,
  numerics: Numerics,
  sequences: number,
  shape: KernelShape,
): Promise<number> {
  const most = Math.max(8, sequences);
  return measuredOnce(model, numerics, `lanes ${most}`, () => measureLanes(model, numerics, most, shape));
}

function measuredOnce<Value>(
  model: NativeModel,
  { threads, flashAttention, kvCacheType }: Numerics,
  what: string,
  measure: () => Promise<Value>,
): Promise<Value> {
  const ofModel = shapes.get(model) ?? new Map<string, Promise<unknown>>();
  shapes.set(model, ofModel);
  const key = JSON.stringify([what, threads, flashAttention, kvCacheType]);
  const measured = (ofModel.get(key) as Promise<Value> | undefined) ?? measure();
  ofModel.set(key, measured);
  return measured;
}

/** Null where no number of rows below a whole batch agrees with it. */
async function leastRows(model: NativeModel, numerics: Numerics, batchRows: number): Promise<number | null> {
  const text = probeText(model, Math.min(3 * shortBatchRows, batchRows, model.trainedContextTokens));
  const compared = Math.min(40, Math.floor(text.length / 2));
  const context = await openProbe(model, numerics, 1, batchRows, text.length);
  const read = (from: number, to: number): Uint8Array => {
    context.cut(0, from);
    fill(context, text, from, to, Math.max(from, text.length - compared));
    context.decode(to - from);
    return bytesOf(context, Math.max(0, to - Math.max(from, text.length - compared)), model.vocabularySize);
  };
  try {
    const ends: Uint8Array[] = [];
    for (let from = 0; from < text.length; from += batchRows)
      ends.push(read(from, Math.min(text.length, from + batchRows)));
    const expected = Buffer.concat(ends);
    const rowBytes = 4 * model.vocabularySize;
    const agrees = (size: number): boolean => {
      for (let from = text.length - Math.floor(compared / size) * size; from < text.length; from += size) {
        const at = (from - text.length + compared) * rowBytes;
        if (!expected.subarray(at, at + size * rowBytes).equals(read(from, from + size))) return false;
      }
      return true;
    };
    // Some numbers beside it, too: kernels work in tiles, and what is left over may have one of its own.
    const tried = [2, 4, 8, 16].filter((rows) => 2 * rows <= compared);
    return tried.find((rows) => [rows, rows + 1, rows + 3].filter((size) => size <= compared).every(agrees)) ?? null;
  } finally {
    context.close();
  }
}

async function measureLanes(
  model: NativeModel,
  numerics: Numerics,
  sequences: number,
  { rows }: KernelShape,
): Promise<number> {
  const depth = Math.max(4, rows);
  const text = probeText(model, depth + 1);
  const context = await openProbe(model, numerics, sequences, Math.max(sequences, depth), depth + 1);
  const rowBytes = 4 * model.vocabularySize;
  try {
    for (let sequence = 0; sequence < sequences; sequence++) {
      fill(context, text, 0, depth, depth, sequence);
      context.decode(depth);
    }
    let expected: Buffer | null = null;
    let least = sequences;
    for (const lanes of lanesTried(sequences)) {
      for (let sequence = 0; sequence < lanes; sequence++) {
        context.cut(sequence, depth);
        place(context, sequence, { token: text[depth]!, position: depth, sequence, isWanted: true });
      }
      context.decode(lanes);
      const found = Buffer.from(bytesOf(context, lanes, model.vocabularySize));
      expected ??= found.subarray(0, rowBytes);
      for (let lane = 0; lane < lanes; lane++)
        if (!expected.equals(found.subarray(lane * rowBytes, (lane + 1) * rowBytes))) return least;
      least = lanes;
    }
    return least;
  } finally {
    context.close();
  }
}

/** From the most down: every small number, and some near the most. */
function lanesTried(most: number): number[] {
  const tried = [most, most - 1, most - 2, most - 3, 12, 9, 8, 7, 6, 5, 4, 3, 2];
  return [...new Set(tried.filter((lanes) => lanes >= 2 && lanes <= most))].sort((a, b) => b - a);
}

function probeText({ vocabularySize }: NativeModel, length: number): number[] {
  return Array.from({ length: Math.max(4, length) }, (_, i) => (3 + 7919 * i) % vocabularySize);
}

async function openProbe(
  model: NativeModel,
  { threads, flashAttention, kvCacheType }: Numerics,
  sequences: number,
  batchRows: number,
  contextTokens: number,
): Promise<NativeContext> {
  const context = await NativeContext.open(model, {
    contextTokens,
    sequences,
    batchTokens: batchRows,
    batchOutputs: batchRows,
    threads,
    flashAttention,
    kvCacheType: ggmlType[kvCacheType],
  });
  if (context === null) throw new Error("llama.cpp opens no context of some dozen tokens");
  return context;
}

interface Placed {
  readonly token: number;
  readonly position: number;
  readonly sequence: number;
  readonly isWanted: boolean;
}

function place(context: NativeContext, row: number, { token, position, sequence, isWanted }: Placed): void {
  context.tokens[row] = token;
  context.positions[row] = position;
  context.sequences[row] = sequence;
  context.wanted[row] = isWanted ? 1 : 0;
}

/** The text's tokens from `from` to before `to` as the batch; logits are wanted from `wantedFrom` on. */
function fill(
  context: NativeContext,
  text: readonly number[],
  from: number,
  to: number,
  wantedFrom: number,
  sequence = 0,
): void {
  for (let i = from; i < to; i++)
    place(context, i - from, { token: text[i]!, position: i, sequence, isWanted: i >= wantedFrom });
}

function bytesOf(context: NativeContext, rows: number, vocabularySize: number): Uint8Array {
  if (rows === 0) return new Uint8Array(0);
  const { buffer, byteOffset } = context.logits(rows);
  return Uint8Array.from(new Uint8Array(buffer, byteOffset, 4 * rows * vocabularySize));
}

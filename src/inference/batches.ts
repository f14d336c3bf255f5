/** How texts are cut into calls to llama.cpp, such that each call is one batch of a shape that rounds like any longer one. */
import type { KernelShape } from "./kernel-shape.ts";

/** A stretch of a feed: its tokens from `from` to before `to`, and then so many that are computed and forgotten. */
export interface Part {
  readonly feed: number;
  readonly from: number;
  readonly to: number;
  readonly padding: number;
}

/** Row `row` of the call gives logits: those asked for behind the feed's token `index`, or (feed null) read by nobody. */
export interface Output {
  readonly row: number;
  readonly feed: number | null;
  readonly index: number;
}

/** One call: parts of equal length, one after the other, of sequences with consecutive numbers. */
export interface Call {
  readonly parts: readonly Part[];
  readonly outputs: readonly Output[];
  readonly rows: number;
}

interface Reading {
  readonly slot: number;
  readonly tokens: readonly number[];
  readonly asked?: readonly number[];
}

/**
 * The calls that read these texts. llama.cpp computes sequences together only where their numbers are consecutive and only as far as
 * they are of one length (`split_equal` in llama-batch.cpp); a call has nothing else in it, so it is never cut again.
 */
export function planReading(feeds: readonly Reading[], shape: KernelShape): Call[] {
  if (feeds.length === 1)
    return piecesOf(feeds[0]!.tokens.length, shape).map((part) => callOf([{ feed: 0, ...part }], feeds, shape));

  // Ends at multiples of `rows`, so that no stretch that is left over is shorter.
  const { rows, batchRows } = shape;
  const padded = feeds.map(({ tokens }) => Math.ceil(tokens.length / rows) * rows);
  const done = feeds.map(() => 0);
  const order = [...feeds.keys()].sort((a, b) => feeds[a]!.slot - feeds[b]!.slot);
  const calls: Call[] = [];
  for (;;) {
    const open = order.filter((feed) => done[feed]! < padded[feed]!);
    if (open.length === 0) return calls;
    for (const run of consecutive(open, feeds, Math.max(1, Math.floor(batchRows / rows)))) {
      const fitting = Math.max(rows, Math.floor(batchRows / run.length / rows) * rows);
      const length = Math.min(fitting, ...run.map((feed) => padded[feed]! - done[feed]!));
      const parts = run.map((feed) => {
        const from = done[feed]!;
        const to = Math.min(from + length, feeds[feed]!.tokens.length);
        done[feed] = from + length;
        return { feed, from, to, padding: from + length - to };
      });
      calls.push(callOf(parts, feeds, shape));
    }
  }
}

/** One text: pieces as long as a batch, of which the last is no shorter than `rows`. */
function piecesOf(length: number, { rows, batchRows }: KernelShape): Omit<Part, "feed">[] {
  const pieces: Omit<Part, "feed">[] = [];
  for (let from = 0; from < length; ) {
    const left = length - from;
    const size = left > batchRows && left < batchRows + rows ? left - rows : Math.min(left, batchRows);
    pieces.push({ from, to: from + size, padding: Math.max(0, rows - size) });
    from += size;
  }
  return pieces;
}

/** Runs of feeds whose slots are consecutive, of at most so many. */
function consecutive(open: readonly number[], feeds: readonly Reading[], most: number): number[][] {
  const runs: number[][] = [];
  for (const feed of open) {
    const run = runs.at(-1);
    if (run !== undefined && run.length < most && feeds[run.at(-1)!]!.slot + 1 === feeds[feed]!.slot) run.push(feed);
    else runs.push([feed]);
  }
  return runs;
}

/**
 * llama.cpp drops what nobody asks for before the last layer's end, so a few rows asked for are a small batch there, whatever
 * the call's length: some others are asked for with them.
 */
function callOf(parts: readonly Part[], feeds: readonly Reading[], { rows: least }: KernelShape): Call {
  const length = parts[0]!.to - parts[0]!.from + parts[0]!.padding;
  const rows = parts.length * length;
  const wanted = new Map<number, { feed: number; index: number }>();
  for (const [i, { feed, from, to }] of parts.entries())
    for (const index of feeds[feed]!.asked ?? [])
      if (index >= from && index < to) wanted.set(i * length + index - from, { feed, index });
  const isWanted = new Set(wanted.keys());
  if (isWanted.size > 0)
    for (let row = rows - 1; row >= 0 && isWanted.size < Math.min(least, rows); row--) isWanted.add(row);
  const outputs = [...isWanted]
    .sort((a, b) => a - b)
    .map((row) => ({ row, ...(wanted.get(row) ?? { feed: null, index: 0 }) }));
  return { parts, outputs, rows };
}

import { roundSync } from "../support/round.ts";

/**
 * Two pieces of work side by side on a machine that others use too: they take turns, and the figures are medians over the turns,
 * so that a slow spell hits both.
 */
export interface Interleaved {
  /** Operations per second, median of the turns. */
  readonly ours: number;
  readonly theirs: number;
  /** Our speed over theirs: the median of the turns' ratios. */
  readonly ratio: number;
}

/** Each function does `operations` of its work per call and answers with a checksum; both must give the same one. */
export function interleaved(turns: number, operations: number, ours: () => number, theirs: () => number): Interleaved {
  const checksum = ours();
  if (theirs() !== checksum) throw new Error("the two did not do the same work");
  const checked = (work: () => number) => () => {
    const found = work();
    if (found !== checksum) throw new Error(`checksum ${found}, expected ${checksum}`);
  };
  const [a, b] = [checked(ours), checked(theirs)];
  const seconds = Array.from({ length: turns }, (_, turn) => {
    // Who goes first alternates.
    const [first, second] = roundSync(turn % 2 === 0 ? { ours: a, theirs: b } : { theirs: b, ours: a }).map(
      (ms) => ms / 1000,
    ) as [number, number];
    return turn % 2 === 0 ? { ours: first, theirs: second } : { ours: second, theirs: first };
  });
  return {
    ours: operations / median(seconds.map((turn) => turn.ours)),
    theirs: operations / median(seconds.map((turn) => turn.theirs)),
    ratio: median(seconds.map((turn) => turn.theirs / turn.ours)),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

import { COLOURS } from "../../src/lab/charts/theme.ts";

const ORDER = [COLOURS.blue, COLOURS.vermilion, COLOURS.purple, COLOURS.green, COLOURS.black, COLOURS.grey];
const DASHES = [
  [1, 0],
  [5, 3],
  [2, 2],
] as const;

export interface KindLook {
  readonly colour: string;
  readonly dash: readonly number[];
}

/** A colour for each kind in the order of the file, then the same colours dashed. */
export function kindLooks(kinds: readonly string[]): KindLook[] {
  return kinds.map((_, i) => ({
    colour: ORDER[i % ORDER.length]!,
    dash: DASHES[Math.floor(i / ORDER.length) % DASHES.length]!,
  }));
}

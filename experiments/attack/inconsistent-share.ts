import type { Streams } from "../../src/sim/streams.ts";
import { clopperPearson } from "../../src/statistics/clopper-pearson.ts";
import { clusteredBootstrap } from "../../src/statistics/clustered-bootstrap.ts";
import type { Estimate } from "../../src/statistics/interval.ts";

/** Some positions of one prompt's outputs. */
export interface PositionCounts {
  readonly prompt: number;
  readonly positions: number;
  readonly inconsistent: number;
}

/** Over all positions of the rows; clustered by prompt, exact over prompts where all or none are inconsistent. */
export function inconsistentShare(rows: readonly PositionCounts[], streams: Streams, name: string): Estimate {
  const prompts = [...Map.groupBy(rows, ({ prompt }) => prompt).values()].map((own) => ({
    positions: total(own, "positions"),
    inconsistent: total(own, "inconsistent"),
  }));
  const share = total(prompts, "inconsistent") / total(prompts, "positions");
  if (share === 0 || share === 1 || prompts.length < 2)
    return { ...clopperPearson(Math.round(share * prompts.length), prompts.length), value: share };
  return clusteredBootstrap(
    prompts,
    (all) => total(all, "inconsistent") / total(all, "positions"),
    streams.fresh(`statistics/where/${name}`),
    { resamples: 1000 },
  );
}

export function total<Key extends "positions" | "inconsistent">(
  all: readonly Readonly<Record<Key, number>>[],
  of: Key,
): number {
  return all.reduce((sum, each) => sum + each[of], 0);
}

import type { Streams } from "../../../sim/streams.ts";
import { type Column, numberColumn, type TableOf, textColumn } from "../../results/table.ts";
import { clopperPearson } from "../../statistics/clopper-pearson.ts";
import { clusteredBootstrap } from "../../statistics/clustered-bootstrap.ts";
import type { Estimate } from "../../statistics/interval.ts";
import { binName, type Measure, type WhereRow } from "./measurement.ts";

/** One bin of one strategy: the share of its positions that are inconsistent. */
export interface WhereSummary {
  readonly sampling: string;
  readonly strategy: string;
  readonly measure: Measure;
  readonly bin: number;
  readonly range: string;
  readonly prompts: number;
  readonly positions: number;
  readonly inconsistent: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

export function summarizeWhere(rows: readonly WhereRow[], streams: Streams): WhereSummary[] {
  const groups = Map.groupBy(
    rows,
    ({ sampling, strategy, measure, bin }) => `${sampling}/${strategy}/${measure}/${bin}`,
  );
  return [...groups].map(([name, own]) => {
    const { sampling, strategy, measure, bin } = own[0]!;
    const { value, low, high } = inconsistentShare(own, streams, name);
    return {
      sampling,
      strategy,
      measure,
      bin,
      range: binName(measure, bin),
      prompts: new Set(own.map(({ prompt }) => prompt)).size,
      positions: total(own, "positions"),
      inconsistent: total(own, "inconsistent"),
      share: value,
      low,
      high,
    };
  });
}

/** Over all positions of the rows; clustered by prompt, exact over prompts where all or none are inconsistent. */
export function inconsistentShare(
  rows: readonly Pick<WhereRow, "prompt" | "positions" | "inconsistent">[],
  streams: Streams,
  name: string,
): Estimate {
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

function total<Key extends "positions" | "inconsistent">(
  all: readonly Readonly<Record<Key, number>>[],
  of: Key,
): number {
  return all.reduce((sum, each) => sum + each[of], 0);
}

export function whereTable(rows: readonly WhereSummary[]): TableOf<WhereSummary> {
  return { file: "summary.csv", caption: "Share of inconsistent positions by where they are", columns, rows };
}

const columns: readonly Column<keyof WhereSummary>[] = [
  textColumn("sampling", "how tokens were picked"),
  textColumn("strategy", "how the jobs were answered"),
  textColumn("measure", "entropy (nats), position (from 0), distance (positions behind the changed token)"),
  numberColumn("bin", null, "number of the bin, from 0"),
  textColumn("range", "values in the bin"),
  numberColumn("prompts", null, "prompts with positions in it"),
  numberColumn("positions", "positions", "in it"),
  numberColumn("inconsistent", "positions", "of them, those whose token is not F(claimed prefix)"),
  numberColumn("share", null, "their share"),
  numberColumn("low", null, "lower end of its 95 % interval, clustered by prompt"),
  numberColumn("high", null, "upper end"),
];

import { type Column, numberColumn, type TableOf, textColumn } from "../../src/lab/results/table.ts";
import type { Streams } from "../../src/sim/streams.ts";
import { inconsistentShare, total } from "../attack/inconsistent-share.ts";
import { binName, type Measure, type WhereRow } from "./rows.ts";

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

/** What a kind of experiment can be compared by. A kind declares it in one file (experiments/network/compare.ts is a model). */

/** How small a difference is nothing; of two that are given, the larger holds. Neither: only identical values are equivalent. */
export interface Margin {
  /** In the metric's unit. */
  readonly absolute?: number;
  /** Share of A's mean. */
  readonly relative?: number;
}

export interface Metric {
  /** What `--margin` and `--only` call it. */
  readonly name: string;
  /** In words; null for counts and pure numbers. */
  readonly unit: string | null;
  readonly description: string;
  readonly margin: Margin;
  /** What it can be at all: no interval reaches further. */
  readonly bounds?: readonly [number, number];
  /**
   * Arithmetic on settings and seed, with no events between: under the same seed any difference is one, and none is luck. It has no
   * interval, and under two seeds there is nothing to compare.
   */
  readonly deterministic?: true;
}

/** One metric of one part of an experiment, such as the stakes slashed of one kind of node under one scheduling. */
export interface MetricValues {
  readonly metric: Metric;
  /** The part, from large to small: "mixed/redundant/honest". Part and metric together are unique. */
  readonly part: string;
  /** One value for each replication, by its number; null where a replication has none, such as a median of nothing. */
  readonly values: ReadonlyMap<number, number | null>;
}

export interface ExperimentMetrics {
  /** What a replication is: a run, a repeat, a prompt; of what is worked out case by case, a case. */
  readonly replication: string;
  /** The setting that says how many there are; of a kind that is worked out, none. */
  readonly replicationSetting?: string;
  readonly metrics: readonly Metric[];
  /** From the text of rows.csv; throws TableError for rows of another schema. */
  readonly valuesOf: (rowsCsv: string) => MetricValues[];
}

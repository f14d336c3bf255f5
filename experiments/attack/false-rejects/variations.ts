import { type Column, numberColumn, type TableOf, textColumn } from "../../../src/lab/results/table.ts";
import type { Streams } from "../../../src/sim/streams.ts";
import { clopperPearson } from "../../../src/statistics/clopper-pearson.ts";
import { clusteredBootstrap } from "../../../src/statistics/clustered-bootstrap.ts";
import { zeroEventsUpperBound } from "../../../src/statistics/zero-events.ts";
import type { AttackRow } from "../rows.ts";

/** One honest variation under one sampling: how far it agrees with the verifier. */
export interface VariationSummary {
  readonly sampling: string;
  readonly strategy: string;
  readonly prompts: number;
  readonly outputs: number;
  readonly positions: number;
  readonly flips: number;
  readonly flipsPerThousand: number;
  readonly flipsPerThousandLow: number;
  readonly flipsPerThousandHigh: number;
  readonly differing: number;
  readonly differingShare: number;
  readonly differingLow: number;
  readonly differingHigh: number;
  readonly largestMargin: number | null;
  readonly positionsBound: number | null;
  readonly promptsBound: number | null;
}

/** Evaluated honest outputs. After no flip at all the upper ends are bounds: no rate is ever reported as nothing. */
export function summarizeVariations(rows: readonly AttackRow[], streams: Streams): VariationSummary[] {
  const honest = rows.filter(({ split, kind }) => split === "evaluation" && kind === "honest-variation");
  return [...Map.groupBy(honest, ({ sampling, strategy }) => `${sampling}/${strategy}`)].map(([name, own]) => {
    const sum = (of: (row: AttackRow) => number) => own.reduce((total, row) => total + of(row), 0);
    const prompts = [...Map.groupBy(own, ({ prompt }) => prompt).values()].map(countsOf);
    const positions = sum(({ outputTokens }) => outputTokens);
    const flips = sum(flipsOf);
    const differing = own.filter((row) => flipsOf(row) > 0).length;
    const ratio = (above: keyof Counts, below: keyof Counts, factor: number) =>
      clusteredBootstrap(
        prompts,
        (all) => (factor * total(all, above)) / total(all, below),
        streams.fresh(`statistics/flips/${above}/${name}`),
      );
    const exact = flips === 0;
    // A second seed may have given the same text again (greedily it always does), so a bound counts each prompt's longest alone.
    const distinctPositions = total(prompts, "longest");
    const perThousand = exact
      ? { low: 0, high: 1000 * clopperPearson(0, distinctPositions).high }
      : ratio("flips", "positions", 1000);
    const share = exact ? { low: 0, high: clopperPearson(0, prompts.length).high } : ratio("differing", "outputs", 1);
    const { sampling, strategy } = own[0]!;
    const margins = own.flatMap(({ flipMargins }) => flipMargins);
    return {
      sampling,
      strategy,
      prompts: prompts.length,
      outputs: own.length,
      positions,
      flips,
      flipsPerThousand: (1000 * flips) / positions,
      flipsPerThousandLow: perThousand.low,
      flipsPerThousandHigh: perThousand.high,
      differing,
      differingShare: differing / own.length,
      differingLow: share.low,
      differingHigh: share.high,
      largestMargin: margins.length === 0 ? null : Math.max(...margins),
      positionsBound: exact ? zeroEventsUpperBound(distinctPositions) : null,
      promptsBound: exact ? zeroEventsUpperBound(prompts.length) : null,
    };
  });
}

interface Counts {
  readonly positions: number;
  /** Positions of the longest output. */
  readonly longest: number;
  readonly flips: number;
  readonly outputs: number;
  readonly differing: number;
}

function flipsOf({ outputTokens, consistent }: AttackRow): number {
  return outputTokens - consistent;
}

function countsOf(rows: readonly AttackRow[]): Counts {
  return {
    positions: rows.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
    longest: Math.max(...rows.map(({ outputTokens }) => outputTokens)),
    flips: rows.reduce((sum, row) => sum + flipsOf(row), 0),
    outputs: rows.length,
    differing: rows.filter((row) => flipsOf(row) > 0).length,
  };
}

function total(all: readonly Counts[], of: keyof Counts): number {
  return all.reduce((sum, each) => sum + each[of], 0);
}

export function variationTable(rows: readonly VariationSummary[]): TableOf<VariationSummary> {
  return { file: "variations.csv", caption: "How far each honest variation agrees with the verifier", columns, rows };
}

const columns: readonly Column<keyof VariationSummary>[] = [
  textColumn("sampling", "how tokens were picked"),
  textColumn("strategy", "in what the node differs from the verifier"),
  numberColumn("prompts", null, "prompts judged"),
  numberColumn("outputs", null, "outputs judged"),
  numberColumn("positions", null, "output positions judged"),
  numberColumn("flips", null, "positions at which the verifier says another token than the node delivered"),
  numberColumn("flipsPerThousand", null, "flips in a thousand positions"),
  numberColumn("flipsPerThousandLow", null, "lower end of its 95 % interval, clustered by prompt"),
  numberColumn("flipsPerThousandHigh", null, "upper end; exact over positions after no flip"),
  numberColumn("differing", null, "outputs with a flip: full recomputation rejects them"),
  numberColumn("differingShare", null, "their share"),
  numberColumn("differingLow", null, "lower end of its 95 % interval, clustered by prompt"),
  numberColumn("differingHigh", null, "upper end; exact over prompts after none"),
  numberColumn("largestMargin", "logits", "the widest margin of a flip: the tolerance that would have forgiven all"),
  numberColumn(
    "positionsBound",
    null,
    "after no flip: what a position's flip probability is at most (95 %, one-sided)",
  ),
  numberColumn(
    "promptsBound",
    null,
    "after no flip: what the share of prompts with a differing output is at most (95 %, one-sided)",
  ),
];

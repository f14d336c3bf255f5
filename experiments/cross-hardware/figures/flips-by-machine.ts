import type { TopLevelSpec } from "vega-lite";
import { machineLooks } from "../../../src/lab/by-machine/machine-looks.ts";
import { type BoundedDot, boundedDots } from "../../../src/lab/charts/bounded-dots.ts";
import type { Figure } from "../../../src/lab/charts/figure.ts";
import { frame } from "../../../src/lab/charts/frame.ts";
import { INK } from "../../../src/lab/charts/theme.ts";
import { inWords } from "../../../src/lab/format.ts";
import type { VariationSummary } from "../../attack/false-rejects/variations.ts";

/** One pair of processors on one machine. */
export interface MachineVariation extends VariationSummary {
  readonly machine: string;
}

/** How often honest tokens are not the verifier's, by who wrote and who read them, a colour for each machine (C11). */
export function flipsByMachine(variations: readonly MachineVariation[]): Figure {
  return pairsFigure(variations, {
    name: "flips-by-machine",
    title: "Honest tokens that another processor would not have picked, by machine",
    told: "Flips in a thousand positions",
    axis: "flips per 1000 positions",
    of: (each) => ({ value: each.flipsPerThousand, low: each.flipsPerThousandLow, high: each.flipsPerThousandHigh }),
  });
}

/** How many honest outputs full recomputation rejects for such a token. */
export function rejectsByMachine(variations: readonly MachineVariation[]): Figure {
  const percent = (share: number) => 100 * share;
  return pairsFigure(variations, {
    name: "rejects-by-machine",
    title: "Honest outputs that full recomputation rejects, by machine",
    told: "Percent of honest outputs with at least one flip",
    axis: "honest outputs rejected (%)",
    of: (each) => ({
      value: percent(each.differingShare),
      low: percent(each.differingLow),
      high: percent(each.differingHigh),
    }),
  });
}

interface PairsFigure {
  readonly name: string;
  readonly title: string;
  readonly told: string;
  readonly axis: string;
  readonly of: (each: VariationSummary) => Pick<BoundedDot, "value" | "low" | "high">;
}

function pairsFigure(variations: readonly MachineVariation[], { name, title, told, axis, of }: PairsFigure): Figure {
  const ordered = variations.toSorted((a, b) => (a.machine < b.machine ? -1 : Number(a.machine > b.machine)));
  const dotOf = (each: MachineVariation): BoundedDot => ({
    row: each.strategy,
    series: each.machine,
    bound: each.flips === 0,
    ...of(each),
  });
  const dots = ordered.map(dotOf);
  const seen = dots.flatMap(({ bound, low, value }) => (bound ? [] : [low > 0 ? low : value]));
  const floor = 10 ** Math.floor(Math.log10(Math.min(...dots.map(({ high }) => high), ...seen) / 3));
  const top = 10 ** Math.ceil(Math.log10(Math.max(...dots.map(({ high }) => high))));
  const ticks = Array.from({ length: Math.round(Math.log10(top / floor)) + 1 }, (_, i) => floor * 10 ** i);
  const panels = [...Map.groupBy(ordered, ({ sampling }) => sampling)];
  return {
    name,
    title,
    description: `${title}. ${panels
      .map(
        ([sampling, own]) =>
          `${sampling}: ${own.map((each) => `${each.machine}, ${each.strategy} ${each.flips === 0 ? "none seen, under" : ""} ${inWords(each.flips === 0 ? of(each).high : of(each).value)}`).join("; ")}`,
      )
      .join(". ")
      .replaceAll("  ", " ")}.`,
    spec: (widthPx): TopLevelSpec => ({
      ...frame(
        title,
        `${told}, with 95 % intervals clustered by prompt; a panel a sampling. Line from the left: no flip was seen, and its end is the exact upper end. ` +
          "Each machine wrote and read its own outputs, on its own processors. Claim C11 (blog).",
        widthPx,
      ),
      spacing: 16,
      vconcat: panels.map(([sampling, own]) => {
        const { $schema: _, ...panel } = boundedDots(
          {
            title: "",
            subtitle: "",
            dots: own.map(dotOf),
            looks: machineLooks(ordered.map(({ machine }) => machine)),
            x: { title: axis, domain: [floor, top], ticks, format: "~g" },
          },
          widthPx,
        ) as Extract<TopLevelSpec, { layer: unknown }>;
        return { ...panel, title: { text: sampling, anchor: "start" as const, fontSize: 11.5, offset: 4, color: INK } };
      }) as never,
    }),
  };
}

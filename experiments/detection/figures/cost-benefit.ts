import type { Figure } from "../../../src/lab/charts/figure.ts";
import { textWidthPx } from "../../../src/lab/charts/fonts.ts";
import { frame, NARROW_PX } from "../../../src/lab/charts/frame.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords } from "../../../src/lab/format.ts";
import { columnName, isShown } from "../../attack/columns.ts";
import type { CostSummary } from "../../attack/summary.ts";
import type { DetectionSummary } from "../summary.ts";

const MEAN = "detected, mean over the cheats that save work";
const WORST = "detected, the one of them that passes most";
const FALSE = "honest outputs rejected";
const ONE_PASS = "in one pass";
const SEPARATE = "every check afresh, as the prototype";

/** What a verdict costs the verifier, and what it buys, a row for each scheme. */
export function costAndBenefit(summary: readonly DetectionSummary[], costs: readonly CostSummary[]): Figure {
  const { sampling } = summary[0]!;
  const worthwhile = new Set(costs.filter(({ pointless }) => pointless === false).map(({ strategy }) => strategy));
  const shown = summary.filter(({ scheme, strategy }) => isShown(scheme) && worthwhile.has(strategy));
  const schemes = [...Map.groupBy(shown, ({ scheme }) => scheme)].map(([scheme, own]) => {
    const mean = (of: (each: DetectionSummary) => number) => own.reduce((sum, each) => sum + of(each), 0) / own.length;
    const worst = own.reduce((least, each) => (each.detected < least.detected ? each : least));
    return {
      scheme: columnName(scheme),
      mean: mean(({ detected }) => detected),
      worst,
      falseRejects: own[0]!.falseRejects,
      prefillTokens: mean(({ prefillTokens }) => prefillTokens),
      separatePrefillTokens: mean(({ separatePrefillTokens }) => separatePrefillTokens),
      decodeTokens: mean(({ decodeTokens }) => decodeTokens),
    };
  });
  const order = schemes.toSorted((a, b) => b.mean - a.mean).map(({ scheme }) => scheme);
  const title = `What a verdict costs, and what it buys, ${sampling}`;
  const best = schemes.toSorted((a, b) => b.mean - a.mean)[0]!;
  return {
    name: "cost-and-benefit",
    title,
    description: `${title}. Most detected on average: ${best.scheme}, ${inWords(best.mean)} for ${inWords(best.prefillTokens)} tokens read, with ${inWords(best.falseRejects)} false rejects.`,
    spec: (widthPx) => {
      const narrow = widthPx < NARROW_PX;
      const labelPx = Math.max(...order.map((name) => textWidthPx(name, 10.5))) + 8;
      const panelPx = narrow ? widthPx - labelPx - 30 : Math.floor((widthPx - labelPx - 60) / 2);
      const y = (labels: boolean) => ({
        field: "scheme",
        type: "nominal" as const,
        sort: order,
        axis: labels ? { title: null, ticks: false, domain: false, labelLimit: labelPx } : null,
      });
      const series = (names: readonly string[], colours: readonly string[], shapes: readonly string[]) => {
        const legend = { title: null, orient: "top" as const, labelLimit: 0, columns: 1, symbolOpacity: 1 };
        return {
          color: {
            field: "what",
            type: "nominal" as const,
            scale: { domain: [...names], range: [...colours] },
            legend,
          },
          shape: { field: "what", type: "nominal" as const, scale: { domain: [...names], range: [...shapes] }, legend },
        };
      };
      const point = { type: "point" as const, filled: true, size: 42, opacity: 1 };
      const panels = [
        {
          width: panelPx,
          height: { step: 17 },
          data: {
            values: schemes.flatMap(({ scheme, prefillTokens, separatePrefillTokens }) => [
              { scheme, what: SEPARATE, x: separatePrefillTokens },
              { scheme, what: ONE_PASS, x: prefillTokens },
            ]),
          },
          mark: point,
          encoding: {
            x: {
              field: "x",
              type: "quantitative" as const,
              scale: { type: "log" as const },
              axis: { title: "tokens read for a verdict", format: ",", values: [1, 10, 100, 1000, 10000, 100000] },
            },
            y: y(true),
            ...series([ONE_PASS, SEPARATE], [COLOURS.blue, COLOURS.grey], ["circle", "diamond"]),
          },
        },
        {
          width: panelPx,
          height: { step: 17 },
          data: {
            values: schemes.flatMap(({ scheme, mean, worst, falseRejects }) => [
              { scheme, what: MEAN, x: mean },
              { scheme, what: WORST, x: worst.detected },
              { scheme, what: FALSE, x: falseRejects },
            ]),
          },
          mark: point,
          encoding: {
            x: {
              field: "x",
              type: "quantitative" as const,
              scale: { domain: [0, 1] },
              axis: { title: "share of outputs", format: "~g", tickCount: 5 },
            },
            y: y(narrow),
            ...series(
              [MEAN, WORST, FALSE],
              [COLOURS.green, COLOURS.purple, COLOURS.vermilion],
              ["circle", "square", "cross"],
            ),
          },
        },
      ];
      return {
        ...frame(
          title,
          `${worthwhile.size} cheats that cost less than honest work. A check at position i reads i tokens; redundancy generates besides, which is dearer and not drawn. ` +
            "Intervals, and tokens read until a cheat is caught, are in detection.csv. Cost is computed exactly. No numbered claim (§2.5 has RASTiC alone).",
          widthPx,
        ),
        spacing: 16,
        resolve: { scale: { color: "independent", shape: "independent", x: "independent" } },
        ...(narrow ? { vconcat: panels } : { hconcat: panels }),
      };
    },
  };
}

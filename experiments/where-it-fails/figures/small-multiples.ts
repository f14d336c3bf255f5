import type { Figure } from "../../../src/lab/charts/figure.ts";
import { frame, NARROW_PX } from "../../../src/lab/charts/frame.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords } from "../../../src/lab/format.ts";
import { binName, binStarts, type Measure } from "../rows.ts";
import type { WhereSummary } from "../summary.ts";

interface Facets {
  readonly name: string;
  readonly title: string;
  readonly subtitle: string;
  readonly measure: Measure;
  readonly axis: string;
}

/** One small panel a strategy: the share of inconsistent positions in each bin, with its interval. */
export function smallMultiples(
  summary: readonly WhereSummary[],
  { name, title, subtitle, measure, axis }: Facets,
): Figure {
  const own = summary.filter((each) => each.measure === measure);
  const strategies = [...new Set(own.map(({ strategy }) => strategy))];
  const most = own.toSorted((a, b) => b.share - a.share).slice(0, 5);
  return {
    name,
    title,
    description: `${title}. Most: ${most.map(({ strategy, range, share }) => `${strategy}, ${range}: ${inWords(share)}`).join("; ")}.`,
    spec: (widthPx) => {
      const columns = Math.min(strategies.length, widthPx >= NARROW_PX ? 4 : 2);
      const bins = binStarts[measure]
        .map((_, bin) => binName(measure, bin))
        .filter((bin) => own.some(({ range }) => range === bin));
      const x = {
        field: "range",
        type: "nominal" as const,
        sort: bins,
        axis: { title: axis, labelAngle: -60, labelFontSize: 8.5, ticks: false },
      };
      const y = (field: string) => ({
        field,
        type: "quantitative" as const,
        scale: { domain: [0, 1] },
        axis: { title: "share", format: "~g", values: [0, 0.5, 1] },
      });
      return {
        ...frame(title, subtitle, widthPx),
        data: { values: own.map(({ strategy, range, share, low, high }) => ({ strategy, range, share, low, high })) },
        facet: {
          field: "strategy",
          type: "nominal",
          sort: strategies,
          header: { labelFontSize: 9, labelLimit: Math.floor((widthPx - 50) / columns) - 6 },
        },
        columns,
        bounds: "flush",
        spacing: { row: 34, column: 30 },
        spec: {
          width: Math.floor((widthPx - 50) / columns) - 30,
          height: 60,
          layer: [
            { mark: { type: "bar", color: "#E9A06B" }, encoding: { x, y: y("share") } },
            {
              mark: { type: "rule", color: COLOURS.black, strokeWidth: 1 },
              encoding: { x, y: y("low"), y2: { field: "high" } },
            },
          ],
        },
      };
    },
  };
}

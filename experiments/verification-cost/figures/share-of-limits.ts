import { dotsByLabel } from "../../../src/lab/charts/dots-by-label.ts";
import type { Figure } from "../../../src/lab/charts/figure.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords } from "../../../src/lab/format.ts";
import { type CostSummary, numericsLabel } from "../summary.ts";

const READING = "reading: share of the matrix rate";
const DECODING = "decoding: share of the streaming rate";

/** How near reading comes to the machine's arithmetic, and decoding to its memory. */
export function shareOfLimits(summary: readonly CostSummary[]): Figure {
  const title = "How near reading and decoding come to the machine's limits";
  const percent = (share: number) => 100 * share;
  const nearest = summary.reduce((top, row) => (row.matrixShare > top.matrixShare ? row : top));
  return {
    name: "share-of-limits",
    title,
    description:
      `${title}. Nearest reading: ${inWords(percent(nearest.matrixShare))} % of the matrix rate ` +
      `(${nearest.model}, ${numericsLabel(nearest)}).`,
    spec: (widthPx) =>
      dotsByLabel(
        {
          title,
          subtitle: [
            "Limits are measured in the same run, in the same weight format and number of threads: a wide model of two layers reads 128 tokens " +
              "(matrix rate) and decodes (streaming rate). Medians, bars: the interval of the median. Masked attention is not counted as work.",
            "What bounds claim C3 (blog, §2.5.4, Figure 1).",
          ],
          dots: summary.flatMap((row) => {
            const place = { panel: row.model, label: numericsLabel(row) };
            return [
              {
                ...place,
                series: READING,
                x: percent(row.matrixShare),
                low: percent(row.matrixShareLow),
                high: percent(row.matrixShareHigh),
              },
              {
                ...place,
                series: DECODING,
                x: percent(row.streamShare),
                low: percent(row.streamShareLow),
                high: percent(row.streamShareHigh),
              },
            ];
          }),
          looks: [
            { series: READING, colour: COLOURS.blue, shape: "circle" },
            { series: DECODING, colour: COLOURS.vermilion, shape: "square" },
          ],
          x: { title: "% of the limit", format: ",~g" },
        },
        widthPx,
      ),
  };
}

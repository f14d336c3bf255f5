import type { Figure } from "../../../src/lab/charts/figure.ts";
import { heatMap } from "../../../src/lab/charts/heat-map.ts";
import { inWords, percent } from "../../../src/lab/format.ts";
import { columnName } from "../../attack/columns.ts";
import type { HonestLossRow } from "./honest-losses.ts";

/** Stakes that honest nodes lose to false rejects in 1000 verified jobs, by scheme and by the node's settings or hardware (C11). */
export function lossesOfHonestNodes(losses: readonly HonestLossRow[], sampling: string): Figure {
  const own = losses.filter((row) => row.sampling === sampling);
  const words = (row: HonestLossRow) =>
    row.falseReject === 0
      ? `< ${inWords(Math.ceil(row.stakesLostPer1000JobsHigh))}`
      : inWords(row.stakesLostPer1000Jobs);
  const title = "Stakes that honest nodes lose in 1000 verified jobs";
  return {
    name: "honest-losses",
    title,
    description: `${title}. ${own.map((row) => `${row.variation} under ${columnName(row.scheme)}: ${words(row)}`).join("; ")}.`,
    spec: (widthPx) =>
      heatMap(
        {
          title,
          subtitle: [
            `By the node's settings or hardware, when every job is verified (${sampling}). "<": nothing was rejected, upper bound at 95 % over prompts; intervals in honest-losses.csv. ` +
              "P(accept) exact for each output. Claim C11 (blog): generation is deterministic across machines.",
          ],
          cells: own.map((row) => ({
            panel: "stakes lost",
            row: row.variation,
            column: columnName(row.scheme),
            shade: row.falseReject,
            words: words(row),
            detail: `${percent(row.falseReject)} [${inWords(100 * row.falseRejectLow)} to ${inWords(100 * row.falseRejectHigh)}] rejected`,
          })),
          rows: [...new Set(own.map(({ variation }) => variation))],
          columns: [...new Set(own.map(({ scheme }) => columnName(scheme)))],
        },
        widthPx,
      ),
  };
}

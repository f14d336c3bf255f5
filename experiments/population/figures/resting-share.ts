import type { Figure } from "../../../src/lab/charts/figure.ts";
import { heatMap } from "../../../src/lab/charts/heat-map.ts";
import { inWords, percent } from "../../../src/lab/format.ts";
import { columnName } from "../../attack/columns.ts";
import type { PopulationRow } from "../rows.ts";

/** The share of cheats that a population rests at, by stake and share of verified jobs; a panel a scheme (C7). */
export function restingShareOfCheats(rows: readonly PopulationRow[]): Figure {
  const grid = rows.filter(({ about }) => about === "grid");
  const { falseReject } = grid[0]!;
  const shown = grid.filter((row) => row.falseReject === falseReject);
  const stakes = [...new Set(shown.map(({ stakeRatio }) => stakeRatio))].sort((a, b) => a - b);
  const shares = [...new Set(shown.map(({ verifiedShare }) => verifiedShare))].sort((a, b) => b - a);
  const title = "Share of cheats that a population of nodes rests at";
  const verified = (share: number) => `${percent(share)} verified`;
  const stake = (ratio: number) => `stake ${inWords(ratio)}`;
  return {
    name: "resting-share",
    title,
    description: `${title}. ${shown
      .map(
        (row) =>
          `${columnName(row.scheme)}, ${stake(row.stakeRatio)} rewards, ${verified(row.verifiedShare)}: ${percent(row.cheatShare!)} (${row.largestCheat})`,
      )
      .join("; ")}.`,
    spec: (widthPx) =>
      heatMap(
        {
          title,
          subtitle: [
            `Percent of the nodes, by stake over reward and share of verified jobs; reward ${inWords(shown[0]!.rewardOverCost)} costs of honest work, ${percent(falseReject)} extra false rejects, ${shown[0]!.sampling}. ` +
              "Replicator dynamics with entry and exit on measured acceptance: modelled, held against whole simulations in the next figure. Claim C7 (blog, §2.5.7).",
          ],
          cells: shown.map((row) => ({
            panel: columnName(row.scheme),
            row: verified(row.verifiedShare),
            column: stake(row.stakeRatio),
            shade: row.cheatShare!,
            words: inWords(Math.round(100 * row.cheatShare!)),
            detail: `mostly ${row.largestCheat}; ${inWords(row.nodesOverStart!)} of the nodes at the start`,
          })),
          rows: shares.map(verified),
          columns: stakes.map(stake),
        },
        widthPx,
      ),
  };
}

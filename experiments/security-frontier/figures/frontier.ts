import type { Figure } from "../../../src/lab/charts/figure.ts";
import { linesWithEnds } from "../../../src/lab/charts/lines-with-ends.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords } from "../../../src/lab/format.ts";
import { columnName } from "../../attack/columns.ts";
import type { FrontierRow } from "../rows.ts";

const ORDER = [COLOURS.vermilion, COLOURS.blue, COLOURS.green, COLOURS.purple, COLOURS.black, COLOURS.grey];
const SHAPES = ["circle", "square", "diamond", "triangle-up", "cross"];
const YARDSTICKS = {
  honest: "against honest one-token decoding",
  speculative: "against honest speculative decoding",
} as const;
/** More than all jobs cannot be verified; what lies far above is no nearer to being enough. */
const CEILING = 10;
const FLOOR = 1e-3;

/** The share of jobs to verify from which on no cheat profits, over the stake; a line a scheme. */
export function securityFrontier(rows: readonly FrontierRow[], sampling: string): Figure {
  const own = rows.filter((row) => row.sampling === sampling && row.stakeRatio > 0);
  const points = own.flatMap(
    ({
      yardstick,
      scheme,
      stakeRatio,
      leastVerifiedShare,
      leastVerifiedShareLow: low,
      leastVerifiedShareHigh: high,
    }) =>
      leastVerifiedShare === null || leastVerifiedShare > CEILING
        ? []
        : [
            {
              panel: YARDSTICKS[yardstick],
              series: columnName(scheme),
              x: stakeRatio,
              y: Math.max(FLOOR, leastVerifiedShare),
              low: Math.max(FLOOR, low ?? leastVerifiedShare),
              high: Math.min(CEILING, high ?? CEILING),
            },
          ],
  );
  const drawn = new Set(points.map(({ series }) => series));
  const hopeless = [...new Set(own.map(({ scheme }) => columnName(scheme)))].filter((name) => !drawn.has(name));
  const series = [...drawn];
  const title = "How many jobs must be verified so that no cheat pays";
  const beyond =
    hopeless.length === 0 ? "" : ` Not drawn, as nothing is enough: ${hopeless.join(", ").replace(/\.$/, "")}.`;
  return {
    name: "security-frontier",
    title,
    description: `${title}. ${own
      .filter(({ stakeRatio }) => stakeRatio === own[0]!.stakeRatio)
      .map(
        (row) =>
          `${columnName(row.scheme)}, ${YARDSTICKS[row.yardstick]}, at ${inWords(row.stakeRatio)} rewards: ${row.leastVerifiedShare === null ? "nothing is enough" : inWords(row.leastVerifiedShare)} (binding: ${row.binding})`,
      )
      .join("; ")}.${beyond}`,
    spec: (widthPx) =>
      linesWithEnds(
        {
          title,
          subtitle: [
            `Least share of jobs to verify at which every cheat of the library earns no more than honest work; reward ${inWords(own[0]!.rewardOverCost)} costs of honest work, ${sampling}. ` +
              `Above 1 not even all are enough. Bars: 95 % intervals over ${own[0]!.prompts} prompts. The sources name neither stake nor share (claim C7, blog, §2.5.7). P(accept) exact, costs modelled.${beyond}`,
          ],
          points,
          looks: series.map((name, i) => ({
            series: name,
            colour: ORDER[i % ORDER.length]!,
            shape: SHAPES[Math.floor(i / ORDER.length) % SHAPES.length]!,
            borrowed: false,
          })),
          x: {
            title: "stake / reward",
            ticks: [...new Set(own.map(({ stakeRatio }) => stakeRatio))].sort((a, b) => a - b),
          },
          y: { title: "share of jobs to verify" },
          level: { y: 1, under: "below: some share is enough" },
          panelHeightPx: 240,
        },
        widthPx,
      ),
  };
}

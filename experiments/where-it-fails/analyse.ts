import type { ExperimentReport } from "../../src/lab/results/experiment-report.ts";
import { Streams } from "../../src/sim/streams.ts";
import { claimC9ByDistance } from "./claims.ts";
import { smallMultiples } from "./figures/small-multiples.ts";
import { type WhereRow, whereRowTable } from "./rows.ts";
import { summarizeWhere, whereTable } from "./summary.ts";

/** What positions say about where cheats fail: a verdict on C9, and inconsistency by entropy, place, and distance from a change. */
export function analyseWhereItFails(rows: readonly WhereRow[], seed: string): ExperimentReport {
  const streams = new Streams(seed);
  const summary = summarizeWhere(rows, streams);
  const samplings = [...new Set(rows.map(({ sampling }) => sampling))];
  const shown = (measure: WhereRow["measure"]) => {
    const own = summary.filter((each) => each.measure === measure);
    return own.filter(({ sampling }) => sampling === own[0]?.sampling);
  };
  const [entropy, position, distance] = [shown("entropy"), shown("position"), shown("distance")];
  const figures = [
    entropy.length > 0 &&
      smallMultiples(entropy, {
        name: "by-entropy",
        title: `Where cheats fail, by the model's uncertainty, ${entropy[0]!.sampling}`,
        subtitle:
          "Share of positions whose token is not the reference model's, by the entropy of its distribution there (nats, temperature 1). Black: 95 % intervals clustered by prompt. No numbered claim (§2.5.7 names the cheats).",
        measure: "entropy",
        axis: "entropy, nats",
      }),
    position.length > 0 &&
      smallMultiples(position, {
        name: "by-position",
        title: `Where cheats fail, by place in the output, ${position[0]!.sampling}`,
        subtitle:
          "Share of positions whose token is not the reference model's, by output position from 0. Black: 95 % intervals clustered by prompt. No numbered claim (§2.5.7 names the cheats).",
        measure: "position",
        axis: "output position",
      }),
    distance.length > 0 &&
      smallMultiples(distance, {
        name: "by-distance",
        title: `What one changed token does to those behind it, ${distance[0]!.sampling}`,
        subtitle:
          "Share of positions whose token is not the reference model's given the claimed text, by distance from the changed token. Claim C9 (§2.5.6, blog) says all behind it break. Black: 95 % intervals.",
        measure: "distance",
        axis: "distance",
      }),
  ];
  return {
    title: "Where it fails: which positions betray a cheat",
    verdicts: samplings.map((sampling) =>
      claimC9ByDistance(
        rows.filter((row) => row.sampling === sampling),
        sampling,
        streams,
      ),
    ),
    figures: figures.filter((figure) => figure !== false),
    tables: [whereRowTable.table(rows), whereTable(summary)],
    summaries: [],
  };
}

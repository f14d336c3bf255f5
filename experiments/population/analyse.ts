import { rounded } from "../../src/lab/format.ts";
import type { ExperimentReport, SummaryTable } from "../../src/lab/results/experiment-report.ts";
import { disagreements } from "./disagreement.ts";
import { predictedAgainstSimulated } from "./figures/predicted-against-simulated.ts";
import { restingShareOfCheats } from "./figures/resting-share.ts";
import { type PopulationRow, populationRowTable } from "./rows.ts";

/** What the rows of an experiment of kind `population` say: where cheats hold out, and whether the model can be believed. */
export function analysePopulation(rows: readonly PopulationRow[]): ExperimentReport {
  const checked = disagreements(rows);
  return {
    title: "Where a population of nodes that follow what pays ends up",
    verdicts: [],
    figures: [restingShareOfCheats(rows), ...(checked.length > 0 ? [predictedAgainstSimulated(rows)] : [])],
    tables: [populationRowTable.table(rows)],
    summaries: [heldDigest(rows), ...(checked.length > 0 ? [checkDigest(rows)] : [])],
  };
}

function heldDigest(rows: readonly PopulationRow[]): SummaryTable {
  const grid = rows.filter(({ about }) => about === "grid");
  const groups = Map.groupBy(grid, ({ scheme, falseReject }) => JSON.stringify([scheme, falseReject]));
  return {
    caption: "At how many combinations of stake and share of verified jobs cheats hold most of the nodes, or some",
    columns: [
      { name: "scheme", type: "text", unit: null, description: "verification scheme" },
      { name: "extra false rejects", type: "number", unit: null, description: "share of honest verifications" },
      { name: "most", type: "number", unit: "points", description: "cheats are more than half of the nodes" },
      { name: "some", type: "number", unit: "points", description: "between a twentieth and a half" },
      { name: "hardly any", type: "number", unit: "points", description: "less: what exploration keeps alive" },
      { name: "nobody left", type: "number", unit: "points", description: "under a tenth of the nodes stay" },
      { name: "commonest cheat", type: "text", unit: null, description: "largest at most points that cheats hold" },
    ],
    rows: [...groups.values()].map((own) => {
      const held = own.filter(({ cheatShare }) => cheatShare! > 0.05);
      const names = [...Map.groupBy(held, ({ largestCheat }) => largestCheat!)].sort(
        ([, a], [, b]) => b.length - a.length,
      );
      return {
        scheme: own[0]!.scheme,
        "extra false rejects": own[0]!.falseReject,
        most: own.filter(({ cheatShare }) => cheatShare! > 0.5).length,
        some: held.filter(({ cheatShare }) => cheatShare! <= 0.5).length,
        "hardly any": own.length - held.length,
        "nobody left": own.filter(({ nodesOverStart }) => nodesOverStart! < 0.1).length,
        "commonest cheat": names[0]?.[0] ?? "",
      };
    }),
  };
}

function checkDigest(rows: readonly PopulationRow[]): SummaryTable {
  return {
    caption: "Mean field against whole simulations: rewards earned per node and hour, lost stakes deducted",
    columns: [
      { name: "scheme", type: "text", unit: null, description: "verification scheme" },
      { name: "stake / reward", type: "number", unit: null, description: "stake over reward" },
      { name: "verified", type: "number", unit: null, description: "share of jobs" },
      { name: "node", type: "text", unit: null, description: "kind of node" },
      { name: "predicted", type: "number", unit: "rewards", description: "by the mean field" },
      { name: "simulated", type: "number", unit: "rewards", description: "mean over the runs" },
      { name: "from", type: "number", unit: "rewards", description: "lower end of its 95 % interval" },
      { name: "to", type: "number", unit: "rewards", description: "upper end" },
      { name: "in the interval", type: "boolean", unit: null, description: "whether the prediction is" },
    ],
    rows: disagreements(rows).map((one) => ({
      scheme: one.scheme,
      "stake / reward": one.stakeRatio,
      verified: one.verifiedShare,
      node: one.strategy,
      predicted: rounded(one.predicted),
      simulated: rounded(one.simulated.value),
      from: rounded(one.simulated.low),
      to: rounded(one.simulated.high),
      "in the interval": one.agrees,
    })),
  };
}

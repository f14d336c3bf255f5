import { numberColumn, type TableOf, textColumn } from "../../src/lab/results/table.ts";

/** A point of the grid at rest (`grid`), or a kind of node in a simulation of one (`check`). Null where a column does not apply. */
export interface PopulationRow {
  readonly about: "grid" | "check";
  readonly sampling: string;
  readonly scheme: string;
  readonly rewardOverCost: number;
  readonly stakeRatio: number;
  readonly verifiedShare: number;
  readonly falseReject: number;
  /** `grid`: where it rests. */
  readonly cheatShare: number | null;
  readonly largestCheat?: string;
  readonly largestCheatShare: number | null;
  readonly speculativeShare: number | null;
  readonly nodesOverStart: number | null;
  readonly steps: number | null;
  readonly atRest: boolean | null;
  /** `check`: one kind of node in one simulation. */
  readonly strategy?: string;
  readonly run: number | null;
  readonly nodes: number | null;
  readonly paidJobs: number | null;
  readonly slashes: number | null;
  readonly predictedPerNodeHour: number | null;
  readonly simulatedPerNodeHour: number | null;
}

export function populationRowsTable(rows: readonly PopulationRow[]): TableOf<PopulationRow> {
  const earned = "rewards per node and hour";
  return {
    file: "rows.csv",
    caption: "Where populations rest, and what whole simulations earned",
    columns: [
      textColumn("about", "grid: a resting population (modelled); check: a kind of node in a simulation"),
      textColumn("sampling", "how tokens were picked"),
      textColumn("scheme", "verification scheme with its parameters"),
      numberColumn("rewardOverCost", "costs of honest one-token decoding", "reward of a job"),
      numberColumn("stakeRatio", null, "stake over reward"),
      numberColumn("verifiedShare", null, "share of jobs that are verified"),
      numberColumn("falseReject", null, "share of honest verifications rejected on top of those measured"),
      numberColumn("cheatShare", null, "cheats among the nodes at rest"),
      textColumn("largestCheat", "the cheat with most nodes"),
      numberColumn("largestCheatShare", null, "its share of the nodes"),
      numberColumn("speculativeShare", null, "honest nodes that decode speculatively, among the nodes"),
      numberColumn("nodesOverStart", null, "nodes at rest over nodes at the start"),
      numberColumn("steps", null, "of the dynamics until rest"),
      { name: "atRest", type: "boolean", unit: null, description: "false: still moving when the steps ran out" },
      textColumn("strategy", "kind of node in the simulation"),
      numberColumn("run", null, "number of the repetition, from 0"),
      numberColumn("nodes", "nodes", "of the kind"),
      numberColumn("paidJobs", "jobs", "that paid them"),
      numberColumn("slashes", "stakes", "they lost"),
      numberColumn("predictedPerNodeHour", earned, "income less lost stakes, by the mean field"),
      numberColumn("simulatedPerNodeHour", earned, "the same in the simulation, fees included"),
    ],
    rows,
  };
}

import type { TableOf } from "../../results/table.ts";

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
  const number = (name: keyof PopulationRow & string, unit: string | null, description: string) => ({
    name,
    type: "number" as const,
    unit,
    description,
  });
  const text = (name: keyof PopulationRow & string, description: string) => ({
    name,
    type: "text" as const,
    unit: null,
    description,
  });
  return {
    file: "rows.csv",
    caption: "Where populations rest, and what whole simulations earned",
    columns: [
      text("about", "grid: a resting population (modelled); check: a kind of node in a simulation"),
      text("sampling", "how tokens were picked"),
      text("scheme", "verification scheme with its parameters"),
      number("rewardOverCost", "costs of honest one-token decoding", "reward of a job"),
      number("stakeRatio", null, "stake over reward"),
      number("verifiedShare", null, "share of jobs that are verified"),
      number("falseReject", null, "share of honest verifications rejected on top of those measured"),
      number("cheatShare", null, "cheats among the nodes at rest"),
      text("largestCheat", "the cheat with most nodes"),
      number("largestCheatShare", null, "its share of the nodes"),
      number("speculativeShare", null, "honest nodes that decode speculatively, among the nodes"),
      number("nodesOverStart", null, "nodes at rest over nodes at the start"),
      number("steps", null, "of the dynamics until rest"),
      { name: "atRest", type: "boolean", unit: null, description: "false: still moving when the steps ran out" },
      text("strategy", "kind of node in the simulation"),
      number("run", null, "number of the repetition, from 0"),
      number("nodes", "nodes", "of the kind"),
      number("paidJobs", "jobs", "that paid them"),
      number("slashes", "stakes", "they lost"),
      number("predictedPerNodeHour", earned, "income less lost stakes, by the mean field"),
      number("simulatedPerNodeHour", earned, "the same in the simulation, fees included"),
    ],
    rows,
  };
}

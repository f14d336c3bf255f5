import {
  choice,
  number,
  orAbsent,
  orNull,
  type RowIn,
  rowTable,
  text,
  truth,
} from "../../src/lab/results/row-table.ts";

const earned = "rewards per node and hour";

/** A point of the grid at rest (`grid`), or a kind of node in a simulation of one (`check`). Null where a column does not apply. */
export const populationRowTable = rowTable("Where populations rest, and what whole simulations earned", {
  about: choice(["grid", "check"], "grid: a resting population (modelled); check: a kind of node in a simulation"),
  sampling: text("how tokens were picked"),
  scheme: text("verification scheme with its parameters"),
  rewardOverCost: number("costs of honest one-token decoding", "reward of a job"),
  stakeRatio: number(null, "stake over reward"),
  verifiedShare: number(null, "share of jobs that are verified"),
  falseReject: number(null, "share of honest verifications rejected on top of those measured"),
  /** `grid`: where it rests. */
  cheatShare: orNull(number(null, "cheats among the nodes at rest")),
  largestCheat: orAbsent(text("the cheat with most nodes")),
  largestCheatShare: orNull(number(null, "its share of the nodes")),
  speculativeShare: orNull(number(null, "honest nodes that decode speculatively, among the nodes")),
  nodesOverStart: orNull(number(null, "nodes at rest over nodes at the start")),
  steps: orNull(number(null, "of the dynamics until rest")),
  atRest: orNull(truth("false: still moving when the steps ran out")),
  /** `check`: one kind of node in one simulation. */
  strategy: orAbsent(text("kind of node in the simulation")),
  run: orNull(number(null, "number of the repetition, from 0")),
  nodes: orNull(number("nodes", "of the kind")),
  paidJobs: orNull(number("jobs", "that paid them")),
  slashes: orNull(number("stakes", "they lost")),
  predictedPerNodeHour: orNull(number(earned, "income less lost stakes, by the mean field")),
  simulatedPerNodeHour: orNull(number(earned, "the same in the simulation, fees included")),
});
export type PopulationRow = RowIn<typeof populationRowTable>;

import type { ExperimentMetrics, Metric } from "../../src/lab/compare/metric.ts";
import { caseNumber, type Measure, only, valuesOfParts } from "../../src/lab/compare/parts.ts";
import { type PopulationRow, populationRowTable } from "./rows.ts";

const exact = { margin: {}, deterministic: true } as const satisfies Partial<Metric>;

/** Of one point of the grid. */
const ofGrid: readonly Measure<PopulationRow>[] = [
  {
    ...exact,
    name: "cheatShare",
    unit: null,
    description: "cheats among the nodes at rest (modelled)",
    of: only(({ cheatShare }) => cheatShare),
  },
  {
    ...exact,
    name: "speculativeShare",
    unit: null,
    description: "honest nodes that decode speculatively, among the nodes at rest (modelled)",
    of: only(({ speculativeShare }) => speculativeShare),
  },
  {
    ...exact,
    name: "nodesOverStart",
    unit: null,
    description: "nodes at rest over nodes at the start (modelled)",
    of: only(({ nodesOverStart }) => nodesOverStart),
  },
];

/** Of one kind of node in one simulation. */
const ofCheck: readonly Measure<PopulationRow>[] = [
  {
    name: "earnedPerNodeHour",
    unit: "rewards",
    description: "income of a node less its lost stakes and fees in an hour of simulation",
    margin: { absolute: 0.01, relative: 0.05 },
    of: only(({ simulatedPerNodeHour }) => simulatedPerNodeHour),
  },
  {
    name: "slashes",
    unit: null,
    description: "stakes lost",
    margin: { absolute: 0.5, relative: 0.1 },
    of: only(({ slashes }) => slashes),
  },
];

/** Where populations rest, by sampling and scheme; what simulations earned, by point and kind of node. */
export const populationMetrics: ExperimentMetrics = {
  replication: "case or run",
  replicationSetting: "check.runs",
  metrics: [...ofGrid, ...ofCheck],
  valuesOf: (rowsCsv) => {
    const rows = populationRowTable.read(rowsCsv);
    const of = (about: PopulationRow["about"]) => rows.filter((row) => row.about === about);
    return [
      ...valuesOfParts(of("grid"), ofGrid, {
        part: ({ sampling, scheme }) => `grid/${sampling}/${scheme}`,
        replication: ({ rewardOverCost, stakeRatio, verifiedShare, falseReject }) =>
          caseNumber(rewardOverCost, stakeRatio, verifiedShare, falseReject),
      }),
      ...valuesOfParts(of("check"), ofCheck, {
        part: ({ sampling, scheme, stakeRatio, verifiedShare, strategy }) =>
          `check/${sampling}/${scheme}, stake ${stakeRatio}, verified ${verifiedShare}/${strategy}`,
        replication: ({ run }) => run!,
      }),
    ];
  },
};

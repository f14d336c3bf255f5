/** Every figure that there is, of every kind of experiment: from made-up rows, from arithmetic, or from the reference results. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { prototypeHardware } from "../../../src/actors/hardware-profile.ts";
import { joinByMachine } from "../../../src/lab/by-machine/join.ts";
import { readExperiment } from "../../../src/lab/experiment-file.ts";
import { breakEvenRows } from "../../../src/lab/experiments/break-even/rows.ts";
import { experimentKinds } from "../../../src/lab/experiments/kinds.ts";
import { checkRows } from "../../../src/lab/experiments/population/checks.ts";
import { restingRows } from "../../../src/lab/experiments/population/grid.ts";
import { frontierRows } from "../../../src/lab/experiments/security-frontier/rows.ts";
import { dilemmaRows } from "../../../src/lab/experiments/verifiers-dilemma/rows.ts";
import { breakEvenOutcome } from "../../../src/lab/figures/break-even/outcome.ts";
import { detectionOutcome } from "../../../src/lab/figures/detection/outcome.ts";
import { disputesOutcome } from "../../../src/lab/figures/disputes/outcome.ts";
import { falseAcceptOutcome } from "../../../src/lab/figures/false-accept/outcome.ts";
import { falseRejectOutcome } from "../../../src/lab/figures/false-reject/outcome.ts";
import type { Figure } from "../../../src/lab/figures/figure.ts";
import { figure1AsPublished } from "../../../src/lab/figures/figure-1/as-published.ts";
import { figure1Outcome } from "../../../src/lab/figures/figure-1/outcome.ts";
import { networkOutcome } from "../../../src/lab/figures/network/outcome.ts";
import { outsourcedOutcome } from "../../../src/lab/figures/outsourced/outcome.ts";
import { populationOutcome } from "../../../src/lab/figures/population/outcome.ts";
import { securityFrontierOutcome } from "../../../src/lab/figures/security-frontier/outcome.ts";
import { verificationCostOutcome } from "../../../src/lab/figures/verification-cost/outcome.ts";
import { verifiersDilemmaOutcome } from "../../../src/lab/figures/verifiers-dilemma/outcome.ts";
import { whereItFailsOutcome } from "../../../src/lab/figures/where-it-fails/outcome.ts";
import { listRuns } from "../../../src/lab/results/list-runs.ts";
import type { Manifest } from "../../../src/lab/results/manifest.ts";
import { scratchFolder } from "../../support/scratch.ts";
import { madeUpMachines } from "../by-machine/made-up-runs.ts";
import {
  dilemmaSettings,
  plays,
  populationSettings,
  rows,
  shortcut,
  simulated,
  terms,
} from "../experiments/economics/made-up-plays.ts";
import { madeUpRows as madeUpAttacks } from "./attack/made-up-rows.ts";
import { madeUpDisputes } from "./disputes/made-up-rows.ts";
import { largerModel, madeUpRows as madeUpTimes, smallModel } from "./figure-1/made-up-rows.ts";
import { madeUpRows as madeUpNetwork } from "./network/made-up-rows.ts";
import { madeUpOutsourced } from "./outsourced/made-up-rows.ts";
import { large, madeUpCosts, small } from "./verification-cost/made-up-rows.ts";
import { madeUpWhere } from "./where-it-fails/made-up-rows.ts";

type Figures = readonly Figure[];

const scratch = scratchFolder();

const honestAttacks = madeUpAttacks.filter(({ kind }) => kind !== "cheat");

/** What joins runs of different hardware, of whatever kind. */
export const BY_MACHINE = "runs by machine";

/** Kinds whose figures can be drawn without a reference run. */
const samples: Readonly<Record<string, () => Figures | Promise<Figures>>> = {
  [BY_MACHINE]: () => joinByMachine(listRuns(madeUpMachines(scratch))).flatMap(({ figures }) => figures),
  "break-even": () => breakEvenOutcome(breakEvenRows(plays, terms as never)).figures,
  "cross-hardware": () => falseRejectOutcome(honestAttacks, "1").figures,
  detection: () => detectionOutcome(madeUpAttacks, "1").figures,
  disputes: () => disputesOutcome(madeUpDisputes()).figures,
  "false-accept": () => falseAcceptOutcome(madeUpAttacks, "1").figures,
  "false-reject": () => falseRejectOutcome(honestAttacks, "1").figures,
  "figure-1": () => [figure1AsPublished(), ...figure1Outcome(madeUpTimes([smallModel, largerModel]), "1").figures],
  network: () => networkOutcome(madeUpNetwork()).figures,
  outsourced: () => outsourcedOutcome(madeUpOutsourced()).figures,
  population: () => {
    const checks = checkRows(simulated, plays[0]!, populationSettings as never, 0.001);
    return populationOutcome([...restingRows(plays[0]!, populationSettings as never), ...checks]).figures;
  },
  "security-frontier": () => {
    const hardware = prototypeHardware([{ root: "t", bytes: 100 }]);
    return securityFrontierOutcome(frontierRows(plays, rows, terms, hardware, "t")).figures;
  },
  "token-cost": () => computed("token-cost"),
  "verification-cost": () => verificationCostOutcome(madeUpCosts([small, large]), "1").figures,
  "verifiers-dilemma": () => verifiersDilemmaOutcome(dilemmaRows(dilemmaSettings as never, [shortcut])).figures,
  "where-it-fails": () => whereItFailsOutcome(madeUpWhere(), "1").figures,
};

/** Figures of one kind. A kind without a sample here needs a run under results/reference. */
export async function figuresOf(kind: string): Promise<Figures> {
  const sample = samples[kind];
  return sample === undefined ? fromReference(kind) : sample();
}

/** Of an experiment that is arithmetic: its rows follow from its file. */
async function computed(kind: string): Promise<Figures> {
  const schemas = { [kind]: experimentKinds[kind]!.settings };
  const environment = { resultsFolder: "unused", signal: new AbortController().signal, onProgress: () => {} };
  const { outcome } = await experimentKinds[kind]!.run(
    readExperiment(`experiments/${kind}.yaml`, schemas),
    environment,
  );
  return outcome.figures;
}

async function fromReference(kind: string): Promise<Figures> {
  for (const path of globSync("results/reference/*/*/manifest.json").sort().reverse()) {
    const { experiment } = JSON.parse(readFileSync(path, "utf8")) as Manifest;
    if (experiment.kind !== kind) continue;
    const rows = readFileSync(join(path, "..", "rows.csv"), "utf8");
    return (await experimentKinds[kind]!.outcomeOf(rows, experiment.seed)).figures;
  }
  throw new Error(
    `no figure of kind ${kind} to look at: give it a sample in ${import.meta.filename}, or a reference run`,
  );
}

/** Every figure that there is, of every kind of experiment: from made-up rows, from arithmetic, or from the reference results. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { falseRejectOutcome } from "../../experiments/attack/false-rejects/analyse.ts";
import { breakEvenOutcome } from "../../experiments/break-even/analyse.ts";
import { breakEvenRows } from "../../experiments/break-even/model.ts";
import { detectionOutcome } from "../../experiments/detection/analyse.ts";
import { disputesOutcome } from "../../experiments/disputes/analyse.ts";
import { falseAcceptOutcome } from "../../experiments/false-accept/analyse.ts";
import { figure1Outcome } from "../../experiments/figure-1/analyse.ts";
import { figure1AsPublished } from "../../experiments/figure-1/figures/as-published.ts";
import { experimentKinds } from "../../experiments/index.ts";
import { networkOutcome } from "../../experiments/network/analyse.ts";
import { outsourcedOutcome } from "../../experiments/outsourced/analyse.ts";
import { populationOutcome } from "../../experiments/population/analyse.ts";
import { checkRows } from "../../experiments/population/checks.ts";
import { restingRows } from "../../experiments/population/grid.ts";
import { securityFrontierOutcome } from "../../experiments/security-frontier/analyse.ts";
import { frontierRows } from "../../experiments/security-frontier/model.ts";
import { verificationCostOutcome } from "../../experiments/verification-cost/analyse.ts";
import { verifiersDilemmaOutcome } from "../../experiments/verifiers-dilemma/analyse.ts";
import { dilemmaRows } from "../../experiments/verifiers-dilemma/model.ts";
import { whereItFailsOutcome } from "../../experiments/where-it-fails/analyse.ts";
import { prototypeHardware } from "../../src/actors/hardware-profile.ts";
import { joinByMachine } from "../../src/lab/by-machine/join.ts";
import type { Figure } from "../../src/lab/charts/figure.ts";
import { readExperiment } from "../../src/lab/experiment/file.ts";
import { listRuns } from "../../src/lab/results/list-runs.ts";
import type { Manifest } from "../../src/lab/results/manifest.ts";
import { scratchFolder } from "../support/scratch.ts";
import { madeUpRows as madeUpAttacks } from "./attack/made-up-rows.ts";
import { madeUpDisputes } from "./disputes/made-up-rows.ts";
import {
  dilemmaSettings,
  plays,
  populationSettings,
  rows,
  shortcut,
  simulated,
  terms,
} from "./economics/made-up-plays.ts";
import { largerModel, madeUpRows as madeUpTimes, smallModel } from "./figure-1/made-up-rows.ts";
import { madeUpMachines } from "./made-up-machines.ts";
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
    readExperiment(`experiments/${kind}/${kind}.yaml`, schemas),
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

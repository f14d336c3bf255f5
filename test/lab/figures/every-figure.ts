/** Every figure that there is, of every kind of experiment: from made-up rows, from arithmetic, or from the reference results. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readExperiment } from "../../../src/lab/experiment-file.ts";
import { experimentKinds } from "../../../src/lab/experiments/kinds.ts";
import { disputesOutcome } from "../../../src/lab/figures/disputes/outcome.ts";
import type { Figure } from "../../../src/lab/figures/figure.ts";
import { figure1AsPublished } from "../../../src/lab/figures/figure-1/as-published.ts";
import { figure1Outcome } from "../../../src/lab/figures/figure-1/outcome.ts";
import { networkOutcome } from "../../../src/lab/figures/network/outcome.ts";
import { verificationCostOutcome } from "../../../src/lab/figures/verification-cost/outcome.ts";
import type { Manifest } from "../../../src/lab/results/manifest.ts";
import { madeUpDisputes } from "./disputes/made-up-rows.ts";
import { largerModel, madeUpRows as madeUpTimes, smallModel } from "./figure-1/made-up-rows.ts";
import { madeUpRows as madeUpNetwork } from "./network/made-up-rows.ts";
import { large, madeUpCosts, small } from "./verification-cost/made-up-rows.ts";

type Figures = readonly Figure[];

/** Kinds whose figures can be drawn without a reference run. */
const samples: Readonly<Record<string, () => Figures | Promise<Figures>>> = {
  disputes: () => disputesOutcome(madeUpDisputes()).figures,
  "figure-1": () => [figure1AsPublished(), ...figure1Outcome(madeUpTimes([smallModel, largerModel]), "1").figures],
  network: () => networkOutcome(madeUpNetwork()).figures,
  "token-cost": () => computed("token-cost"),
  "verification-cost": () => verificationCostOutcome(madeUpCosts([small, large]), "1").figures,
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

/** Solves for a finished run of an attack experiment: its rows, its hardware, its models. */
import { honestBaseline } from "../../src/actors/strategies/standard.ts";
import { ResultsError } from "../../src/lab/results/atomic-file.ts";
import { readRun } from "../../src/lab/results/read-run.ts";
import { TableError } from "../../src/lab/results/table.ts";
import { Streams } from "../../src/sim/streams.ts";
import { attackRowsOf } from "../attack/rows.ts";
import { hardwareOf } from "../shared/hardware.ts";
import type { MachineSettings } from "../shared/hardware-settings.ts";
import { type Solution, type SolveTerms, solve } from "./solve.ts";
import { strategyPayoffs } from "./strategy-payoffs.ts";
import { verificationOverGeneration } from "./verification-work.ts";

const attackKinds = ["false-accept", "false-reject", "detection"];

export interface SolvedRun {
  readonly sampling: string;
  readonly prompts: number;
  readonly cheats: number;
  /** False when the run has no outputs of the honest node that was to be the yardstick. */
  readonly yardstickKnown: boolean;
  readonly solutions: readonly Solution[];
}

/** One answer for each sampling of the run. Throws ResultsError for a folder that holds no such run. */
export function solveRun(folder: string, terms: SolveTerms): SolvedRun[] {
  const { manifest, rowsCsv } = readRun(folder);
  const { kind, seed, resolved } = manifest.experiment;
  if (!attackKinds.includes(kind))
    throw new ResultsError(`${folder}: a run of kind '${kind}'; expected one of ${attackKinds.join(", ")}`);
  const rows = rowsOf(folder, rowsCsv);
  const [target] = manifest.models;
  const hardware = hardwareOf((resolved as { hardware: MachineSettings }).hardware, manifest.models);
  return strategyPayoffs(rows, new Streams(seed)).map((payoffs) => {
    const honest = rows.filter(
      (row) => row.split === "evaluation" && row.sampling === payoffs.sampling && row.strategy === honestBaseline.label,
    );
    return {
      sampling: payoffs.sampling,
      prompts: payoffs.honest.prompts,
      cheats: payoffs.cheats.length,
      yardstickKnown: terms.yardstick === "honest" || payoffs.speculative !== undefined,
      solutions: solve(payoffs, terms, (scheme) => verificationOverGeneration(scheme, honest, hardware, target!.root)),
    };
  });
}

function rowsOf(folder: string, csv: string) {
  try {
    return attackRowsOf(csv);
  } catch (error) {
    throw error instanceof TableError ? new ResultsError(`${folder}/${error.message}`) : error;
  }
}

/** One experiment under two settings, run one after the other on common random numbers. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "../../inference/make-folder.ts";
import type { Experiment } from "../experiment-file.ts";
import { asResultsError, writeFileAtomically } from "../results/atomic-file.ts";
import { describeSoftware } from "../results/provenance.ts";
import { readRun, type StoredRun } from "../results/read-run.ts";
import { runExperiment } from "../run-experiment.ts";
import { CompareError } from "./compare-error.ts";
import type { Sides } from "./sides.ts";

type Environment = Parameters<typeof runExperiment>[1];

/**
 * Runs A, then B, each into its own results folder. Where an interrupted comparison has finished A, the same command takes it from
 * there and goes on with B.
 *
 * Errors: those of runExperiment; CompareError for a side with failed cells.
 */
export async function runSides(
  experiments: Sides<Experiment>,
  environment: Environment,
  onSide: (side: "A" | "B") => void,
): Promise<Sides<StoredRun>> {
  const memory = finishedSide(environment.resultsFolder, experiments);
  onSide("A");
  const a = memory.recall() ?? (await runWhole("A", experiments.a, environment));
  memory.keep(a.folder);
  onSide("B");
  const b = await runWhole("B", experiments.b, environment);
  memory.forget();
  return { a, b };
}

async function runWhole(side: string, experiment: Experiment, environment: Environment): Promise<StoredRun> {
  const { folder, failures } = await runExperiment(experiment, environment);
  if (failures.length > 0)
    throw new CompareError(
      `${side}: ${failures.length} cells failed, the first: ${failures[0]!.cell}: ${failures[0]!.message.split("\n")[0]}; ` +
        "the same command tries them again",
    );
  return readRun(folder);
}

/** Where a comparison remembers its A: by what both sides are and which program runs them. */
function finishedSide(resultsFolder: string, { a, b }: Sides<Experiment>) {
  const { camelid, commit } = describeSoftware();
  const identity = [a, b].map(({ name, kind, seed, settings }) => ({ name, kind, seed, settings }));
  const key = createHash("sha256").update(JSON.stringify({ identity, camelid, commit })).digest("hex").slice(0, 16);
  const path = join(resultsFolder, "compare", "unfinished", `${key}.json`);
  return {
    recall: (): StoredRun | undefined => {
      if (!existsSync(path)) return undefined;
      const { folder } = JSON.parse(readFileSync(path, "utf8")) as { folder: string };
      return existsSync(join(folder, "manifest.json")) ? readRun(folder) : undefined;
    },
    keep: (folder: string): void => {
      try {
        makeFolder(dirname(path));
      } catch (error) {
        throw asResultsError(error, dirname(path));
      }
      writeFileAtomically(path, `${JSON.stringify({ folder })}\n`);
    },
    forget: (): void => {
      rmSync(path, { force: true });
      try {
        rmdirSync(dirname(path));
      } catch {
        // another comparison is under way
      }
    },
  };
}

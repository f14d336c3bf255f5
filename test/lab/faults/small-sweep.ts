/** A sweep that a user could type: worlds on the embedded draft model, in seconds. What becomes of it when things go wrong is the question. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { draft, draftQ8 } from "../../cli/camelid.ts";

const settings = [
  `models={target: ${draft}, draft: ${draftQ8}}`,
  "prompts.count=2",
  "populations=[mixed]",
  "schedulings=[exclusive, central]",
  "runs=4",
  "slices=1",
  "nodes=[{kind: honest, count: 2, strategy: honest}, {kind: truncation, count: 1, strategy: truncation}]",
  "clients=[{kind: verifies, count: 2, verification: local}]",
  "verifiers=[]",
  "miners=1",
  "jobs={perHour: 20, hours: 0.5, settleHours: 0.2, tokenLimit: 12, rewardCoins: 0.01, stakeRatio: 1, feeCoins: 0.0001, fundsStakes: 20}",
];

export const cells = 8;

/** Arguments of `camelid` for the sweep into a results folder. */
export function sweepInto(results: string, ...more: string[]): string[] {
  const sets = settings.flatMap((setting) => ["--set", setting]);
  return ["run", "experiments/network/network.yaml", "--preset", "quick", ...sets, "--out", results, ...more];
}

/** The same without figures, where what is drawn at the end is not the question. */
export function undrawnSweepInto(results: string, ...more: string[]): string[] {
  return sweepInto(results, "--set", "figures=[]", ...more);
}

/** The names of its finished runs. */
export function runsIn(results: string): string[] {
  const folder = join(results, "network");
  return existsSync(folder) ? readdirSync(folder).filter((name) => /^\d{8}T/.test(name)) : [];
}

/** rows.csv of the only run there is. */
export function rowsIn(results: string): string {
  const runs = runsIn(results);
  if (runs.length !== 1) throw new Error(`expected one run, found ${runs.join(", ") || "none"}`);
  return readFileSync(join(results, "network", runs[0]!, "rows.csv"), "utf8");
}

export function journalPath(results: string): string | undefined {
  const folder = join(results, "network", "unfinished");
  const name = existsSync(folder) ? readdirSync(folder).find((file) => file.endsWith(".jsonl")) : undefined;
  return name === undefined ? undefined : join(folder, name);
}

/** Whole lines of the journal: what a kill must not take away. */
export function journalLines(results: string): string[] {
  const path = journalPath(results);
  try {
    return path === undefined ? [] : readFileSync(path, "utf8").split("\n").slice(0, -1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return []; // finished between the two looks
    throw error;
  }
}

export function cellOf(journalLine: string): string {
  return (JSON.parse(journalLine) as { cell: string }).cell;
}

export function waitUntil(condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => (condition() ? resolve() : setTimeout(look, 2));
    look();
  });
}

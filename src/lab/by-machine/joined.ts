import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Figure } from "../charts/figure.ts";
import type { ClaimVerdict } from "../claims/verdict.ts";
import type { Manifest } from "../results/manifest.ts";
import type { Table } from "../results/table.ts";

/** What one machine did of what is joined. */
export interface JoinedMachine {
  readonly name: string;
  /** Its hardware in full. */
  readonly description: string;
  readonly runs: readonly JoinedRun[];
}

interface JoinedRun {
  readonly folder: string;
  /** The file that describes it, its page where that is kept. */
  readonly page: string;
  readonly startedAt: string;
  readonly commit: string | null;
}

/** What one machine's run says about a claim. */
export interface MachineVerdict extends ClaimVerdict {
  readonly machine: string;
  /** The run's folder. */
  readonly run: string;
}

/** Runs of one kind of experiment on different hardware, side by side. */
export interface JoinedRuns {
  readonly kind: string;
  /** None where there were not two to join. */
  readonly machines: readonly JoinedMachine[];
  readonly figures: readonly Figure[];
  readonly verdicts: readonly MachineVerdict[];
  /** Machines pair by pair, where they did the same work: a file of its own beside the figures, and in words. */
  readonly pairs?: { readonly table: Table; readonly sentences: readonly string[] };
  /** A line on everything that is not in it, and why. */
  readonly excluded: readonly string[];
}

export function joinedRun(folder: string, { startedAt, software }: Manifest): JoinedRun {
  const page = existsSync(join(folder, "report.html")) ? "report.html" : "manifest.json";
  return { folder, page, startedAt, commit: software.commit };
}

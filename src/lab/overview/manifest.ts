import type { Machine, Software } from "../results/provenance.ts";

/** What became of one experiment. */
export interface OverviewExperiment {
  readonly name: string;
  readonly question: string;
  readonly state: "done" | "partial" | "failed" | "left out";
  /** What is missing, why it failed or was left out. */
  readonly reason: string | null;
  /** Its run's folder. */
  readonly run: string | null;
  readonly headline: readonly string[];
  readonly warnings: readonly string[];
  readonly seconds: number | null;
  /** It was done when the command began, by the same command that was stopped. */
  readonly finishedBefore: boolean;
  /** It was no part of the command: a run on a GPU, or of what this machine lacks, that was found among the results. */
  readonly elsewhere?: true;
}

/** Runs of one kind of experiment on different hardware that the overview's figures join; folders are relative to the overview's. */
export interface OverviewJoined {
  readonly kind: string;
  readonly machines: readonly { readonly name: string; readonly told: string; readonly runs: readonly string[] }[];
  readonly leftOut: readonly string[];
}

/** Everything needed to repeat an overview, and to find the runs behind it. `manifest.json` holds it. */
export interface OverviewManifest {
  readonly format: "camelid-overview/1";
  readonly preset: string;
  readonly commandLine: readonly string[];
  readonly startedAt: string;
  readonly endedAt: string;
  readonly software: Software;
  readonly machine: Machine;
  /** `run` is relative to the overview's folder; `manifestSha256` is that of the run's manifest. */
  readonly experiments: readonly (OverviewExperiment & { readonly manifestSha256: string | null })[];
  /** Absent where no runs on different hardware were joined. */
  readonly joined?: readonly OverviewJoined[];
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

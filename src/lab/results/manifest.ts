import type { ClaimVerdict } from "../claims/verdict.ts";
import type { FactorValues } from "../experiment/factors.ts";
import type { Experiment, ResolvedLists } from "../experiment/file.ts";
import type { CellFailure } from "../runner/sweep.ts";
import { describeMachine, describeSoftware, type Machine, type Software } from "./provenance.ts";
import type { Column } from "./table.ts";

/** A model as it was when it was used. */
export interface ModelRecord {
  readonly name: string;
  /** Merkle root over its chunks, hexadecimal. */
  readonly root: string;
  readonly bytes: number;
}

/** What only the runner of an experiment knows. */
export interface RunFacts {
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** One-minute load averages before and after; null on systems that keep none. */
  readonly loadAverage: readonly [number, number] | null;
  /** Command-line arguments as given, without the program's name. */
  readonly commandLine: readonly string[];
  readonly models: readonly ModelRecord[];
  /** Settings of the inference backend that decide the numbers it gives; null where nothing was inferred. */
  readonly numerics: object | null;
  /** Absent of an experiment whose settings hold no word for a list that grows. */
  readonly lists?: ResolvedLists;
  readonly cells?: RunCells;
  readonly partial?: PartialRun;
}

/** Of an experiment of independent pieces: how many, and the time that its workers spent on them, all together. */
export interface RunCells {
  readonly finished: number;
  readonly workerSeconds: number;
}

/** What a run has that some of its cells are missing in. */
export interface PartialRun {
  /** Cells of the experiment, and those of them that gave rows. */
  readonly planned: number;
  readonly finished: number;
  /** Names of the cells that are not in it. */
  readonly missing: readonly string[];
  /** Those of them that were tried; the others were left out by choice. */
  readonly failures: readonly CellFailure[];
}

/** Everything needed to repeat a run, and to see whether its files are those it wrote. `manifest.json` holds it. */
export interface Manifest {
  readonly format: "camelid-run/1";
  readonly experiment: {
    readonly name: string;
    readonly kind: string;
    readonly question: string;
    readonly claims: readonly string[];
    readonly seed: string;
    readonly given: Experiment["given"];
    readonly resolved: Experiment["settings"];
    /** What its settings named by words that grow with the program; absent of runs of earlier versions, and where there is none. */
    readonly lists?: ResolvedLists;
    /** Names of the figures that it draws; absent where all are. */
    readonly figures?: readonly string[];
    /** Values of the factors, for each combination that it ran; absent where nothing is varied. */
    readonly combinations?: readonly FactorValues[];
  };
  readonly commandLine: readonly string[];
  readonly startedAt: string;
  readonly endedAt: string;
  /** One-minute load averages of the machine before and after the run; null on systems that keep none. */
  readonly loadAverage: readonly [number, number] | null;
  readonly software: Software;
  /** The program that drew the figures and the page, where `camelid figures` did so later with another one. */
  readonly redrawnWith?: Software;
  readonly machine: Machine;
  readonly models: readonly ModelRecord[];
  readonly numerics: object | null;
  /** What `camelid run --dry-run` estimates from. */
  readonly cells?: RunCells;
  /** Absent of a complete run. */
  readonly partial?: PartialRun;
  readonly verdicts: readonly ClaimVerdict[];
  /** Columns of every table file, by file. */
  readonly tables: Readonly<Record<string, readonly Column[]>>;
  /** What drawing the figures complained about; empty for a good run. */
  readonly warnings: readonly string[];
  /** Size and SHA-256 of every other file of the run, by path. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

/** The part of the manifest that is known before any file is written. */
export type ManifestHead = Omit<Manifest, "verdicts" | "tables" | "warnings" | "files">;

export function manifestHead(experiment: Experiment, facts: RunFacts): ManifestHead {
  const { name, kind, question, claims, seed, figures, given, settings, combinations } = experiment;
  return {
    format: "camelid-run/1",
    experiment: {
      name,
      kind,
      question,
      claims,
      seed,
      ...(figures ? { figures } : {}),
      given,
      resolved: settings,
      ...(facts.lists ? { lists: facts.lists } : {}),
      ...(combinations ? { combinations: combinations.map(({ values }) => values) } : {}),
    },
    commandLine: facts.commandLine,
    startedAt: facts.startedAt.toISOString(),
    endedAt: facts.endedAt.toISOString(),
    loadAverage: facts.loadAverage,
    software: describeSoftware(),
    machine: describeMachine(),
    models: facts.models,
    numerics: facts.numerics,
    ...(facts.cells ? { cells: facts.cells } : {}),
    ...(facts.partial ? { partial: facts.partial } : {}),
  };
}

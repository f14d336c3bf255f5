import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { makeFolder } from "../../inference/make-folder.ts";
import type { JoinedRuns } from "../by-machine/joined.ts";
import { verdictsByMachineTable } from "../by-machine/verdicts-table.ts";
import { drawFigure, rasterize } from "../charts/figure.ts";
import type { ClaimVerdict } from "../claims/verdict.ts";
import { writeFileAtomically } from "../results/atomic-file.ts";
import type { FoundRun } from "../results/list-runs.ts";
import type { Manifest } from "../results/manifest.ts";
import { describeMachine, describeSoftware } from "../results/provenance.ts";
import { createRunFolder } from "../results/run-folder.ts";
import { describesHardware, machineOf } from "../results/run-machine.ts";
import { toCsv } from "../results/table.ts";
import { type ClaimRow, claimRows, claimsTable, type JudgedClaim } from "./claims-table.ts";
import type { OverviewExperiment, OverviewJoined, OverviewManifest } from "./manifest.ts";
import { renderOverview } from "./page.ts";
import { OVERVIEW } from "./plan.ts";

export interface OverviewContent {
  readonly resultsFolder: string;
  readonly preset: string;
  readonly commandLine: readonly string[];
  readonly startedAt: string;
  readonly experiments: readonly OverviewExperiment[];
  /** Verdicts that need no experiment. */
  readonly computed: readonly ClaimVerdict[];
  /** Runs on different hardware, side by side. */
  readonly joined: readonly JoinedRuns[];
  /** Runs of the same experiments that are kept with the code. */
  readonly reference: readonly FoundRun[];
}

export interface Overview {
  readonly folder: string;
  readonly claims: readonly ClaimRow[];
  readonly experiments: readonly OverviewExperiment[];
  readonly joined: readonly JoinedRuns[];
}

/** Writes `RESULTS/overview/WHEN-PRESET/`: the claims as a table, figures that join machines, the page, and last the manifest. Throws ResultsError. */
export async function writeOverview(content: OverviewContent): Promise<Overview> {
  const { resultsFolder, preset, commandLine, startedAt, experiments, computed, joined, reference } = content;
  const ended = new Date();
  const folder = createRunFolder(resultsFolder, OVERVIEW, { startedAt: ended, preset });
  const seenFromHere = (path: string | null) => (path === null ? null : relative(folder, path).replaceAll("\\", "/"));
  const judged: JudgedClaim[] = [
    ...computed.map((verdict) => ({ ...verdict, experiment: null, run: null, machine: null, figure: null })),
    ...experiments.flatMap(({ name, run }) => (run === null ? [] : verdictsOf(name, run, seenFromHere(run)!))),
  ];
  const claims = claimRows(
    judged,
    joined.flatMap(({ verdicts }) => verdicts),
    reference.flatMap(({ folder: run, manifest }) => {
      const { name, given } = manifest.experiment;
      const which = `${given.preset === null ? "no preset" : `${given.preset} preset`}, ${manifest.startedAt.slice(0, 10)}`;
      return verdictsOf(name, run, seenFromHere(run)!).map((verdict) => ({ ...verdict, reference: which }));
    }),
  );
  const joinedFromHere = joined.map((one) => ({
    ...one,
    machines: one.machines.map((machine) => ({
      ...machine,
      runs: machine.runs.map((run) => ({ ...run, folder: seenFromHere(run.folder)! })),
    })),
    verdicts: one.verdicts.map((verdict) => ({ ...verdict, run: seenFromHere(verdict.run)! })),
  }));

  const files: Record<string, { bytes: number; sha256: string }> = {};
  const write = (name: string, content: string | Uint8Array) => {
    writeFileAtomically(join(folder, name), content);
    files[name] = { bytes: Buffer.byteLength(content), sha256: sha256(content) };
  };
  const head: Omit<OverviewManifest, "files"> = {
    format: "camelid-overview/1",
    preset,
    commandLine,
    startedAt,
    endedAt: ended.toISOString(),
    software: describeSoftware(),
    machine: describeMachine(),
    ...(joined.length === 0 ? {} : { joined: joinedFromHere.map(joinedRecord) }),
    experiments: experiments.map((experiment) => ({
      ...experiment,
      run: seenFromHere(experiment.run),
      manifestSha256: experiment.run === null ? null : sha256(readFileSync(join(experiment.run, "manifest.json"))),
    })),
  };
  write("claims.csv", toCsv(claimsTable(claims)));
  const figures = joined.flatMap((one) => one.figures);
  if (figures.length > 0) {
    write("by-machine.csv", toCsv(verdictsByMachineTable(joinedFromHere)));
    for (const { table } of joined.flatMap(({ pairs }) => pairs ?? []))
      if (table.rows.length > 0) write(table.file, toCsv(table));
    makeFolder(join(folder, "figures"));
  }
  for (const figure of figures) {
    const { spec, svg } = await drawFigure(figure);
    write(`figures/${figure.name}.vl.json`, `${JSON.stringify(spec, null, 2)}\n`);
    write(`figures/${figure.name}.svg`, svg);
    write(`figures/${figure.name}.png`, rasterize(svg));
  }
  write(
    "index.html",
    renderOverview({
      claims,
      manifest: head,
      joined: joinedFromHere,
      pictureAt: (path) => readFileSync(join(folder, path), "utf8"),
    }),
  );
  writeFileAtomically(join(folder, "manifest.json"), `${JSON.stringify({ ...head, files }, null, 2)}\n`);
  return { folder, claims, experiments, joined };
}

function joinedRecord({ kind, machines, excluded }: JoinedRuns): OverviewJoined {
  return {
    kind,
    machines: machines.map(({ name, description, runs }) => ({
      name,
      told: description,
      runs: runs.map(({ folder }) => folder),
    })),
    leftOut: excluded,
  };
}

/** The verdicts of a run, each with the figure that names its claim. */
function verdictsOf(experiment: string, folder: string, seen: string): JudgedClaim[] {
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Manifest;
  const figures = Object.keys(manifest.files)
    .filter((file) => /^figures\/.*\.vl\.json$/.test(file) && existsSync(join(folder, file)))
    .map((file) => ({
      stem: file.replace(/\.vl\.json$/, ""),
      names: claimsNamed(readFileSync(join(folder, file), "utf8")),
    }));
  return manifest.verdicts.map((verdict) => ({
    ...verdict,
    experiment,
    run: seen,
    machine: describesHardware(manifest) ? machineOf(manifest).names[0] : null,
    figure: figures.find(({ names }) => names.includes(verdict.claim))?.stem ?? null,
  }));
}

/** Claims that a figure's subtitle names: "Claims C1, C3, C4 (…)". */
function claimsNamed(specification: string): string[] {
  const { title } = JSON.parse(specification) as { title?: { subtitle?: string | readonly string[] } };
  return (
    [title?.subtitle ?? []]
      .flat()
      .join(" ")
      .match(/\bC\d+\b/g) ?? []
  );
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

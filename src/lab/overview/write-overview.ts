import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { ClaimVerdict } from "../claims/verdict.ts";
import { writeFileAtomically } from "../results/atomic-file.ts";
import type { Manifest } from "../results/manifest.ts";
import { describeMachine, describeSoftware } from "../results/provenance.ts";
import { createRunFolder } from "../results/run-folder.ts";
import { toCsv } from "../results/table.ts";
import { type ClaimRow, claimRows, claimsTable, type JudgedClaim } from "./claims-table.ts";
import type { OverviewExperiment, OverviewManifest } from "./manifest.ts";
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
}

export interface Overview {
  readonly folder: string;
  readonly claims: readonly ClaimRow[];
  readonly experiments: readonly OverviewExperiment[];
}

/** Writes `RESULTS/overview/WHEN-PRESET/`: the claims as a table, the page, and last the manifest. Throws ResultsError. */
export async function writeOverview(content: OverviewContent): Promise<Overview> {
  const { resultsFolder, preset, commandLine, startedAt, experiments, computed } = content;
  const ended = new Date();
  const folder = createRunFolder(resultsFolder, OVERVIEW, { startedAt: ended, preset });
  const seenFromHere = (path: string | null) => (path === null ? null : relative(folder, path).replaceAll("\\", "/"));
  const judged: JudgedClaim[] = [
    ...computed.map((verdict) => ({ ...verdict, experiment: null, run: null, figure: null })),
    ...experiments.flatMap(({ name, run }) => (run === null ? [] : verdictsOf(name, run, seenFromHere(run)!))),
  ];
  const claims = claimRows(judged);

  const files: Record<string, { bytes: number; sha256: string }> = {};
  const write = (name: string, text: string) => {
    writeFileAtomically(join(folder, name), text);
    files[name] = { bytes: Buffer.byteLength(text), sha256: sha256(text) };
  };
  const head: Omit<OverviewManifest, "files"> = {
    format: "camelid-overview/1",
    preset,
    commandLine,
    startedAt,
    endedAt: ended.toISOString(),
    software: describeSoftware(),
    machine: describeMachine(),
    experiments: experiments.map((experiment) => ({
      ...experiment,
      run: seenFromHere(experiment.run),
      manifestSha256: experiment.run === null ? null : sha256(readFileSync(join(experiment.run, "manifest.json"))),
    })),
  };
  write("claims.csv", toCsv(claimsTable(claims)));
  write(
    "index.html",
    renderOverview({ claims, manifest: head, pictureAt: (path) => readFileSync(join(folder, path), "utf8") }),
  );
  writeFileAtomically(join(folder, "manifest.json"), `${JSON.stringify({ ...head, files }, null, 2)}\n`);
  return { folder, claims, experiments };
}

/** The verdicts of a run, each with the figure that names its claim. */
function verdictsOf(experiment: string, folder: string, seen: string): JudgedClaim[] {
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Manifest;
  const figures = Object.keys(manifest.files)
    .filter((file) => /^figures\/.*\.vl\.json$/.test(file))
    .map((file) => ({
      stem: file.replace(/\.vl\.json$/, ""),
      names: claimsNamed(readFileSync(join(folder, file), "utf8")),
    }));
  return manifest.verdicts.map((verdict) => ({
    ...verdict,
    experiment,
    run: seen,
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

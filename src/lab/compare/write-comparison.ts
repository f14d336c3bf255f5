import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { makeFolder } from "../../inference/make-folder.ts";
import { drawFigure, rasterize } from "../charts/figure.ts";
import { asResultsError, writeFileAtomically } from "../results/atomic-file.ts";
import { describeMachine, describeSoftware } from "../results/provenance.ts";
import type { StoredRun } from "../results/read-run.ts";
import { createRunFolder } from "../results/run-folder.ts";
import { toCsv } from "../results/table.ts";
import type { Comparison } from "./compare.ts";
import type { ComparisonManifest } from "./comparison-manifest.ts";
import { differencesFigure } from "./differences-figure.ts";
import { exitCodes, LEVEL } from "./judge.ts";
import { metricsTable } from "./metrics-table.ts";
import { renderComparison } from "./page.ts";
import type { Sides } from "./sides.ts";

export interface ComparisonFacts {
  readonly commandLine: readonly string[];
  readonly startedAt: Date;
  /** As given. */
  readonly margins: readonly string[];
  readonly only: readonly string[];
}

/**
 * Writes `ROOT/compare/WHEN`: metrics.csv, comparison.json, the figure, report.html, and last manifest.json, which lists the others.
 * Returns the folder. Throws ResultsError.
 */
export async function writeComparison(
  resultsFolder: string,
  comparison: Comparison,
  sides: Sides<StoredRun>,
  { commandLine, startedAt, margins, only }: ComparisonFacts,
): Promise<{ folder: string; warnings: readonly string[] }> {
  const folder = createRunFolder(resultsFolder, "compare", { startedAt, preset: null });
  const files: Record<string, { bytes: number; sha256: string }> = {};
  const write = (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    try {
      makeFolder(dirname(path));
    } catch (error) {
      throw asResultsError(error, dirname(path));
    }
    writeFileAtomically(path, content);
    files[name] = {
      bytes: Buffer.byteLength(content),
      sha256: createHash("sha256").update(content).digest("hex"),
    };
  };

  write("metrics.csv", toCsv(metricsTable(comparison.metrics)));
  write("comparison.json", `${JSON.stringify(comparisonJson(comparison, sides), null, 1)}\n`);
  const figure = differencesFigure(comparison);
  const { spec, svg, warnings } = await drawFigure(figure);
  write(`figures/${figure.name}.vl.json`, `${JSON.stringify(spec, null, 2)}\n`);
  write(`figures/${figure.name}.svg`, svg);
  write(`figures/${figure.name}.png`, rasterize(svg));

  const side = ({ folder, manifest }: StoredRun) => ({ folder, manifest });
  const head = {
    format: "camelid-compare/1",
    commandLine,
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    margins,
    only,
    software: describeSoftware(),
    machine: describeMachine(),
    sides: { a: side(sides.a), b: side(sides.b) },
    warnings,
  } as const;
  write("report.html", await renderComparison(comparison, figure, head));
  const manifest: ComparisonManifest = { ...head, files: { ...files } };
  writeFileAtomically(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return { folder, warnings };
}

/** What a pipeline reads: docs/compare.md describes it. */
export function comparisonJson(comparison: Comparison, { a, b }: Sides<StoredRun>): object {
  const { verdict, ...rest } = comparison;
  return {
    format: "camelid-comparison/1",
    verdict,
    exitCode: exitCodes[verdict],
    level: LEVEL,
    folders: { a: a.folder, b: b.folder },
    ...rest,
  };
}

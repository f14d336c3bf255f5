import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rasterize } from "../charts/figure.ts";
import type { FoundRun } from "./list-runs.ts";

/** A figure in all its forms. */
export interface DrawnFigure {
  readonly name: string;
  readonly title: string;
  /** Content by suffix: `svg`, `png`, `vl.json`. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
}

/**
 * The figures of a run whose rows are not kept, where SVG and specification are what its manifest says, to the byte; the PNG follows
 * from the SVG. Null where the rows are there to be drawn from, or where a figure is missing or changed.
 */
export function keptFigures({ folder, manifest }: FoundRun): DrawnFigure[] | null {
  if (existsSync(join(folder, "rows.csv"))) return null;
  const names = Object.keys(manifest.files).flatMap((file) => /^figures\/(.+)\.svg$/.exec(file)?.[1] ?? []);
  const figures: DrawnFigure[] = [];
  for (const name of names) {
    const files = new Map<string, Buffer>();
    for (const suffix of ["svg", "vl.json"]) {
      const file = `figures/${name}.${suffix}`;
      const path = join(folder, file);
      if (!existsSync(path)) return null;
      const content = readFileSync(path);
      if (createHash("sha256").update(content).digest("hex") !== manifest.files[file]?.sha256) return null;
      files.set(suffix, content);
    }
    files.set("png", rasterize(files.get("svg")!.toString()));
    const { title } = JSON.parse(files.get("vl.json")!.toString()) as { title: { text: string | readonly string[] } };
    figures.push({ name, title: [title.text].flat().join(" "), files });
  }
  return figures.length > 0 ? figures : null;
}

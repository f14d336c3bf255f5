import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Cli } from "./cli.ts";

/** The models that come with the project, and beside them those the user imported or synthesised. */
export const embeddedFolder = fileURLToPath(new URL("../../models/", import.meta.url));
export const localFolder = fileURLToPath(new URL("../../models/local/", import.meta.url));
/** The runs that are kept with the code. */
export const referenceFolder = shortPath(fileURLToPath(new URL("../../results/reference", import.meta.url)));

/** A progress bar on stderr while `work` runs, if a person is looking. */
export async function withProgress<T>(
  cli: Cli,
  label: string,
  work: (onProgress: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  if (!cli.stderr.isTTY) return work(() => {});
  const { default: progress } = await import("cli-progress");
  const bar = new progress.SingleBar({
    format: `${label} {bar} {percentage} % {eta_formatted}`,
    stream: cli.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(1, 0);
  try {
    return await work((done, total) => {
      bar.setTotal(total);
      bar.update(done);
    });
  } finally {
    bar.stop();
  }
}

/** A path as a user would type it: relative where it lies below the current folder. */
export function shortPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith("..") ? path : near;
}

/** Columns two spaces apart; those named in `right` align at their right end. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (right.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** 11643360 -> "11.64 MB". */
export function bytesText(bytes: number): string {
  return `${scaled(bytes, ["", " kB", " MB", " GB", " TB"])}${bytes < 1000 ? " B" : ""}`;
}

/** 5770496 -> "5.77M". */
export function countText(count: number): string {
  return scaled(count, ["", "k", "M", "B", "T"]);
}

function scaled(value: number, units: readonly string[]): string {
  let unit = 0;
  let rest = value;
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1000;
    unit++;
  }
  return `${unit === 0 ? rest : rest.toFixed(2)}${units[unit]}`;
}

/** The embedded reference model. */
export const defaultModel = shortPath(`${embeddedFolder}tales-target-f16.gguf`);

import { relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The models that come with the project, and beside them those the user imported or synthesised. */
export const embeddedFolder = fileURLToPath(new URL("../../models/", import.meta.url));
export const localFolder = fileURLToPath(new URL("../../models/local/", import.meta.url));
/** The runs that are kept with the code. */
export const referenceFolder = shortPath(fileURLToPath(new URL("../../results/reference", import.meta.url)));

/** A signal that Ctrl-C and a request to end (SIGTERM) abort while `work` runs. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  process.on("SIGINT", abort).on("SIGTERM", abort);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", abort).off("SIGTERM", abort);
  }
}

/** A progress bar on stderr while `work` runs, if a person is looking. */
export async function withProgress<T>(
  label: string,
  work: (onProgress: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  if (!process.stderr.isTTY) return work(() => {});
  const { default: progress } = await import("cli-progress");
  const bar = new progress.SingleBar({
    format: `${label} {bar} {percentage} % {eta_formatted}`,
    stream: process.stderr,
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

/** Text broken into lines that fit the terminal (100 characters where nobody can say), each indented by some blanks. */
export function paragraph(text: string, indent = 0): string {
  const width = Math.max(20, (process.stdout.columns ?? 100) - indent);
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = lines.at(-1) === "" ? word : `${lines.at(-1)} ${word}`;
    if (longer.length <= width || lines.at(-1) === "") lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line) => " ".repeat(indent) + line).join("\n");
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

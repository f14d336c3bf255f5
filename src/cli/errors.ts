import type { Cli } from "./cli.ts";

/** Mistakes of the user: one clear line each, exit code 2, no stack. Anything else is a defect of ours and keeps its stack. */
const userErrors = new Set([
  "CompareError",
  "ExperimentFileError",
  "InferenceError",
  "ModelFileError",
  "PlaybackError",
  "ResultsError",
  "FatalRunError",
  "StrategyError",
  "TranscriptSourceError",
  "TranscriptStoreError",
  "UsageError",
]);

export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Runs a command's work; sets the exit code: 2 for a mistake of the user, 130 after Ctrl-C. */
export async function reportErrors(cli: Cli, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const interrupted = error.name === "AbortError" || (error as { code?: unknown }).code === "interrupted";
    // Classes are told by name: importing them here would load their modules for `--help`.
    const refusal = userErrors.has(error.constructor.name) ? error.message : fileProblem(error);
    if (!interrupted && refusal === undefined) throw error;
    if (error.name !== "AbortError") cli.printError(`camelid: ${printable(refusal ?? error.message)}`);
    cli.exitCode = interrupted ? 130 : 2;
  }
}

/** A file that the operating system refused, which nobody below put into better words. */
function fileProblem(error: Error): string | undefined {
  const { code, syscall, path, message } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || path === undefined) return undefined;
  return `${path}: ${syscall} failed: ${message.replace(/^\w+: /, "").split(",")[0]} (${code}); check the path`;
}

/** Names of files and what stands in them go to a terminal: line ends stay, other control characters do not. */
function printable(text: string): string {
  return [...text].map((char) => (char !== "\n" && /\p{Cc}/u.test(char) ? "?" : char)).join("");
}

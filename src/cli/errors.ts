import { LabError, scopeOf } from "../lab/errors.ts";
import type { Cli } from "./cli.ts";

export class UsageError extends LabError {
  override readonly name = "UsageError";

  constructor(message: string) {
    super("bad-usage", "user", message);
  }
}

/** Runs a command's work; sets the exit code: 2 for a mistake of the user, 130 after Ctrl-C. */
export async function reportErrors(cli: Cli, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const interrupted = error.name === "AbortError" || (error as { code?: unknown }).code === "interrupted";
    const scope = scopeOf(error);
    // One clear line, no stack; anything else is a defect of ours and keeps its stack.
    const refusal = scope === "user" || scope === "run" ? error.message : fileProblem(error);
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

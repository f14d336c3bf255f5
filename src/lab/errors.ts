/**
 * Whose an error is. `user`: a mistake to mend, said in one line, with exit code 2. `run`: the same, and about what all cells of a run
 * share, such as the file, a model, the store or the disk, so that it ends the run although only one cell met it. `cell`: fails its cell
 * alone. An error of none of them is a defect of ours, and keeps its stack.
 */
export type ErrorScope = "user" | "run" | "cell";

/** An error that the laboratory expects: the message is for people, the code for programs. */
export class LabError extends Error {
  readonly code: string;
  readonly scope: ErrorScope;

  constructor(code: string, scope: ErrorScope, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.scope = scope;
  }
}

/** The scope that an error says it has. Errors of the floors below, which do not know the laboratory, say it too. */
export function scopeOf(error: unknown): ErrorScope | undefined {
  return (error as { scope?: ErrorScope } | null | undefined)?.scope;
}

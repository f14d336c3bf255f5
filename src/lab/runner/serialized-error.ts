import { LabError } from "../errors.ts";

/** Errors as plain data, which cross from a worker process to the runner. */

export interface SerializedError {
  /** Name of its class. */
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
  readonly stack: string;
}

export function serializeError(error: unknown): SerializedError {
  if (!(error instanceof Error)) return { type: typeof error, code: null, message: String(error), stack: "" };
  const { code } = error as { code?: unknown };
  return {
    type: error.constructor.name,
    code: typeof code === "string" ? code : null,
    message: error.message,
    stack: error.stack ?? "",
  };
}

/** What ends a run although only one cell met it: it is about something that all cells share, and the user's to mend. */
export class FatalRunError extends LabError {
  override readonly name = "FatalRunError";

  constructor({ message, code }: Pick<SerializedError, "message" | "code">) {
    super(code ?? "run-ended", "run", message);
  }
}

/** Every way in which a transcript store refuses. The message names the store, what was found, and what to do. */
export type TranscriptStoreErrorCode =
  | "not-a-store"
  | "older-schema"
  | "newer-schema"
  | "cannot-open"
  | "cannot-write"
  | "damaged-store"
  | "not-a-transcript-file"
  | "damaged-transcript-file";

export class TranscriptStoreError extends Error {
  override readonly name = "TranscriptStoreError";
  readonly code: TranscriptStoreErrorCode;
  /** A mistake of the user, about what all cells of a run share. */
  readonly scope = "run";

  constructor(code: TranscriptStoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

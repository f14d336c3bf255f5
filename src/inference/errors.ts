/** Every way in which inference refuses work. The message names what, where, and what to do about it. */
export type InferenceErrorCode =
  | "backend-missing"
  | "gpu-absent"
  | "kernels-absent"
  | "model-file"
  | "not-a-decoder"
  | "unspellable-text"
  | "completion-file"
  | "model-too-large"
  | "empty-prompt"
  | "unknown-token"
  | "context-exceeded"
  | "no-end-token"
  | "bad-sampling"
  | "bad-request"
  | "bad-logits"
  | "lock-step-broken";

export class InferenceError extends Error {
  override readonly name = "InferenceError";
  readonly code: InferenceErrorCode;
  /** A mistake of the user. */
  readonly scope = "user";

  constructor(code: InferenceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

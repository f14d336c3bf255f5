/**
 * What a rule returns: the value it produced, or a typed rejection.
 *
 * Rejections are values, not exceptions: a network of thousands of nodes rejects messages all the time, and `code` is what
 * golden vectors and other implementations compare. `message` is for people and may change.
 */
export interface Rejection {
  readonly code: string;
  readonly message: string;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly rejection: Rejection };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function err(code: string, message: string): { readonly ok: false; readonly rejection: Rejection } {
  return { ok: false, rejection: { code, message } };
}

/** The value of a rule that must have accepted. Throws Error, `CODE: message`, where it rejected. */
export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.rejection.code}: ${result.rejection.message}`);
  return result.value;
}

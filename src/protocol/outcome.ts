/**
 * What a rule answers: the value it produced, or a typed refusal.
 *
 * Refusals are values, not exceptions: a network of thousands of nodes refuses messages all the time, and `code` is what
 * golden vectors and other implementations compare. `message` is for people and may change.
 */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export function accept<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function refuse(code: string, message: string): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: { code, message } };
}

/** What one call to the model did and how long it took, on the clock of the machine that ran it. */
export interface CallTiming {
  /** Tokens fed to llama.cpp (prefill) or produced by it (decode). */
  readonly tokens: number;
  readonly wallMs: number;
}

/** Runs `work` and tells how long it took. */
export async function timed<T>(work: () => Promise<T>): Promise<{ value: T; wallMs: number }> {
  const start = performance.now();
  const value = await work();
  return { value, wallMs: performance.now() - start };
}

/** An estimate with the interval it lies in; `confidence` is the coverage, in (0, 1). */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
}

/** Thrown when a statistic is asked of data that cannot carry it; the message says what was expected. */
export class StatisticsError extends Error {
  readonly code = "bad-sample";
}

export function requireFinite(name: string, sample: readonly number[], atLeast: number): void {
  if (sample.length < atLeast) {
    throw new StatisticsError(`${name}: expected at least ${atLeast} values, found ${sample.length}`);
  }
  const bad = sample.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new StatisticsError(`${name}: expected finite numbers, found ${bad}`);
}

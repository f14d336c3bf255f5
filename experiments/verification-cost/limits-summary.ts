import type { CostMeasure, CostRow } from "./rows.ts";

/**
 * What the machine did at best in this run (its fastest repeat), for one weight format and number of threads. A model that fits a
 * core's own caches can read faster than the streaming rate.
 */
export interface MachineLimits {
  readonly weightFormat: string;
  readonly threads: number;
  /** Reading with a model that is nearly all matrices. */
  readonly gigaOperationsPerSecond: number;
  /** Decoding with the same model. */
  readonly gigabytesPerSecond: number;
  /** A decode step of a model that computes next to nothing. */
  readonly callMs: number;
}

export function machineLimits(rows: readonly CostRow[]): MachineLimits[] {
  const ofMeasure = (measure: CostMeasure) => rows.filter((row) => row.measure === measure);
  const cells = Map.groupBy(ofMeasure("limit-matrix"), ({ weightFormat, threads }) => `${weightFormat}/${threads}`);
  return [...cells.values()].map((cell) => {
    const { weightFormat, threads } = cell[0]!;
    const stream = ofMeasure("limit-stream").filter(
      (row) => row.weightFormat === weightFormat && row.threads === threads,
    );
    const calls = ofMeasure("limit-call").filter((row) => row.threads === threads);
    return {
      weightFormat,
      threads,
      gigaOperationsPerSecond: Math.max(...cell.map(gigaOperationsPerSecond)),
      gigabytesPerSecond: Math.max(...stream.map(gigabytesPerSecond)),
      callMs: Math.min(...calls.map(({ wallMs, fedTokens }) => wallMs / fedTokens)),
    };
  });
}

export function gigaOperationsPerSecond({ matrixOperations, attentionOperations, wallMs }: CostRow): number {
  return (matrixOperations + attentionOperations) / wallMs / 1e6;
}

export function gigabytesPerSecond({ bytesRead, wallMs }: CostRow): number {
  return bytesRead! / wallMs / 1e6;
}

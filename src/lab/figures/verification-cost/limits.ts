import { median } from "../../statistics/median.ts";
import type { CostMeasure, CostRow } from "./measurement.ts";

/** What the machine did at best in this run, for one weight format and number of threads. */
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
      gigaOperationsPerSecond: median(cell.map(gigaOperationsPerSecond)),
      gigabytesPerSecond: median(stream.map(gigabytesPerSecond)),
      callMs: median(calls.map(({ wallMs, fedTokens }) => wallMs / fedTokens)),
    };
  });
}

export function gigaOperationsPerSecond({ matrixOperations, attentionOperations, wallMs }: CostRow): number {
  return (matrixOperations + attentionOperations) / wallMs / 1e6;
}

export function gigabytesPerSecond({ bytesRead, wallMs }: CostRow): number {
  return bytesRead! / wallMs / 1e6;
}

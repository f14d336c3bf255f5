import { type Scheduling, schedulings } from "../../../actors/world-settings.ts";
import type { NetworkRow } from "./measurement.ts";

/** One run under one scheduling, at its end. */
export interface Cell {
  readonly scheduling: Scheduling;
  readonly run: number;
  readonly network: NetworkRow;
  readonly nodes: readonly NetworkRow[];
  readonly clients: readonly NetworkRow[];
}

/** Accounts at the end of each run. */
export function endsOf(rows: readonly NetworkRow[]): Cell[] {
  const cells = Map.groupBy(rows, ({ scheduling, run }) => `${scheduling}/${run}`);
  return [...cells.values()].map((cell) => {
    const last = cell.filter(({ hours }) => hours === cell.at(-1)!.hours);
    const { scheduling, run } = last[0]!;
    const of = (party: NetworkRow["party"]) => last.filter((row) => row.party === party);
    return { scheduling, run, network: of("network")[0]!, nodes: of("node"), clients: of("client") };
  });
}

/** The schedulings that were played, in the order of their names' list. */
export function playedSchedulings(rows: readonly NetworkRow[]): Scheduling[] {
  return schedulings.filter((scheduling) => rows.some((row) => row.scheduling === scheduling));
}

export function sumOf(rows: readonly NetworkRow[], column: keyof NetworkRow): number {
  return rows.reduce((sum, row) => sum + ((row[column] as number | null) ?? 0), 0);
}

/** All tokens that nodes read and generated, and those of them for jobs that paid another node. */
export function generationTokens({ nodes }: Cell): { total: number; vain: number } {
  return {
    total: sumOf(nodes, "prefillTokens") + sumOf(nodes, "decodeTokens"),
    vain: sumOf(nodes, "vainPrefillTokens") + sumOf(nodes, "vainDecodeTokens"),
  };
}

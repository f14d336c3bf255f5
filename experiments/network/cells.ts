import { type Scheduling, schedulings } from "../../src/actors/world-settings.ts";
import type { NetworkRow } from "./rows.ts";
import { type Population, populations } from "./settings.ts";

/** One run under one scheduling, at its end. */
export interface Cell {
  readonly population: Population;
  readonly scheduling: Scheduling;
  readonly run: number;
  readonly network: NetworkRow;
  readonly nodes: readonly NetworkRow[];
  readonly clients: readonly NetworkRow[];
  readonly verifiers: readonly NetworkRow[];
  readonly miners: readonly NetworkRow[];
}

/** Accounts at the end of each run. */
export function endsOf(rows: readonly NetworkRow[]): Cell[] {
  const cells = Map.groupBy(rows, ({ population, scheduling, run }) => `${population}/${scheduling}/${run}`);
  return [...cells.values()].map((cell) => {
    const last = cell.filter(({ hours }) => hours === cell.at(-1)!.hours);
    const { population, scheduling, run } = last[0]!;
    const of = (party: NetworkRow["party"]) => last.filter((row) => row.party === party);
    return {
      population,
      scheduling,
      run,
      network: of("network")[0]!,
      nodes: of("node"),
      clients: of("client"),
      verifiers: of("verifier"),
      miners: of("miner"),
    };
  });
}

/** Cells of each population and scheduling that were played, in the order of their names' lists. */
export function byScheduling(
  cells: readonly Cell[],
): { population: Population; scheduling: Scheduling; cells: Cell[] }[] {
  return populations
    .flatMap((population) => schedulings.map((scheduling) => ({ population, scheduling })))
    .map((group) => ({
      ...group,
      cells: cells.filter((cell) => cell.population === group.population && cell.scheduling === group.scheduling),
    }))
    .filter((group) => group.cells.length > 0);
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

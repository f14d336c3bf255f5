import type { SummaryTable } from "../../src/lab/results/experiment-report.ts";
import type { Column } from "../../src/lab/results/table.ts";
import { type byScheduling, type Cell, generationTokens, sumOf } from "./cells.ts";
import type { NetworkRow } from "./rows.ts";

const inDigest = (name: string, unit: string | null, description: string): Column => ({
  name,
  type: "number",
  unit,
  description,
});

/** All runs of one scheduling together, a row for each kind of node. */
export function accountsOf(cells: readonly Cell[]): SummaryTable {
  const runs = cells.length;
  const kinds = Map.groupBy(
    cells.flatMap(({ nodes }) => nodes),
    ({ kind }) => kind,
  );
  return {
    caption: `${cells[0]!.scheduling}: accounts of the nodes at the end, ${runs} ${runs === 1 ? "run" : "runs"} together`,
    columns: [
      { name: "kind", type: "text", unit: null, description: "kind of node" },
      inDigest("nodes", null, "in each run"),
      inDigest("begun", null, "jobs begun"),
      inDigest("paid", null, "jobs paid"),
      inDigest("passed", null, "outputs that passed verification"),
      inDigest("caught", null, "outputs that failed verification"),
      inDigest("slashed", null, "stakes lost"),
      inDigest("wrongly", null, "stakes lost by nodes that follow the protocol"),
      inDigest("bankrupt", null, "nodes without another stake"),
      inDigest("coins", "coins", "earned by a node in a run, mean"),
    ],
    rows: [...kinds].map(([kind, rows]) => ({
      kind,
      nodes: rows[0]!.members,
      begun: sumOf(rows, "jobs"),
      paid: sumOf(rows, "paid"),
      passed: sumOf(rows, "passed"),
      caught: sumOf(rows, "failed"),
      slashed: sumOf(rows, "slashed"),
      wrongly: sumOf(rows, "wronglySlashed"),
      bankrupt: sumOf(rows, "bankrupt"),
      coins: Number((sumOf(rows, "earnedCoins") / sumOf(rows, "members")).toPrecision(4)),
    })),
  };
}

/** All runs of one scheduling together, a row for each kind of client. */
export function clientsOf(cells: readonly Cell[]): SummaryTable {
  const kinds = Map.groupBy(
    cells.flatMap(({ clients }) => clients),
    ({ kind }) => kind,
  );
  const mean = (rows: readonly NetworkRow[], column: keyof NetworkRow): number | null =>
    meanOf(rows.flatMap((row) => (row[column] as number | null) ?? []));
  return {
    caption: `${cells[0]!.scheduling}: the clients at the end; times are means over the runs`,
    columns: [
      { name: "kind", type: "text", unit: null, description: "kind of client" },
      inDigest("clients", null, "in each run"),
      inDigest("posted", null, "jobs"),
      inDigest("paid", null, "jobs"),
      inDigest("settled", null, "jobs, in a block"),
      inDigest("passed", null, "outputs that passed verification"),
      inDigest("rejected", null, "outputs that failed it"),
      inDigest("first token", "seconds", "from posting, median"),
      inDigest("verified", "seconds", "from posting to an output that passed, median"),
      inDigest("90 %", "seconds", "the same, 90th percentile"),
      inDigest("read", "tokens", "to verify, for each verified output"),
    ],
    rows: [...kinds].map(([kind, rows]) => ({
      kind,
      clients: rows[0]!.members,
      posted: sumOf(rows, "jobs"),
      paid: sumOf(rows, "paid"),
      settled: sumOf(rows, "settled"),
      passed: sumOf(rows, "passed"),
      rejected: sumOf(rows, "failed"),
      "first token": mean(rows, "firstTokenMedianSeconds"),
      verified: mean(rows, "verifiedMedianSeconds"),
      "90 %": mean(rows, "verifiedP90Seconds"),
      read: ratio(sumOf(rows, "prefillTokens"), sumOf(rows, "passed") + sumOf(rows, "failed")),
    })),
  };
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : Number((values.reduce((a, b) => a + b, 0) / values.length).toPrecision(4));
}

function ratio(amount: number, of: number): number | null {
  return of === 0 ? null : Number((amount / of).toPrecision(4));
}

/** The network as a whole, a row for each population and scheduling: means over its runs. */
export function networkOf(played: ReturnType<typeof byScheduling>): SummaryTable {
  const mean = (own: readonly Cell[], of: (cell: Cell) => number | null): number | null =>
    meanOf(own.flatMap((cell) => of(cell) ?? []));
  return {
    caption: "The network at the end: means over the runs",
    columns: [
      { name: "nodes", type: "text", unit: null, description: "mixed, or only those that follow the protocol" },
      { name: "scheduling", type: "text", unit: null, description: "who works on a job" },
      inDigest("jobs", null, "posted"),
      inDigest("settled", null, "paid in a block"),
      inDigest("first token", "seconds", "median"),
      inDigest("verified", "seconds", "median"),
      inDigest("90 %", "seconds", "to a verified output, 90th percentile"),
      inDigest("in vain", "tokens", "of generation, for jobs that paid another node"),
      inDigest("kJ in vain", "kilojoules", "of that"),
      inDigest("disputes", null, "charges that were taken in and decided"),
      inDigest("messages", null, "sent by their authors"),
      inDigest("traffic", "megabytes", "over all links"),
      inDigest("blocks", null, "in the chain"),
      inDigest("stale", null, "blocks found that are not"),
    ],
    rows: played.map(({ population, scheduling, cells: own }) => ({
      nodes: population,
      scheduling,
      jobs: mean(own, ({ network }) => network.jobs),
      settled: mean(own, ({ clients }) => sumOf(clients, "settled")),
      "first token": mean(own, ({ network }) => network.firstTokenMedianSeconds),
      verified: mean(own, ({ network }) => network.verifiedMedianSeconds),
      "90 %": mean(own, ({ network }) => network.verifiedP90Seconds),
      "in vain": mean(own, (cell) => generationTokens(cell).vain),
      "kJ in vain": mean(own, ({ nodes }) =>
        nodes.some(({ vainJoules }) => vainJoules === null) ? null : sumOf(nodes, "vainJoules") / 1000,
      ),
      disputes: mean(own, ({ network }) => network.disputes),
      messages: mean(own, ({ network }) => network.messages),
      traffic: mean(own, ({ network }) => network.bytes! / 1e6),
      blocks: mean(own, ({ network }) => network.blocks),
      stale: mean(own, ({ network }) => network.staleBlocks),
    })),
  };
}

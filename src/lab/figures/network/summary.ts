import type { Digest } from "../../results/outcome.ts";
import type { Column } from "../../results/table.ts";
import { type byScheduling, type Cell, sumOf } from "./cells.ts";

const inDigest = (name: string, unit: string | null, description: string): Column => ({
  name,
  type: "number",
  unit,
  description,
});

/** All runs of one scheduling together, a row for each kind of node. */
export function accountsOf(cells: readonly Cell[]): Digest {
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

/** The network as a whole, a row for each population and scheduling: means over its runs. */
export function networkOf(played: ReturnType<typeof byScheduling>): Digest {
  const mean = (own: readonly Cell[], of: (cell: Cell) => number | null): number | null => {
    const values = own.flatMap((cell) => of(cell) ?? []);
    return values.length === 0 ? null : Number((values.reduce((a, b) => a + b, 0) / values.length).toPrecision(4));
  };
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
      messages: mean(own, ({ network }) => network.messages),
      traffic: mean(own, ({ network }) => network.bytes! / 1e6),
      blocks: mean(own, ({ network }) => network.blocks),
      stale: mean(own, ({ network }) => network.staleBlocks),
    })),
  };
}

import type { ComputeNode } from "../../actors/compute-node.ts";
import { isBankrupt, nodeEarnedUnits } from "../../actors/group-stats.ts";
import type { World } from "../../actors/world.ts";
import { isOver } from "../../protocol/jobs/job-record.ts";
import { type PlaybackGroup, type PlaybackSnapshot, stages } from "./format.ts";

interface JobCounts {
  readonly open: number;
  readonly waiting: number;
  readonly stages: readonly number[];
  /** In the order of the world's nodes. */
  readonly byNode: readonly NodeTally[];
  readonly settledByClientGroup: readonly number[];
}

interface NodeTally {
  paid: number;
  passed: number;
  failed: number;
  settled: number;
  slashed: number;
}

/**
 * Takes snapshots of one world. It reads what the actors show, draws no random numbers and schedules nothing: the simulation cannot
 * tell. A snapshot costs one pass over the jobs; the accounts are those of group-stats.ts, without what is slow to add up.
 */
export class Snapshots {
  readonly #world: World;
  readonly #nodeByKeyHash = new Map<string, number>();
  readonly #clientGroupByKeyHash = new Map<string, number>();
  #lastRows: readonly (readonly number[])[] = [];

  constructor(world: World) {
    this.#world = world;
    for (const [i, { party }] of world.nodes.entries()) this.#nodeByKeyHash.set(party.wallet.keyHash, i);
    for (const { party, group } of world.clients)
      this.#clientGroupByKeyHash.set(party.wallet.keyHash, world.settings.clients.indexOf(group));
  }

  /** In the order of the rows of a snapshot's `groups`. */
  groups(): PlaybackGroup[] {
    const { nodes, clients, verifiers, miners } = this.#world.settings;
    return [
      ...nodes.map(({ kind, count, honest }) => ({ party: "node", kind, members: count, honest }) as const),
      ...clients.map(({ kind, count }) => ({ party: "client", kind, members: count, honest: null }) as const),
      ...verifiers.map(({ kind, count }) => ({ party: "verifier", kind, members: count, honest: null }) as const),
      { party: "miner", kind: "miner", members: miners, honest: null },
    ];
  }

  take(): PlaybackSnapshot {
    const { kernel, messages, ledger } = this.#world;
    const jobs = this.#countJobs();
    const blocks = ledger.chain.tip.heightBlocks;
    const rows = [
      ...this.#nodeRows(jobs.byNode),
      ...this.#clientRows(jobs.settledByClientGroup),
      ...this.#verifierRows(),
      this.#minerRow(),
    ];
    const lastRows = this.#lastRows;
    this.#lastRows = rows;
    return {
      atUs: kernel.nowUs,
      events: kernel.executed,
      open: jobs.open,
      waiting: jobs.waiting,
      stages: jobs.stages,
      messages: messages.traffic.messages,
      bytes: messages.traffic.bytes,
      blocks,
      staleBlocks: ledger.blocksFound - blocks,
      groups: rows.map((row, group) => (row.every((value, i) => value === lastRows[group]?.[i]) ? null : row)),
    };
  }

  #countJobs(): JobCounts {
    const { runs, ledger, nodes, settings } = this.#world;
    const counts = {
      open: 0,
      waiting: 0,
      stages: stages.map(() => 0),
      byNode: nodes.map((): NodeTally => ({ paid: 0, passed: 0, failed: 0, settled: 0, slashed: 0 })),
      settledByClientGroup: settings.clients.map(() => 0),
    };
    const ofNode = (keyHash: string) => counts.byNode[this.#nodeByKeyHash.get(keyHash)!]!;
    for (const { id, payment, verified, workers } of runs) {
      const record = ledger.jobs.get(id)!;
      counts.stages[stages.indexOf(record.stage)]!++;
      if (payment !== undefined) {
        const tally = ofNode(payment.assignment.node.party.wallet.keyHash);
        tally.paid++;
        if (verified === true) tally.passed++;
        if (verified === false) tally.failed++;
      } else if (!isOver(record)) {
        counts.open++;
        if (workers.size === 0) counts.waiting++;
      }
      if (record.stage === "settled") {
        ofNode(record.payment!.node).settled++;
        counts.settledByClientGroup[this.#clientGroupByKeyHash.get(record.client)!]!++;
      }
      if (record.ruling !== null && record.ruling.slashed !== null) ofNode(record.ruling.slashed).slashed++;
    }
    return counts;
  }

  #nodeRows(tallies: readonly NodeTally[]): number[][] {
    const { settings, nodes } = this.#world;
    const rows = new Map(settings.nodes.map((group) => [group, new Array<number>(12).fill(0)]));
    for (const [i, node] of nodes.entries()) {
      const tally = tallies[i]!;
      const { account, group, party } = node;
      const earnedUnits = nodeEarnedUnits(tally, account, settings);
      const state = stateOf(node, isBankrupt(group, earnedUnits, settings));
      add(rows.get(group)!, [
        Number(state === "generating"),
        Number(state === "starved"),
        Number(state === "bankrupt"),
        account.started,
        account.committed,
        tally.paid,
        tally.passed,
        tally.failed,
        tally.settled,
        tally.slashed,
        earnedUnits,
        party.wallet.units,
      ]);
    }
    return [...rows.values()];
  }

  #clientRows(settled: readonly number[]): number[][] {
    const { settings, clients, kernel } = this.#world;
    const rows = settings.clients.map((_, group) => [0, 0, 0, 0, 0, settled[group]!, 0]);
    for (const { group, account, party, verifiesUntilUs } of clients) {
      const { posted, paid, verified, rejected } = account;
      const verifies = Number(verifiesUntilUs > kernel.nowUs);
      const row = rows[settings.clients.indexOf(group)]!;
      add(row, [verifies, posted, paid, verified - rejected, rejected, 0, party.wallet.units]);
    }
    return rows;
  }

  #verifierRows(): number[][] {
    const { settings, verifiers, kernel } = this.#world;
    const rows = settings.verifiers.map(() => [0, 0, 0]);
    for (const { group, account, party, verifiesUntilUs } of verifiers) {
      const verifies = Number(verifiesUntilUs > kernel.nowUs);
      add(rows[settings.verifiers.indexOf(group)]!, [verifies, account.asked, party.wallet.units]);
    }
    return rows;
  }

  #minerRow(): number[] {
    const row = [0, 0];
    for (const { account, party } of this.#world.miners) add(row, [account.blocks, party.wallet.units]);
    return row;
  }
}

function stateOf(node: ComputeNode, bankrupt: boolean): "idle" | "generating" | "starved" | "bankrupt" {
  if (bankrupt) return "bankrupt";
  if (node.underfunded) return "starved";
  return node.idle ? "idle" : "generating";
}

function add(row: number[], one: readonly number[]): void {
  for (const [column, value] of one.entries()) row[column]! += value;
}

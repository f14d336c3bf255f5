/**
 * The shared ledger's shortcut against the real thing: a run is played again on nodes that each hold their own chain, transaction pool
 * and job pool, and hear of everything by floods over the links of the same network.
 */

import { hash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { clientBehaviors } from "../../src/actors/behaviors/clients.ts";
import { nodeBehaviors } from "../../src/actors/behaviors/nodes.ts";
import { messagePayloadBytes } from "../../src/actors/message-sizes.ts";
import type { Party } from "../../src/actors/party.ts";
import { World } from "../../src/actors/world.ts";
import { type Scheduling, schedulings } from "../../src/actors/world-settings.ts";
import { type Block, blockBytes } from "../../src/protocol/chain/block.ts";
import { Chain } from "../../src/protocol/chain/chain.ts";
import { workAssumed } from "../../src/protocol/chain/proof-of-work.ts";
import { JobPool } from "../../src/protocol/jobs/job-pool.ts";
import type { JobRecord } from "../../src/protocol/jobs/job-record.ts";
import type { JobOperation } from "../../src/protocol/jobs/operations.ts";
import { type Transaction, transactionBytes } from "../../src/protocol/transaction.ts";
import { TransactionPool } from "../../src/protocol/transaction-pool.ts";
import { Kernel } from "../../src/sim/kernel.ts";
import { regionalLinks, regionsByShare } from "../../src/sim/network/links.ts";
import { Network } from "../../src/sim/network/network.ts";
import { Streams } from "../../src/sim/streams.ts";
import { answerMadeUp, clientGroup, nodeGroup, settings } from "./worlds.ts";

type Content =
  | { readonly kind: "operation"; readonly operation: JobOperation }
  | { readonly kind: "transaction"; readonly transaction: Transaction }
  | { readonly kind: "block"; readonly block: Block };

interface Sent {
  readonly fromId: number;
  readonly atUs: number;
  readonly bytes: number;
  /** Refused by the job's client, because another was first. */
  readonly late: boolean;
  readonly content: Content;
}

/** Plays a world and writes down what its parties would flood, from where and when. */
async function recorded(scheduling: Scheduling): Promise<{ world: World; sent: Sent[] }> {
  const world = new World(
    settings({
      scheduling,
      nodes: [
        nodeGroup("honest", 4),
        nodeGroup("truncated", 1, { strategy: { name: "truncated" }, honest: false }),
        nodeGroup("withholding", 1, { behavior: nodeBehaviors.withholds, honest: false }),
      ],
      clients: [
        clientGroup("local", 2),
        clientGroup("trusts", 1, { verification: "none" }),
        clientGroup("never-pays", 1, { behavior: clientBehaviors["never-pays"] }),
      ],
    }),
    { provideOutputs: answerMadeUp, check: true },
  );
  const { ledger, kernel, messages } = world;
  const sent: Sent[] = [];
  const parties: readonly Party[] = [...world.nodes, ...world.clients].map(({ party }) => party);
  const idOf = (keyHash: string): number => parties.find(({ wallet }) => wallet.keyHash === keyHash)!.id;
  const clientOf = (jobId: string): number => idOf(ledger.jobs.get(jobId)!.client);

  const [apply, submit, take] = [ledger.apply, ledger.submit, ledger.take].map((method) => method.bind(ledger)) as [
    typeof ledger.apply,
    typeof ledger.submit,
    typeof ledger.take,
  ];
  ledger.apply = (operation) => {
    const applied = apply(operation);
    // What came too late for the client was flooded all the same.
    if (!applied.ok && operation.type !== "accept" && operation.type !== "commit") return applied;
    const clientId = clientOf(operation.jobId);
    const atClient = (fromId: number, bytes: number) =>
      kernel.nowUs - messages.floodArrivesUs(fromId, clientId, bytes, 0);
    const content = { kind: "operation", operation } as const;
    const late = !applied.ok;
    if (operation.type === "accept" || operation.type === "commit" || operation.type === "charge-unpaid") {
      const fromId = idOf(operation.type === "charge-unpaid" ? operation.by : operation.node);
      const bytes = operation.type === "commit" ? messagePayloadBytes.completed(300) : messagePayloadBytes.accepted;
      sent.push({ fromId, atUs: atClient(fromId, bytes), bytes, late, content });
    } else sent.push({ fromId: clientId, atUs: kernel.nowUs, bytes: 300, late, content });
    return applied;
  };
  ledger.submit = (transaction, fromId) => {
    const content = { kind: "transaction", transaction } as const;
    const from = parties.find(({ wallet }) => transaction.inputs[0]!.scriptSig.startsWith(wallet.publicKey))!;
    sent.push({ fromId: from.id, atUs: kernel.nowUs, bytes: transactionBytes(transaction), late: false, content });
    return submit(transaction, fromId);
  };
  ledger.take = (block) => {
    const taken = take(block);
    const finder = world.miners.find(({ party }) => {
      const to = block.transactions[0]!.outputs[0]!.scriptPubKey;
      return to.kind === "address" && to.keyHash === party.wallet.keyHash;
    })!;
    const content = { kind: "block", block } as const;
    sent.push({
      fromId: finder.party.id,
      atUs: kernel.nowUs,
      bytes: blockBytes(block.transactions),
      late: false,
      content,
    });
    return taken;
  };
  await world.run();
  return { world, sent };
}

/** A node that trusts nobody: it holds everything itself, and keeps what it cannot take in yet until it can. */
class FullNode {
  readonly jobs: JobPool;
  readonly chain: Chain;
  readonly transactions: TransactionPool;
  refusedBlocks = 0;
  readonly #clockMs: () => number;
  #early: Content[] = [];

  constructor({ ledger }: World, clockMs: () => number) {
    this.#clockMs = clockMs;
    this.jobs = new JobPool(ledger.protocol);
    const { parameters } = ledger.protocol;
    this.chain = new Chain(ledger.genesis, parameters, { follower: this.jobs, workCheck: workAssumed });
    this.transactions = new TransactionPool(this.chain.outputs, parameters);
  }

  hear(content: Content): void {
    if (!this.#take(content)) {
      this.#early.push(content);
      return;
    }
    for (let before = -1; before !== this.#early.length; ) {
      before = this.#early.length;
      this.#early = this.#early.filter((one) => !this.#take(one));
    }
  }

  #take(content: Content): boolean {
    const nowMs = this.#clockMs();
    if (content.kind === "operation")
      return this.jobs.apply(content.operation, { nowMs, heightBlocks: this.chain.tip.heightBlocks }).ok;
    if (content.kind === "transaction") return this.transactions.add(content.transaction, this.chain.spendContext()).ok;
    if (this.chain.link(content.block.header.previousHash) === undefined) return false;
    const added = this.chain.add(content.block, nowMs);
    if (!added.ok) {
      this.refusedBlocks++;
      return true;
    }
    const [undone, done] = [added.value.undone, added.value.done].map((blocks) =>
      blocks.flatMap(({ transactions }) => transactions.slice(1)),
    );
    this.transactions.follow(undone!, done!, this.chain.spendContext());
    return true;
  }
}

function replayed(world: World, sent: readonly Sent[]): FullNode[] {
  const kernel = new Kernel();
  const { seed, run } = world.settings;
  const streams = new Streams(seed, run);
  const links = regionalLinks(regionsByShare(streams), streams);
  const network = new Network(kernel, { links, floods: "links" });
  const nowMs = () => world.ledger.genesis.header.timestampMs + Math.floor(kernel.nowUs / 1000);
  const size = world.miners.length + world.clients.length + world.nodes.length + (world.moderator ? 1 : 0);
  const nodes = Array.from({ length: size }, () => new FullNode(world, nowMs));
  for (const node of nodes) network.join(({ payload }) => node.hear(payload as Content));
  for (const [one, other] of world.topology.connections) network.connect(one, other);
  for (const { fromId, atUs, bytes, content } of sent)
    kernel.scheduleAt(atUs, () => {
      nodes[fromId]!.hear(content);
      network.flood(fromId, content.kind, content, bytes);
    });
  kernel.run();
  return nodes;
}

/** What all honest nodes must agree on: everything but commitments that came to some before the payment and to others after it. */
function agreed({ stage, payment, ruling, dispute, dismissed, commitments }: JobRecord) {
  const paid = commitments.find(({ node }) => node === payment?.node) ?? null;
  return { stage, payment, ruling, dispute, dismissed, paid };
}

const outputsOf = (chain: Chain): string[] => [...chain.outputs.entries()].map(([key]) => key).sort();
const digest = (value: unknown): string => hash("sha256", JSON.stringify(value), "hex");

describe.each(schedulings)("%s work", (scheduling) => {
  test("ends on every full node as it ends on the shared ledger", async () => {
    const { world, sent } = await recorded(scheduling);
    const { ledger } = world;
    const records = [...ledger.jobs.records()];
    expect(new Set(records.map(({ stage }) => stage)).size).toBeGreaterThan(1);
    const nodes = replayed(
      world,
      sent.filter(({ late }) => !late),
    );
    for (const node of nodes) {
      expect(node.chain.tip.hash).toBe(ledger.chain.tip.hash);
      expect(outputsOf(node.chain)).toEqual(outputsOf(ledger.chain));
      expect(node.jobs.size).toBe(ledger.jobs.size);
      for (const record of records) expect(agreed(node.jobs.get(record.jobId)!)).toEqual(agreed(record));
    }
    // With one node at work on a job, there is nothing left to disagree about.
    if (scheduling === "central")
      for (const node of nodes)
        for (const record of records) {
          expect(digest(node.jobs.get(record.jobId))).toBe(digest(record));
        }
  });
});

test("what the shared ledger leaves out: nodes that heard another acceptance first refuse the chain's blocks", async () => {
  const { world, sent } = await recorded("exclusive");
  expect(sent.some(({ late }) => late)).toBe(true);
  const refusing = replayed(world, sent).filter(({ refusedBlocks }) => refusedBlocks > 0);
  // A finding about the protocol: the job pool is no part of the consensus, yet blocks are judged by it.
  expect(refusing.length).toBeGreaterThan(0);
  expect(refusing.every(({ chain }) => chain.tip.heightBlocks < world.ledger.chain.tip.heightBlocks)).toBe(true);
});

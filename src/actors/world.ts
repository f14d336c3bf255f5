/**
 * A whole network in one simulation: parties, protocol state, messages and their times. Everything runs in the kernel's order;
 * inference is called through the bridge only (inference-bridge.ts).
 */
import type { Block } from "../protocol/chain/block.ts";
import { unwrap } from "../protocol/result.ts";
import { type Output, type Transaction, transactionBytes } from "../protocol/transaction.ts";
import { bareTokenHash } from "../protocol/verification/token-answer.ts";
import type { EventLog } from "../sim/event-log.ts";
import { Kernel } from "../sim/kernel.ts";
import { FaultTimeline } from "../sim/network/fault-timeline.ts";
import type { NodeId } from "../sim/network/message.ts";
import { Streams } from "../sim/streams.ts";
import { Client } from "./client.ts";
import { ComputeNode, deliverJob } from "./compute-node.ts";
import { connectionsOf, linksOf, type PeerTopology } from "./connections.ts";
import type { DeliveryTimes } from "./delivery-times.ts";
import { Disputes } from "./disputes.ts";
import { FaultyNetworkLatency } from "./faulty-network-latency.ts";
import { GossipLatency } from "./gossip-latency.ts";
import { InferenceBridge } from "./inference-bridge.ts";
import { Invariants } from "./invariants.ts";
import type { JobRun, WorkingNode } from "./job-run.ts";
import { messagePayloadBytes } from "./message-sizes.ts";
import { dropOldBlocks, Miner } from "./miner.ts";
import { Moderator } from "./moderator.ts";
import { outagesOf } from "./outages.ts";
import type { OutputProvider } from "./output-provider.ts";
import { newParty, type Party } from "./party.ts";
import { SharedLedger } from "./shared-ledger.ts";
import type { FoundBlock, SimContext } from "./sim-context.ts";
import { SimulatedDelivery } from "./simulated-delivery.ts";
import { Verifier } from "./verifier.ts";
import type { WorldSettings } from "./world-settings.ts";

const HOUR_US = 3_600_000_000;

export interface WorldOptions {
  readonly provideOutputs: OutputProvider;
  /** Opens the event log, if there is to be one. */
  readonly openLog?: (kernel: Kernel) => EventLog;
  /** Checks the invariants at every block and at the end. */
  readonly check: boolean;
}

export class World implements SimContext {
  readonly settings: WorldSettings;
  readonly kernel: Kernel;
  readonly streams: Streams;
  readonly log: EventLog | undefined;
  readonly topology: PeerTopology;
  readonly messages: DeliveryTimes;
  readonly ledger: SharedLedger;
  readonly disputes: Disputes;
  readonly inference: InferenceBridge;
  readonly nodes: readonly ComputeNode[];
  readonly clients: readonly Client[];
  readonly verifiers: readonly Verifier[];
  readonly miners: readonly Miner[];
  readonly moderator: Moderator | undefined;
  readonly openJobs = new Set<JobRun>();
  readonly runs: JobRun[] = [];
  readonly recentBlocks: FoundBlock[] = [];
  readonly #invariants: Invariants | undefined;
  #tokenByHash: ReadonlyMap<string, number> | undefined;

  constructor(settings: WorldSettings, options: WorldOptions) {
    this.settings = settings;
    this.kernel = new Kernel();
    this.streams = new Streams(settings.seed, settings.run);
    this.log = options.openLog?.(this.kernel);
    this.inference = new InferenceBridge(this.kernel, options.provideOutputs);

    // The few that most messages come from or go to join first.
    const parties = new Parties(this.streams, settings.parameters.minOutputUnits);
    const moderator = settings.scheduling === "central" ? parties.add("moderator") : undefined;
    const miners = Array.from({ length: settings.miners }, (_, i) => parties.add(`miner/${i}`));
    const clients = settings.clients.map((group) => parties.addGroup("client", group));
    const hubs = new Set(parties.all.map(({ id }) => id));
    const verifiers = settings.verifiers.map((group) => parties.addGroup("verifier", group));
    const nodes = settings.nodes.map((group) => parties.addGroup("node", group));
    const relays = [...parties.all];
    // Mere listeners join last, and no message comes from them.
    const listeners = settings.listeners ?? 0;
    for (let i = 0; i < listeners; i++) parties.add(`listener/${i}`);

    const connections = connectionsOf(
      settings.peering ?? "drawn",
      this.streams,
      relays.length,
      settings.outboundConnections,
    );
    this.topology = { size: relays.length, links: linksOf(this.streams), connections };
    this.messages = this.#deliveryTimes(relays, hubs);
    const protocol = {
      rules: { ...settings.rules, acceptance: settings.scheduling === "redundant" ? "redundant" : "exclusive" },
      parameters: settings.parameters,
    } as const;
    const wallets = parties.all.map(({ wallet }) => wallet);
    this.ledger = new SharedLedger(this.kernel, protocol, wallets, allocationsOf(settings, clients, nodes));

    this.disputes = new Disputes(this);
    this.moderator = moderator && new Moderator(this, moderator);
    this.miners = miners.map((party) => new Miner(this, party));
    this.clients = settings.clients.flatMap((group, g) => clients[g]!.map((party) => new Client(this, party, group)));
    this.verifiers = settings.verifiers.flatMap((group, g) =>
      verifiers[g]!.map((party) => new Verifier(this, party, group)),
    );
    this.nodes = settings.nodes.flatMap((group, g) => nodes[g]!.map((party) => new ComputeNode(this, party, group)));
    this.#invariants = options.check ? new Invariants(this.kernel, this.ledger, this.runs, parties.all) : undefined;
    this.#start();
  }

  get endUs(): number {
    return Math.round((this.settings.jobs.hours + this.settings.jobs.settleHours) * HOUR_US);
  }

  #deliveryTimes(parties: readonly Party[], hubs: ReadonlySet<NodeId>): DeliveryTimes {
    const { kernel, streams, settings, topology, endUs: untilUs } = this;
    const { outboundConnections: outbound, outages, listeners = 0 } = settings;
    const timeline = outages && new FaultTimeline(outagesOf(outages, parties), streams, untilUs);
    const times =
      timeline === undefined
        ? new GossipLatency(kernel, topology, hubs, { count: listeners, outbound })
        : new FaultyNetworkLatency(topology, streams, timeline, { retryUs: outages!.retryUs, untilUs });
    const { simulateDelivery: detail } = settings;
    if (detail === undefined) return times;
    return new SimulatedDelivery(kernel, times, topology, { script: timeline?.script, detail });
  }

  #start(): void {
    const { jobs, parameters, miners } = this.settings;
    for (const miner of this.miners) miner.start(parameters.blockIntervalMs * 1000 * miners);
    for (const client of this.clients)
      client.start((HOUR_US / jobs.perHour) * this.clients.length, jobs.hours * HOUR_US);
    for (const node of this.nodes) node.seek();
  }

  /** Runs until a time, by default the end; missing outputs come from inference. */
  async run(untilUs = this.endUs): Promise<void> {
    await this.inference.run({ untilUs });
    this.#invariants?.check();
  }

  flood(from: Party, payloadBytes: number): void {
    this.messages.countFlood(from.id, payloadBytes, this.kernel.nowUs);
  }

  floodArrives(from: Party, to: Party, payloadBytes: number, then: () => void): void {
    this.#at(this.messages.floodArrivesUs(from.id, to.id, payloadBytes, this.kernel.nowUs), then);
  }

  send(from: Party, to: Party, payloadBytes: number, then: () => void): void {
    const { nowUs } = this.kernel;
    this.messages.countDirect(from.id, to.id, payloadBytes, nowUs);
    this.#at(this.messages.directArrivesUs(from.id, to.id, payloadBytes, nowUs), then);
  }

  #at(timeUs: number, then: () => void): void {
    if (timeUs < Infinity) this.kernel.scheduleAt(timeUs, then);
  }

  submit(from: Party, transaction: Transaction): void {
    this.flood(from, transactionBytes(transaction));
    unwrap(this.ledger.submit(transaction, from.id));
  }

  /** Offers a job to free nodes when its flood reaches them; busy ones find it when they are free. */
  jobPosted(run: JobRun): void {
    this.runs.push(run);
    const client = run.client.party;
    if (this.moderator !== undefined) {
      const { moderator } = this;
      this.send(client, moderator.party, run.postedBytes, () => moderator.onJob(run));
      return;
    }
    this.flood(client, run.postedBytes);
    this.openJobs.add(run);
    for (const node of this.nodes) {
      if (!node.idle) continue;
      const arrivalUs = this.messages.floodArrivesUs(client.id, node.party.id, run.postedBytes, run.postedAtUs);
      if (arrivalUs < Infinity) this.kernel.scheduleAt(arrivalUs, deliverJob, { node, run });
    }
  }

  notifyTaken(run: JobRun, other: WorkingNode): void {
    const taker = run.taker!;
    const { startedAtUs } = run.workers.get(taker)!;
    const bytes = messagePayloadBytes.accepted;
    const arrivalUs = this.messages.floodArrivesUs(taker.party.id, other.party.id, bytes, startedAtUs);
    this.#at(Math.max(this.kernel.nowUs, arrivalUs), () => other.stop(run));
  }

  blockFound(finder: Party, block: Block): void {
    const taken = this.ledger.take(block);
    if (taken === undefined) {
      this.log?.record("block.refused", { miner: finder.name });
      return;
    }
    const { link, change, bytes } = taken;
    this.recentBlocks.push({ link, finder, atUs: this.kernel.nowUs, bytes });
    // Cut off, a miner may still have to receive an old one.
    if (this.settings.outages === undefined) dropOldBlocks(this.recentBlocks);
    this.flood(finder, bytes);
    this.log?.record("block.found", {
      miner: finder.name,
      height: link.heightBlocks,
      transactions: block.transactions.length - 1,
      bytes,
      undone: change.undone.length,
    });
    this.#invariants?.check();
    for (const node of this.nodes) node.onBlock();
  }

  tokenByHash(vocabularySize: number): ReadonlyMap<string, number> {
    this.#tokenByHash ??= new Map(Array.from({ length: vocabularySize }, (_, token) => [bareTokenHash(token), token]));
    return this.#tokenByHash;
  }
}

class Parties {
  readonly all: Party[] = [];
  readonly #streams: Streams;
  readonly #minOutputUnits: number;

  constructor(streams: Streams, minOutputUnits: number) {
    this.#streams = streams;
    this.#minOutputUnits = minOutputUnits;
  }

  add(name: string): Party {
    const party = newParty(name, this.all.length, this.#streams, this.#minOutputUnits);
    this.all.push(party);
    return party;
  }

  addGroup(role: string, { kind, count }: { readonly kind: string; readonly count: number }): Party[] {
    return Array.from({ length: count }, (_, i) => this.add(`${role}/${kind}/${i}`));
  }
}

/** Starting money, in the genesis block: a coin for each job a client will post, and nodes' funds in coins of one stake. */
function allocationsOf(
  { clients: clientGroups, nodes: nodeGroups, jobs }: WorldSettings,
  clients: readonly (readonly Party[])[],
  nodes: readonly (readonly Party[])[],
): Output[] {
  const coins = (party: Party, count: number, value: number): Output[] =>
    Array.from({ length: count }, () => ({ value, scriptPubKey: party.wallet.condition }));
  const clientCount = clientGroups.reduce((sum, { count }) => sum + count, 0);
  // The mean and three standard deviations of a Poisson count.
  const mean = (jobs.perHour * jobs.hours) / clientCount;
  const jobCoins = Math.ceil(mean + 3 * Math.sqrt(mean) + 1);
  const stakeCoin = jobs.stakeUnits + jobs.feeUnits;
  return [
    ...clients.flat().flatMap((party) => coins(party, jobCoins, jobs.rewardUnits + jobs.feeUnits)),
    ...nodes.flatMap((group, g) =>
      group.flatMap((party) => coins(party, Math.floor(nodeGroups[g]!.fundsUnits / stakeCoin), stakeCoin)),
    ),
  ];
}

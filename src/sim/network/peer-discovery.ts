import type { Kernel } from "../kernel.ts";
import { Process, type Script } from "../process.ts";
import type { Streams } from "../streams.ts";
import type { Message, NodeId } from "./message.ts";
import type { Network } from "./network.ts";

/** What nodes tell one another about nodes (whitepaper §2.1). */
export interface PeerRecord {
  readonly node: NodeId;
  readonly address: string;
  readonly port: number;
  readonly status: "up" | "down";
  readonly services: readonly string[];
}

// As an entry of Bitcoin's addr message: time 4, services 8, address 16, port 2.
const RECORD_BYTES = 30;
const ASK = "PEERS_ASKED";
const TELL = "PEERS_TOLD";

export interface PeerDiscoveryOptions {
  /** Nodes everybody knows from the start. */
  readonly seeds: readonly NodeId[];
  /** Connections a node tries to have. */
  readonly wantedPeers: number;
  /** Records in an answer at most. */
  readonly recordsPerAnswer: number;
  /** A node asks one of its peers for more addresses this often, in microseconds. */
  readonly askEveryUs: number;
}

/**
 * How nodes find one another: a new one asks the seed nodes, which remember it and answer with addresses they know; it
 * connects to some of them, and goes on asking its peers. Connecting takes one round trip.
 */
export class PeerDiscovery {
  readonly #kernel: Kernel;
  readonly #network: Network;
  readonly #streams: Streams;
  readonly #options: PeerDiscoveryOptions;
  readonly #known = new Map<NodeId, Map<NodeId, PeerRecord>>();
  readonly #own = new Map<NodeId, PeerRecord>();

  constructor(kernel: Kernel, network: Network, streams: Streams, options: PeerDiscoveryOptions) {
    this.#kernel = kernel;
    this.#network = network;
    this.#streams = streams;
    this.#options = options;
  }

  /** Takes part from now on, for as long as the process runs. */
  start(record: PeerRecord): Process {
    this.#own.set(record.node, record);
    this.#known.set(record.node, new Map());
    return new Process(this.#kernel, `peers/${record.node}`, this.#findPeers(record.node));
  }

  /** Records a node has, in the order in which it learnt of them. */
  known(node: NodeId): PeerRecord[] {
    return [...this.#known.get(node)!.values()];
  }

  /** To be called with every message a node receives. True if the message was one of peer discovery. */
  receive(node: NodeId, { header: { type, sender }, payload }: Message): boolean {
    if (type !== ASK && type !== TELL) return false;
    // A node that has not started does not answer.
    if (!this.#known.has(node)) return true;
    if (type === ASK) this.#answer(node, sender);
    this.#learn(node, payload as readonly PeerRecord[]);
    return true;
  }

  *#findPeers(node: NodeId): Script {
    const draw = this.#streams.of(`network/peers/${node}`);
    const { seeds, wantedPeers, askEveryUs } = this.#options;
    const isSeed = seeds.includes(node);
    for (const seed of seeds) {
      if (seed !== node && (yield* this.#connect(node, seed))) this.#ask(node, seed);
    }
    for (;;) {
      yield askEveryUs;
      const strangers = draw.shuffle(this.#strangers(node));
      while (this.#peers(node).length < wantedPeers && strangers.length > 0)
        yield* this.#connect(node, strangers.pop()!);
      // Seeds answer everybody who is new: they are left as soon as there are enough others.
      if (!isSeed && this.#peers(node).length >= wantedPeers)
        for (const seed of seeds) this.#network.disconnect(node, seed);
      const neighbours = this.#network.neighbours(node);
      if (neighbours.length > 0) this.#ask(node, draw.pick(neighbours));
    }
  }

  /** True if the other answered. */
  *#connect(node: NodeId, other: NodeId): Script<boolean> {
    const isNew = this.#network.connect(node, other);
    if (isNew) yield 2 * this.#network.latencyUs(node, other);
    if (this.#network.isUp(other)) return true;
    this.#network.disconnect(node, other);
    const record = this.#known.get(node)!.get(other);
    if (record !== undefined) this.#learn(node, [{ ...record, status: "down" }]);
    return false;
  }

  #ask(node: NodeId, other: NodeId): void {
    this.#network.send(node, other, ASK, [this.#own.get(node)!], RECORD_BYTES);
  }

  #answer(node: NodeId, asker: NodeId): void {
    const records = this.#pickRecords(node, asker);
    this.#network.send(node, asker, TELL, records, records.length * RECORD_BYTES);
  }

  #learn(node: NodeId, records: readonly PeerRecord[]): void {
    const known = this.#known.get(node)!;
    for (const record of records) if (record.node !== node) known.set(record.node, record);
  }

  #pickRecords(node: NodeId, asker: NodeId): PeerRecord[] {
    const others = this.known(node).filter((record) => record.node !== asker && record.status === "up");
    return this.#streams.of(`network/answers/${node}`).shuffle(others).slice(0, this.#options.recordsPerAnswer);
  }

  #peers(node: NodeId): NodeId[] {
    return this.#network.neighbours(node).filter((other) => !this.#options.seeds.includes(other));
  }

  #strangers(node: NodeId): NodeId[] {
    const neighbours = new Set(this.#network.neighbours(node));
    const isStranger = ({ node: other, status }: PeerRecord) =>
      status === "up" && !neighbours.has(other) && !this.#options.seeds.includes(other);
    return this.known(node)
      .filter(isStranger)
      .map((record) => record.node);
  }
}

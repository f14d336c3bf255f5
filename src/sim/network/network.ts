import { SimulationError } from "../errors.ts";
import type { Kernel } from "../kernel.ts";
import type { Stream } from "../streams.ts";
import { Arrivals } from "./arrivals.ts";
import type { Link, LinkModel } from "./links.ts";
import { EVERYBODY, type Message, messageBytes, type NodeId } from "./message.ts";
import { Topology } from "./topology.ts";

/** Gets every message that reaches a node for it or for everybody, and the neighbour it came from. */
export type Receive = (message: Message, from: NodeId) => void;

export interface NetworkOptions {
  readonly links: LinkModel;
  /**
   * How floods travel. "links": every transmission is an event, takes its turn on its link, and can be lost.
   * "shortest-path": each node gets the flood when it would if links were free, at one event for each node that listens.
   * Both agree to the microsecond where links are free.
   */
  readonly floods: "links" | "shortest-path";
  /** Draws which messages are lost; needed for `setLoss`. */
  readonly loss?: Stream;
}

/** What the network carried. Floods by shortest paths are counted when the last node is reached. */
export interface Traffic {
  /** Transmissions over a link, and their bytes. */
  sent: number;
  bytes: number;
  /** Transmissions of a flood to a node that had it already. */
  duplicates: number;
  /** Messages that were lost on the way, or found no way. */
  lost: number;
}

// Shortest paths are kept for use by later floods from the same source, up to about 0.5 GB.
const MAX_KEPT_DELAYS = 2 ** 25;

/**
 * Nodes that send one another messages over links: to one receiver, passed on by those between, or to everybody by flooding.
 * Connections, outages and partitions may change at any time; what is on its way over a link that stops working is lost.
 */
export class Network {
  readonly traffic: Traffic = { sent: 0, bytes: 0, duplicates: 0, lost: 0 };
  readonly #kernel: Kernel;
  readonly #options: NetworkOptions;
  readonly #topology: Topology;
  readonly #receivers: Receive[] = [];
  readonly #listensTo: (ReadonlySet<string> | undefined)[] = [];
  readonly #pathFloods = new Set<PathFlood>();
  readonly #arrivals = new Map<string, Arrivals>();
  #lossProbability = 0;

  constructor(kernel: Kernel, options: NetworkOptions) {
    this.#kernel = kernel;
    this.#options = options;
    this.#topology = new Topology(options.links);
  }

  get size(): number {
    return this.#topology.size;
  }

  /** @param types of floods this node has ever use for; it passes the others on unread. Without it, all. */
  join(receive: Receive, types?: Iterable<string>): NodeId {
    this.#beforeChange();
    this.#receivers.push(receive);
    this.#listensTo.push(types === undefined ? undefined : new Set(types));
    return this.#topology.addNode();
  }

  /** Opens a connection, both ways. False if there is one. */
  connect(one: NodeId, other: NodeId): boolean {
    this.#beforeChange();
    return this.#topology.connect(one, other);
  }

  disconnect(one: NodeId, other: NodeId): boolean {
    this.#beforeChange();
    return this.#topology.disconnect(one, other);
  }

  /** A node that is down neither sends nor receives nor passes on. */
  setUp(node: NodeId, up: boolean): void {
    this.#beforeChange();
    this.#topology.setUp(node, up);
  }

  isUp(node: NodeId): boolean {
    return this.#topology.isUp(node);
  }

  /** Cuts all links between different groups, until `heal`; nodes not named form a group of their own. */
  partition(groups: readonly (readonly NodeId[])[]): void {
    this.#beforeChange();
    this.#topology.partition(groups);
  }

  heal(): void {
    this.#beforeChange();
    this.#topology.heal();
  }

  /** From now on a transmission is lost with this probability. */
  setLoss(probability: number): void {
    if (!(probability >= 0 && probability <= 1)) {
      throw new SimulationError("bad-argument", `loss: expected a probability, got ${probability}`);
    }
    if (probability > 0 && (this.#options.loss === undefined || this.#options.floods === "shortest-path")) {
      throw new SimulationError("bad-argument", 'loss: expected a network with a loss stream and floods over "links"');
    }
    this.#lossProbability = probability;
  }

  /** Nodes to which there is a connection, in the order of connecting, whether they are up or not. */
  neighbours(node: NodeId): NodeId[] {
    return this.#topology.linksFrom(node).map(({ to }) => to);
  }

  /** Latency of the connection between two neighbours in microseconds, one way. */
  latencyUs(from: NodeId, to: NodeId): number {
    const link = this.#topology.linkBetween(from, to);
    if (link === undefined)
      throw new SimulationError("bad-argument", `latency: nodes ${from} and ${to} are not connected`);
    return link.latencyUs;
  }

  /** When a flood of this many bytes, header included, that starts now at the source reaches whom, while nothing changes. */
  arrivals(source: NodeId, bytes: number): Arrivals {
    const key = `${source}/${bytes}`;
    let arrivals = this.#arrivals.get(key);
    if (arrivals === undefined) {
      arrivals = new Arrivals(this.#topology, source, bytes);
      if ((this.#arrivals.size + 1) * this.size > MAX_KEPT_DELAYS) this.#arrivals.delete(firstKey(this.#arrivals));
      this.#arrivals.set(key, arrivals);
    }
    return arrivals;
  }

  /**
   * Sends a message to one receiver: over the link to a neighbour, otherwise passed on along the path of least delay. The
   * simulator finds that path, nodes do not learn it; a link that has stopped working when the message comes to it loses it.
   */
  send(sender: NodeId, receiver: NodeId, type: string, payload: unknown, payloadBytes: number): void {
    const message: Message = { header: { sender, receiver, type, payloadBytes }, payload };
    this.#check(message);
    this.#topology.check(receiver);
    const path = this.#path(message);
    if (path === undefined) this.traffic.lost++;
    else this.#passOn(new Routed(message, path), 0);
  }

  /** Sends a message to everybody: who gets it for the first time passes it on to all other neighbours. */
  flood(sender: NodeId, type: string, payload: unknown, payloadBytes: number): void {
    const message: Message = { header: { sender, receiver: EVERYBODY, type, payloadBytes }, payload };
    this.#check(message);
    if (this.#options.floods === "links") {
      const flood = new LinkFlood(message, this.size);
      flood.seen[sender] = true;
      this.#spread(flood, sender, sender);
    } else {
      const flood = new PathFlood(message, this.arrivals(sender, messageBytes(message)), this.#kernel.nowUs);
      this.#pathFloods.add(flood);
      this.#scheduleNext(flood);
    }
  }

  #check({ header: { sender, type, payloadBytes } }: Message): void {
    this.#topology.check(sender);
    if (!(Number.isSafeInteger(payloadBytes) && payloadBytes >= 0)) {
      throw new SimulationError(
        "bad-argument",
        `message ${type}: expected a payload length in bytes, got ${payloadBytes}`,
      );
    }
  }

  #deliver(node: NodeId, message: Message, from: NodeId): void {
    if (message.header.receiver === EVERYBODY && !this.#listens(node, message.header.type)) return;
    this.#receivers[node]!(message, from);
  }

  #listens(node: NodeId, type: string): boolean {
    return this.#listensTo[node]?.has(type) ?? true;
  }

  // Over links, one event a transmission.

  #transmit(link: Link, carried: Routed | LinkFlood): void {
    const bytes = messageBytes(carried.message);
    const endUs = Math.max(this.#kernel.nowUs, link.freeAtUs) + link.transmissionUs(bytes);
    link.freeAtUs = endUs;
    this.traffic.sent++;
    this.traffic.bytes += bytes;
    if (this.#lossProbability > 0 && this.#options.loss!.chance(this.#lossProbability)) this.traffic.lost++;
    else this.#arriveAt(endUs + link.latencyUs, link, carried);
  }

  #arriveAt(timeUs: number, link: Link, carried: Routed | LinkFlood): void {
    this.#kernel.scheduleAt(timeUs, Network.#arrive, { network: this, link, carried });
  }

  static readonly #arrive = function arrive({ network, link, carried }: Transmission): void {
    if (!network.#topology.stillWorks(link)) network.traffic.lost++;
    else if (carried instanceof Routed) network.#passOn(carried, carried.path.indexOf(link.to));
    else network.#spreadOnce(carried, link);
  };

  #spreadOnce(flood: LinkFlood, link: Link): void {
    if (flood.seen[link.to]) {
      this.traffic.duplicates++;
      return;
    }
    flood.seen[link.to] = true;
    this.#spread(flood, link.to, link.from);
    this.#deliver(link.to, flood.message, link.from);
  }

  #spread(flood: LinkFlood, node: NodeId, exceptTo: NodeId): void {
    for (const link of this.#topology.linksFrom(node)) {
      if (link.to !== exceptTo && this.#topology.works(link)) this.#transmit(link, flood);
    }
  }

  #passOn(routed: Routed, position: number): void {
    const [node, next] = [routed.path[position]!, routed.path[position + 1]];
    if (next === undefined) {
      this.#deliver(node, routed.message, routed.path[position - 1] ?? node);
      return;
    }
    const link = this.#topology.linkBetween(node, next);
    if (link === undefined || !this.#topology.works(link)) this.traffic.lost++;
    else this.#transmit(link, routed);
  }

  /** Nodes from sender to receiver, both included. */
  #path(message: Message): NodeId[] | undefined {
    const { sender, receiver } = message.header;
    if (this.#topology.linkBetween(sender, receiver) !== undefined) return [sender, receiver];
    const arrivals = this.arrivals(sender, messageBytes(message));
    if (arrivals.delayUs(receiver) === Infinity) return undefined;
    const path = [receiver];
    while (path[0] !== sender) path.unshift(arrivals.via(path[0]!));
    return path;
  }

  // By shortest paths, one event for each listening node; only the next of a flood is in the kernel's queue.

  #scheduleNext(flood: PathFlood): void {
    for (;;) {
      const node = flood.arrivals.nth(flood.rank);
      if (node === undefined) break;
      if (this.#listens(node, flood.message.header.type)) {
        const timeUs = flood.startUs + flood.arrivals.delayUs(node);
        flood.event = this.#kernel.scheduleAt(timeUs, Network.#reach, { network: this, flood });
        return;
      }
      flood.rank++;
    }
    // Nobody is left who listens, but others may still be on the point of passing it on when something changes.
    const lastUs = flood.startUs + flood.arrivals.delayUs(flood.arrivals.nth(flood.rank - 1) ?? flood.arrivals.source);
    if (lastUs > this.#kernel.nowUs && lastUs < Infinity) {
      flood.event = this.#kernel.scheduleAt(lastUs, Network.#finish, { network: this, flood });
    } else {
      this.#finishPathFlood(flood);
    }
  }

  static readonly #reach = function reach({ network, flood }: { network: Network; flood: PathFlood }): void {
    const node = flood.arrivals.nth(flood.rank++)!;
    network.#scheduleNext(flood);
    network.#deliver(node, flood.message, flood.arrivals.via(node));
  };

  static readonly #finish = function finish({ network, flood }: { network: Network; flood: PathFlood }): void {
    network.#finishPathFlood(flood);
  };

  #finishPathFlood(flood: PathFlood): void {
    this.#pathFloods.delete(flood);
    let sent = 0;
    let reached = 0;
    for (let node = flood.arrivals.nth(0); node !== undefined; node = flood.arrivals.nth(++reached)) {
      sent += this.#sendingLinks(flood, node).length;
    }
    this.traffic.sent += sent;
    this.traffic.bytes += sent * flood.arrivals.bytes;
    this.traffic.duplicates += sent - Math.max(reached - 1, 0);
  }

  #sendingLinks({ arrivals }: PathFlood, node: NodeId): Link[] {
    const exceptTo = arrivals.via(node);
    return this.#topology.linksFrom(node).filter((link) => link.to !== exceptTo && this.#topology.works(link));
  }

  /**
   * Shortest paths hold as long as nothing changes. Before anything does, floods on their way are handed over to the links:
   * who has got it is marked, what is in flight from them becomes an event.
   */
  #beforeChange(): void {
    for (const flood of this.#pathFloods) this.#handOver(flood);
    this.#pathFloods.clear();
    this.#arrivals.clear();
  }

  #handOver(flood: PathFlood): void {
    this.#kernel.cancel(flood.event);
    const { arrivals, startUs } = flood;
    const nowUs = this.#kernel.nowUs;
    const linkFlood = new LinkFlood(flood.message, this.size);
    const received: NodeId[] = [];
    for (let rank = 0, node = arrivals.nth(0); node !== undefined; node = arrivals.nth(++rank)) {
      const atUs = startUs + arrivals.delayUs(node);
      if (atUs > nowUs) break;
      // At this very microsecond, those have it whose event has run.
      const delivered = rank < flood.rank && this.#listens(node, flood.message.header.type);
      if (atUs === nowUs && rank > 0 && !delivered) continue;
      linkFlood.seen[node] = true;
      received.push(node);
    }
    for (const node of received) {
      for (const link of this.#sendingLinks(flood, node)) {
        this.traffic.sent++;
        this.traffic.bytes += arrivals.bytes;
        const atUs = startUs + arrivals.delayUs(node) + link.transmissionUs(arrivals.bytes) + link.latencyUs;
        if (atUs > nowUs || !linkFlood.seen[link.to]) this.#arriveAt(atUs, link, linkFlood);
        else if (arrivals.via(link.to) !== node) this.traffic.duplicates++;
      }
    }
  }
}

interface Transmission {
  readonly network: Network;
  readonly link: Link;
  readonly carried: Routed | LinkFlood;
}

class Routed {
  readonly message: Message;
  readonly path: readonly NodeId[];

  constructor(message: Message, path: readonly NodeId[]) {
    this.message = message;
    this.path = path;
  }
}

class LinkFlood {
  readonly message: Message;
  readonly seen: boolean[];

  constructor(message: Message, size: number) {
    this.message = message;
    this.seen = new Array<boolean>(size).fill(false);
  }
}

class PathFlood {
  readonly message: Message;
  readonly arrivals: Arrivals;
  readonly startUs: number;
  /** Of the next node to be reached; the source has rank 0. */
  rank = 1;
  event = -1;

  constructor(message: Message, arrivals: Arrivals, startUs: number) {
    this.message = message;
    this.arrivals = arrivals;
    this.startUs = startUs;
  }
}

function firstKey(map: ReadonlyMap<string, unknown>): string {
  return map.keys().next().value ?? "";
}

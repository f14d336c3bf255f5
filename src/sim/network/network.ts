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
  /**
   * A message occupies a link for whole frames of so many bytes, 1 unless given. Floods from one source share their shortest
   * paths when they take equally many frames.
   */
  readonly frameBytes?: number;
  /** Over links, messages take their turn unless this is false: then a link carries any number at once. */
  readonly queueing?: boolean;
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

// Shortest paths are kept for later floods from the same source: this many delays are about 0.7 GB.
const MAX_KEPT_DELAYS = 2 ** 25;
const FIELDS_OF_A_TURN = 3;

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
  readonly #frameBytes: number;
  readonly #pathFloods = new Set<PathFlood>();
  readonly #arrivals = new Map<number, Arrivals>();
  readonly #plans = new Map<Arrivals, Map<string, FloodPlan>>();
  #lossProbability = 0;

  constructor(kernel: Kernel, options: NetworkOptions) {
    this.#kernel = kernel;
    this.#options = options;
    this.#topology = new Topology(options.links);
    this.#frameBytes = options.frameBytes ?? 1;
    if (!(Number.isSafeInteger(this.#frameBytes) && this.#frameBytes >= 1)) {
      throw new SimulationError("bad-argument", `frameBytes: expected a whole number from 1, got ${this.#frameBytes}`);
    }
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
    const framed = this.#framed(bytes);
    // Exact: at most 2^21 nodes, and messages below 4 GB.
    const key = framed * 2 ** 21 + source;
    let arrivals = this.#arrivals.get(key);
    if (arrivals === undefined) {
      arrivals = new Arrivals(this.#topology, source, framed);
      if ((this.#arrivals.size + 1) * this.size > MAX_KEPT_DELAYS) this.#forgetOldestArrivals();
      this.#arrivals.set(key, arrivals);
    }
    return arrivals;
  }

  #forgetOldestArrivals(): void {
    for (const [key, arrivals] of this.#arrivals) {
      this.#arrivals.delete(key);
      this.#plans.delete(arrivals);
      return;
    }
  }

  /**
   * Sends a message to one receiver, along the path of least delay: to a neighbour mostly over their link. The simulator finds that
   * path, nodes do not learn it; a link that has stopped working when the message comes to it loses it.
   */
  send(sender: NodeId, receiver: NodeId, type: string, payload: unknown, payloadBytes: number): void {
    const message: Message = { header: { sender, receiver, type, payloadBytes }, payload };
    this.#check(message);
    this.#topology.check(receiver);
    const path = this.arrivals(sender, messageBytes(message)).path(receiver);
    if (path === undefined) this.traffic.lost++;
    else this.#passOn(new Routed(message, path), 0);
  }

  /** Sends a message to everybody: who gets it for the first time passes it on to all other neighbours. */
  flood(sender: NodeId, type: string, payload: unknown, payloadBytes: number): void {
    const message: Message = { header: { sender, receiver: EVERYBODY, type, payloadBytes }, payload };
    this.#check(message);
    if (this.#options.floods === "links") {
      const flood = new LinkFlood(message, this.size);
      flood.seen[sender] = 1;
      this.#spread(flood, sender, sender);
    } else {
      const arrivals = this.arrivals(sender, messageBytes(message));
      const flood = new PathFlood(this, message, arrivals, this.#plan(arrivals, type), this.#kernel.nowUs);
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

  #framed(bytes: number): number {
    return Math.ceil(bytes / this.#frameBytes) * this.#frameBytes;
  }

  #listens(node: NodeId, type: string): boolean {
    return this.#listensTo[node]?.has(type) ?? true;
  }

  // Over links, one event a transmission.

  #transmit(link: Link, carried: Routed | LinkFlood): void {
    const bytes = messageBytes(carried.message);
    const startUs = this.#options.queueing === false ? this.#kernel.nowUs : Math.max(this.#kernel.nowUs, link.freeAtUs);
    const endUs = startUs + link.transmissionUs(this.#framed(bytes));
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
    if (flood.seen[link.to] === 1) {
      this.traffic.duplicates++;
      return;
    }
    flood.seen[link.to] = 1;
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

  // By shortest paths, one event for each listening node; only the next of a flood is in the kernel's queue.

  /** What all floods of a type by these paths have in common. */
  #plan(arrivals: Arrivals, type: string): FloodPlan {
    const plans = this.#plans.get(arrivals) ?? new Map<string, FloodPlan>();
    this.#plans.set(arrivals, plans);
    let plan = plans.get(type);
    if (plan === undefined) {
      const reached = arrivals.all();
      const listeners = reached.filter((node) => node !== arrivals.source && this.#listens(node, type));
      const turns = Float64Array.from(listeners.flatMap((node) => [arrivals.delayUs(node), node, arrivals.via(node)]));
      const lastDelayUs = arrivals.delayUs(reached.at(-1) ?? arrivals.source);
      const sent = reached.reduce((sum, node) => sum + this.#sendingLinks(arrivals, node).length, 0);
      plan = { turns, lastDelayUs, sent, duplicates: sent - Math.max(reached.length - 1, 0) };
      plans.set(type, plan);
    }
    return plan;
  }

  #scheduleNext(flood: PathFlood): void {
    const { turns, lastDelayUs } = flood.plan;
    const lastUs = flood.startUs + lastDelayUs;
    if (flood.next < turns.length) {
      flood.event = this.#kernel.scheduleAt(flood.startUs + turns[flood.next]!, Network.#reach, flood);
    } else if (lastUs > this.#kernel.nowUs && lastUs < Infinity) {
      // Nobody is left who listens, but others are still to pass it on, if something should change.
      flood.event = this.#kernel.scheduleAt(lastUs, Network.#finish, flood);
    } else {
      this.#finishPathFlood(flood);
    }
  }

  static readonly #reach = function reach(flood: PathFlood): void {
    const { network, plan, message } = flood;
    const turn = flood.next;
    flood.next += FIELDS_OF_A_TURN;
    network.#scheduleNext(flood);
    network.#receivers[plan.turns[turn + 1]!]!(message, plan.turns[turn + 2]!);
  };

  static readonly #finish = function finish(flood: PathFlood): void {
    flood.network.#finishPathFlood(flood);
  };

  #finishPathFlood(flood: PathFlood): void {
    this.#pathFloods.delete(flood);
    this.traffic.sent += flood.plan.sent;
    this.traffic.bytes += flood.plan.sent * messageBytes(flood.message);
    this.traffic.duplicates += flood.plan.duplicates;
  }

  #sendingLinks(arrivals: Arrivals, node: NodeId): Link[] {
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
    this.#plans.clear();
  }

  #handOver(flood: PathFlood): void {
    this.#kernel.cancel(flood.event);
    const { arrivals, startUs } = flood;
    const nowUs = this.#kernel.nowUs;
    const linkFlood = new LinkFlood(flood.message, this.size);
    const received: NodeId[] = [];
    const delivered = new Set<NodeId>();
    for (let turn = 0; turn < flood.next; turn += FIELDS_OF_A_TURN) delivered.add(flood.plan.turns[turn + 1]!);
    for (const node of arrivals.all()) {
      const atUs = startUs + arrivals.delayUs(node);
      if (atUs > nowUs) break;
      // At this very microsecond, those have it whose event has run.
      if (atUs === nowUs && node !== arrivals.source && !delivered.has(node)) continue;
      linkFlood.seen[node] = 1;
      received.push(node);
    }
    for (const node of received) {
      for (const link of this.#sendingLinks(arrivals, node)) {
        this.traffic.sent++;
        this.traffic.bytes += messageBytes(flood.message);
        const atUs = startUs + arrivals.delayUs(node) + link.transmissionUs(arrivals.bytes) + link.latencyUs;
        if (atUs > nowUs || linkFlood.seen[link.to] === 0) this.#arriveAt(atUs, link, linkFlood);
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
  /** 1 for nodes that have it. */
  readonly seen: Uint8Array;

  constructor(message: Message, size: number) {
    this.message = message;
    this.seen = new Uint8Array(size);
  }
}

class PathFlood {
  readonly network: Network;
  readonly message: Message;
  readonly arrivals: Arrivals;
  readonly plan: FloodPlan;
  readonly startUs: number;
  /** Where in the plan the next turn starts. */
  next = 0;
  event = -1;

  constructor(network: Network, message: Message, arrivals: Arrivals, plan: FloodPlan, startUs: number) {
    this.network = network;
    this.message = message;
    this.arrivals = arrivals;
    this.plan = plan;
    this.startUs = startUs;
  }
}

interface FloodPlan {
  /**
   * Of every listener but the source, in the order in which they are reached: microseconds from the start, its number, and that of the
   * neighbour that it has it from. Side by side, since among hundreds of floods every turn is a cache miss.
   */
  readonly turns: Float64Array;
  /** When the last node is reached, listening or not; Infinity if the source is down. */
  readonly lastDelayUs: number;
  readonly sent: number;
  readonly duplicates: number;
}

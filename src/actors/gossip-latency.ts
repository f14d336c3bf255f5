/**
 * When messages arrive, without an event for every node they pass.
 *
 * A flood over free links arrives by shortest paths (src/sim/network proves both ways equal by test), and only few of those who
 * get a message have use for it: asking when it comes to them is enough, and lets 1,000 nodes follow 20,000 jobs. Links are taken
 * as free: a message delays no other.
 */
import type { Kernel } from "../sim/kernel.ts";
import type { Arrivals } from "../sim/network/arrivals.ts";
import type { LinkModel } from "../sim/network/links.ts";
import type { NodeId } from "../sim/network/message.ts";
import { Network } from "../sim/network/network.ts";
import type { PeerTopology } from "./connections.ts";
import { type DeliveryTimes, SIZE_STEP_BYTES, stepsOf, Traffic } from "./delivery-times.ts";

/** Paths of messages of fewer steps are kept at hand; those of blocks are asked for rarely. */
const STEPS_AT_HAND = 16;
/** About 0.2 GB. */
const MAX_DELAYS_AT_HAND = 2 ** 24;

type Direction = "outward" | "inward";

export class GossipLatency implements DeliveryTimes {
  readonly traffic = new Traffic();
  readonly #outward: Network;
  /** The same connections with every link turned round: times from everybody to one node are a flood from it. */
  readonly #inward: Network;
  readonly #hubs: ReadonlySet<NodeId>;
  readonly #floodTransmissions: number;
  /** By node and steps: found faster than by asking the network. Those of hubs are always kept, others as there is room. */
  readonly #atHand: Readonly<Record<Direction, (Arrivals | undefined)[]>>;
  #delaysAtHand = 0;
  /** By the same; 0 where not worked out. */
  readonly #floodCompleteDelayUs: Float64Array;

  /**
   * `hubs` are the few nodes that most messages come from or go to; times between two others cost more to work out. `listeners` open
   * connections, too, and forward nothing: a flood comes to them over each, and nothing reaches anybody through them.
   */
  constructor(
    kernel: Kernel,
    { links, connections, size }: PeerTopology,
    hubs: ReadonlySet<NodeId>,
    listeners: { readonly count: number; readonly outbound: number } = { count: 0, outbound: 0 },
  ) {
    this.#outward = networkOf(kernel, links, size);
    this.#inward = networkOf(kernel, (from, to) => links(to, from), size);
    this.#hubs = hubs;
    this.#floodCompleteDelayUs = new Float64Array(size * STEPS_AT_HAND);
    this.#atHand = { outward: new Array(size * STEPS_AT_HAND), inward: new Array(size * STEPS_AT_HAND) };
    let connected = 0;
    for (const [one, other] of connections) {
      if (!this.#outward.connect(one, other)) continue;
      this.#inward.connect(one, other);
      connected++;
    }
    // Everybody passes a flood on to all neighbours but the one it came from.
    const toListeners = listeners.count * Math.min(listeners.outbound, size);
    this.#floodTransmissions = 2 * connected - Math.max(0, size - 1) + toListeners;
  }

  floodArrivesUs(from: NodeId, to: NodeId, payloadBytes: number, sentAtUs: number): number {
    return sentAtUs + this.delayUs(from, to, payloadBytes);
  }

  /** As soon as a flood would: no path is shorter. */
  directArrivesUs(from: NodeId, to: NodeId, payloadBytes: number, sentAtUs: number): number {
    return this.floodArrivesUs(from, to, payloadBytes, sentAtUs);
  }

  floodCompleteUs(from: NodeId, payloadBytes: number, sentAtUs: number): number {
    return sentAtUs + this.floodCompleteDelayUs(from, payloadBytes);
  }

  /** Microseconds until a message of `payloadBytes` comes from one node to another. */
  delayUs(from: NodeId, to: NodeId, payloadBytes: number): number {
    if (from === to) return 0;
    const steps = stepsOf(payloadBytes);
    // Of two others, the receiver's paths: one that looks for a job asks about many senders at once.
    return this.#hubs.has(from)
      ? this.#paths("outward", from, steps).delayUs(to)
      : this.#paths("inward", to, steps).delayUs(from);
  }

  /**
   * Microseconds after which a message of `payloadBytes` has come from this node to everybody: by way of the hub that
   * makes it come soonest, if not before. Exact for a hub; for others without all their paths being worked out.
   */
  floodCompleteDelayUs(from: NodeId, payloadBytes: number): number {
    const steps = stepsOf(payloadBytes);
    if (steps >= STEPS_AT_HAND) return this.#byWayOfHubsUs(from, steps);
    const place = from * STEPS_AT_HAND + steps;
    this.#floodCompleteDelayUs[place] ||= this.#byWayOfHubsUs(from, steps);
    return this.#floodCompleteDelayUs[place];
  }

  #byWayOfHubsUs(from: NodeId, steps: number): number {
    if (this.#hubs.size === 0 || this.#hubs.has(from)) return this.#paths("outward", from, steps).lastUs();
    let soonest = Infinity;
    for (const hub of this.#hubs) {
      const throughUs = this.#paths("inward", hub, steps).delayUs(from) + this.#paths("outward", hub, steps).lastUs();
      soonest = Math.min(soonest, throughUs);
    }
    return soonest;
  }

  #paths(direction: Direction, node: NodeId, steps: number): Arrivals {
    const network = direction === "outward" ? this.#outward : this.#inward;
    if (steps >= STEPS_AT_HAND) return network.arrivals(node, steps * SIZE_STEP_BYTES);
    const atHand = this.#atHand[direction];
    const place = node * STEPS_AT_HAND + steps;
    const known = atHand[place];
    if (known !== undefined) return known;
    const paths = network.arrivals(node, steps * SIZE_STEP_BYTES);
    if (this.#delaysAtHand < MAX_DELAYS_AT_HAND || this.#hubs.has(node)) {
      atHand[place] = paths;
      this.#delaysAtHand += network.size;
    }
    return paths;
  }

  countFlood(_from: NodeId, payloadBytes: number): void {
    this.traffic.count(payloadBytes, this.#floodTransmissions);
  }

  /** A message to one receiver is taken to be passed on along its path; its transmissions are counted as one. */
  countDirect(_from: NodeId, _to: NodeId, payloadBytes: number): void {
    this.traffic.count(payloadBytes, 1);
  }
}

function networkOf(kernel: Kernel, links: LinkModel, size: number): Network {
  const network = new Network(kernel, { links, floods: "shortest-path" });
  for (let node = 0; node < size; node++) network.join(() => {});
  return network;
}

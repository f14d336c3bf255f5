import { FourAryHeap } from "../four-ary-heap.ts";
import type { NodeId } from "./message.ts";
import type { Topology } from "./topology.ts";

/** What paths are found in: a topology as it is, or as it was or will be. */
export type Passable = Pick<Topology, "size" | "isUp" | "linksFrom" | "works">;

/**
 * When a flood from one source reaches each node, if links are uncontended and nodes pass it on at once: the shortest path,
 * where a link costs its transmission time and latency. Dijkstra's algorithm, only as far as somebody asks.
 */
export class Arrivals {
  readonly source: NodeId;
  readonly bytes: number;
  readonly #topology: Passable;
  readonly #frontier = new FourAryHeap();
  readonly #delayUs: Float64Array;
  readonly #via: Int32Array;
  readonly #reached: Uint8Array;
  readonly #order: NodeId[] = [];
  /** Delay of the node reached last. */
  #reachedUs = -1;

  /** The topology must not change as long as this is used. */
  constructor(topology: Passable, source: NodeId, bytes: number) {
    this.#topology = topology;
    this.source = source;
    this.bytes = bytes;
    this.#delayUs = new Float64Array(topology.size).fill(Infinity);
    this.#via = new Int32Array(topology.size).fill(-1);
    this.#reached = new Uint8Array(topology.size);
    if (!topology.isUp(source)) return;
    this.#delayUs[source] = 0;
    this.#frontier.push(0, source);
  }

  /** The node reached as number `rank`, by delay and then by number; rank 0 is the source. Undefined if so many are not reached. */
  nth(rank: number): NodeId | undefined {
    while (this.#order.length <= rank) if (!this.#reachNext()) return undefined;
    return this.#order[rank];
  }

  /** Microseconds after the start, Infinity for a node that is not reached. */
  delayUs(node: NodeId): number {
    // What was found for a node that is no further than the last one reached cannot get shorter.
    while (!(this.#delayUs[node]! <= this.#reachedUs)) if (!this.#reachNext()) return Infinity;
    return this.#delayUs[node]!;
  }

  /** The neighbour from which the flood comes to a node that is reached; -1 for the source. */
  via(node: NodeId): NodeId {
    this.delayUs(node);
    return this.#via[node]!;
  }

  /** Nodes from the source to one that is reached, both included; undefined for one that is not. */
  path(to: NodeId): NodeId[] | undefined {
    if (this.delayUs(to) === Infinity) return undefined;
    const path = [to];
    while (path[0] !== this.source) path.unshift(this.#via[path[0]!]!);
    return path;
  }

  /** All nodes that are reached, in the order of `nth`. */
  all(): readonly NodeId[] {
    while (this.#reachNext());
    return this.#order;
  }

  /** Delay of the last node that is reached; 0 where the source is down. */
  lastUs(): number {
    while (this.#reachNext());
    return Math.max(0, this.#reachedUs);
  }

  #reachNext(): boolean {
    while (this.#frontier.size > 0) {
      const delayUs = this.#frontier.firstTime();
      const node = this.#frontier.firstOrder();
      this.#frontier.removeFirst();
      // A node is pushed again whenever a shorter way is found; only the shortest counts.
      if (this.#reached[node] === 1) continue;
      this.#reached[node] = 1;
      this.#reachedUs = delayUs;
      this.#order.push(node);
      this.#relax(node, delayUs);
      return true;
    }
    return false;
  }

  #relax(node: NodeId, delayUs: number): void {
    for (const link of this.#topology.linksFrom(node)) {
      if (!this.#topology.works(link)) continue;
      const throughUs = delayUs + link.transmissionUs(this.bytes) + link.latencyUs;
      if (throughUs >= this.#delayUs[link.to]!) continue;
      this.#delayUs[link.to] = throughUs;
      this.#via[link.to] = node;
      this.#frontier.push(throughUs, link.to);
    }
  }
}

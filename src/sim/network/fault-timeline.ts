import { Kernel } from "../kernel.ts";
import type { Streams } from "../streams.ts";
import { type ChurnRates, churn, type Disturbed, type Fault, scheduleFaults } from "./faults.ts";
import type { NodeId } from "./message.ts";

/** All that goes wrong in a run: what a script says, and nodes that come and go at random. */
export interface Outages {
  readonly script: readonly Fault[];
  readonly churn: readonly { readonly nodes: readonly NodeId[]; readonly rates: ChurnRates }[];
}

/** States from a time on, in the order of their times. */
interface Since<State> {
  readonly atUs: number[];
  readonly states: State[];
}

/**
 * What works when. Faults depend on nothing that a network carries, so that they can be played beforehand; afterwards every moment
 * can be asked about, in any order.
 */
export class FaultTimeline {
  /** Everything that happened, in order, as a script without randomness. */
  readonly script: Fault[] = [];
  readonly #kernel = new Kernel();
  readonly #up = new Map<NodeId, Since<boolean>>();
  /** While the script or a churn holds a node down, it is. */
  readonly #heldDownBy = new Map<NodeId, Set<object>>();
  readonly #groups: Since<ReadonlyMap<NodeId, number> | undefined> = { atUs: [], states: [] };
  readonly #loss: Since<number> = { atUs: [], states: [] };
  readonly #changesUs: number[] = [];

  /** @param untilUs nothing changes afterwards */
  constructor({ script, churn: comingAndGoing }: Outages, streams: Streams, untilUs: number) {
    scheduleFaults(this.#kernel, this.#oneCause(), script);
    for (const { nodes, rates } of comingAndGoing) churn(this.#kernel, this.#oneCause(), streams, nodes, rates);
    this.#kernel.run({ untilUs });
  }

  #oneCause(): Disturbed {
    const cause = {};
    return {
      setUp: (node, up) => this.#setUp(cause, node, up),
      partition: (groups) => {
        const groupOf = new Map(groups.flatMap((nodes, group) => nodes.map((node) => [node, group] as const)));
        this.#record(this.#groups, groupOf, (atUs) => ({ atUs, kind: "partition", groups }));
      },
      heal: () => this.#record(this.#groups, undefined, (atUs) => ({ atUs, kind: "heal" })),
      setLoss: (probability) => this.#record(this.#loss, probability, (atUs) => ({ atUs, kind: "loss", probability })),
    };
  }

  #setUp(cause: object, node: NodeId, up: boolean): void {
    const heldDownBy = this.#heldDownBy.get(node) ?? new Set();
    this.#heldDownBy.set(node, heldDownBy);
    const wasUp = heldDownBy.size === 0;
    if (up) heldDownBy.delete(cause);
    else heldDownBy.add(cause);
    const isUp = heldDownBy.size === 0;
    if (isUp === wasUp) return;
    const since = this.#up.get(node) ?? { atUs: [], states: [] };
    this.#up.set(node, since);
    this.#record(since, isUp, (atUs) => ({ atUs, kind: isUp ? "up" : "down", nodes: [node] }));
  }

  #record<State>(since: Since<State>, state: State, fault: (atUs: number) => Fault): void {
    const { nowUs } = this.#kernel;
    since.atUs.push(nowUs);
    since.states.push(state);
    this.#changesUs.push(nowUs);
    this.script.push(fault(nowUs));
  }

  isUp(node: NodeId, atUs: number): boolean {
    const since = this.#up.get(node);
    return since === undefined || (stateAt(since, atUs) ?? true);
  }

  /** Whether a message can pass from one node to another that it is connected to. */
  works(from: NodeId, to: NodeId, atUs: number): boolean {
    if (!this.isUp(from, atUs) || !this.isUp(to, atUs)) return false;
    const groupOf = stateAt(this.#groups, atUs);
    return groupOf === undefined || groupOf.get(from) === groupOf.get(to);
  }

  /** Probability that a transmission which starts then is lost. */
  lossAt(atUs: number): number {
    return stateAt(this.#loss, atUs) ?? 0;
  }

  /** When something changes next, after a time; Infinity if nothing does. */
  nextChangeUs(afterUs: number): number {
    return this.#changesUs[countUntil(this.#changesUs, afterUs)] ?? Infinity;
  }
}

function stateAt<State>({ atUs, states }: Since<State>, timeUs: number): State | undefined {
  return states[countUntil(atUs, timeUs) - 1];
}

/** How many of these times, which are in order, are no later than one. */
function countUntil(timesUs: readonly number[], timeUs: number): number {
  let [low, high] = [0, timesUs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timesUs[middle]! <= timeUs) low = middle + 1;
    else high = middle;
  }
  return low;
}

import type { EventQueue } from "./event-queue.ts";

const FIRST_CAPACITY = 1024;
// The root lies at 3, so that the four children of a node start at a multiple of four: with 16 bytes each, a cache line.
const ROOT = 3;

/** A 4-ary heap in one typed array of (time, order) pairs: nothing is allocated for an event. */
export class FourAryHeap implements EventQueue {
  /** First free position. */
  #end = ROOT;
  #nodes = new Float64Array(2 * FIRST_CAPACITY);

  get size(): number {
    return this.#end - ROOT;
  }

  firstTime(): number {
    return this.#end === ROOT ? Infinity : this.#nodes[2 * ROOT]!;
  }

  firstOrder(): number {
    return this.#nodes[2 * ROOT + 1]!;
  }

  push(time: number, order: number): void {
    if (2 * this.#end === this.#nodes.length) {
      const larger = new Float64Array(2 * this.#nodes.length);
      larger.set(this.#nodes);
      this.#nodes = larger;
    }
    const nodes = this.#nodes;
    let at = this.#end++;
    while (at > ROOT) {
      const parent = (at >> 2) + 2;
      const parentTime = nodes[2 * parent]!;
      const parentOrder = nodes[2 * parent + 1]!;
      if (parentTime < time || (parentTime === time && parentOrder < order)) break;
      nodes[2 * at] = parentTime;
      nodes[2 * at + 1] = parentOrder;
      at = parent;
    }
    nodes[2 * at] = time;
    nodes[2 * at + 1] = order;
  }

  removeFirst(): void {
    const last = --this.#end;
    this.#siftDown(ROOT, this.#nodes[2 * last]!, this.#nodes[2 * last + 1]!);
  }

  /** Takes everything out, in no order. */
  drainInto(list: { push(time: number, order: number): void }): void {
    for (let at = ROOT; at < this.#end; at++) list.push(this.#nodes[2 * at]!, this.#nodes[2 * at + 1]!);
    this.#end = ROOT;
  }

  retain(isLive: (order: number) => boolean): void {
    const nodes = this.#nodes;
    let end = ROOT;
    for (let at = ROOT; at < this.#end; at++) {
      if (!isLive(nodes[2 * at + 1]!)) continue;
      nodes[2 * end] = nodes[2 * at]!;
      nodes[2 * end + 1] = nodes[2 * at + 1]!;
      end++;
    }
    this.#end = end;
    for (let at = ((end - 1) >> 2) + 2; at >= ROOT; at--) this.#siftDown(at, nodes[2 * at]!, nodes[2 * at + 1]!);
  }

  /** Places the event at the free position or below it. */
  #siftDown(at: number, time: number, order: number): void {
    const nodes = this.#nodes;
    const size = this.#end;
    for (;;) {
      let child = 4 * at - 8;
      if (child >= size) break;
      let least = child;
      let leastTime = nodes[2 * child]!;
      const end = Math.min(child + 4, size);
      while (++child < end) {
        const childTime = nodes[2 * child]!;
        if (childTime < leastTime || (childTime === leastTime && nodes[2 * child + 1]! < nodes[2 * least + 1]!)) {
          least = child;
          leastTime = childTime;
        }
      }
      const leastOrder = nodes[2 * least + 1]!;
      if (time < leastTime || (time === leastTime && order < leastOrder)) break;
      nodes[2 * at] = leastTime;
      nodes[2 * at + 1] = leastOrder;
      at = least;
    }
    nodes[2 * at] = time;
    nodes[2 * at + 1] = order;
  }
}

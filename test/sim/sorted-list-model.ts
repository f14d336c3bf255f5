import type { EventHandle, Handler } from "../../src/sim/kernel.ts";

interface Entry {
  readonly time: number;
  readonly priority: number;
  readonly sequence: number;
  readonly run: () => void;
}

/** What the kernel must do, written for obviousness: a list, sorted before every event. */
export class SortedListModel {
  nowUs = 0;
  #sequence = 0;
  #entries: Entry[] = [];

  schedule<A>(delay: number, handler: (() => void) | Handler<A>, argument?: A, priority = 0): EventHandle {
    const sequence = this.#sequence++;
    this.#entries.push({ time: this.nowUs + delay, priority, sequence, run: () => handler(argument as A) });
    return sequence;
  }

  cancel(handle: EventHandle): boolean {
    const before = this.#entries.length;
    this.#entries = this.#entries.filter(({ sequence }) => sequence !== handle);
    return this.#entries.length < before;
  }

  run(): "finished" {
    for (;;) {
      this.#entries.sort((a, b) => a.time - b.time || a.priority - b.priority || a.sequence - b.sequence);
      const first = this.#entries.shift();
      if (first === undefined) return "finished";
      this.nowUs = first.time;
      first.run();
    }
  }
}

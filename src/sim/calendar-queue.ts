import type { EventQueue } from "./event-queue.ts";
import { FourAryHeap } from "./four-ary-heap.ts";
import { LadderQueue } from "./ladder-queue.ts";
import { Pairs } from "./pairs.ts";

// A calendar pays for so many events; fewer are best off in the heap, more on the ladder.
const FROM = 48;
const UP_TO = 8192;
const SLOTS = 4;
const MAX_BUCKETS = 4 * UP_TO;
// A year has so many buckets for each event, of which the near ones hold so many events each.
const BUCKETS_AN_EVENT = 8;
const FILL = 1;
// A review looks after so many detours (empty buckets passed, events kept beside the calendar), and finds more than so many a removal bad.
const DETOURS_TO_REVIEW = 4096;
const BAD_DETOURS = 6;
// Where a calendar has turned out badly so often, it is not tried again for so many times as long.
const LAST_TRIAL = 3;
const REST = 64;

/**
 * A calendar for a few hundred or thousand events: every near event lies in the bucket of its time, most alone there, so that it is put
 * in and taken out with few steps that a processor cannot foresee. Beside it lie a heap, for what finds its bucket full or comes before
 * the present one, and a ladder queue, for what is further away than a year. The first of the three is the first of all, so
 * that a width chosen badly costs time, never order; it is chosen anew from the pending events when it costs too much.
 *
 * After R. Brown, "Calendar queues: a fast O(1) priority queue implementation for the simulation event set problem",
 * Communications of the ACM 31 (1988), whose buckets are sorted lists and whose later years share them.
 */
export class CalendarQueue implements EventQueue {
  readonly #heap = new FourAryHeap();
  readonly #ladder: LadderQueue;
  /** Time of the first event beside the calendar. */
  #besideTime = Infinity;

  // Bucket b of time (whole times `#scale`, rounded down) is at b & #mask; all that lie in the calendar are in #now .. #now + #mask.
  #mask = 0;
  #scale = 0;
  #now = 0;
  #inCalendar = 0;
  #counts = new Uint8Array(0);
  #slots = new Float64Array(0);
  /** Where the first of all lies, as `firstTime` found it; -1 if it is beside the calendar. */
  #at = -1;

  #state: "heap" | "calendar" | "ladder" = "heap";
  #removals = 0;
  #detours = 0;
  #trials = 0;
  #rest = 0;
  #growAt = 0;

  /** @param wanted see LadderQueue */
  constructor(wanted: (order: number) => boolean = () => true) {
    this.#ladder = new LadderQueue(wanted);
  }

  get size(): number {
    return this.#inCalendar + this.#heap.size + this.#ladder.size;
  }

  push(time: number, order: number): void {
    if (this.#state !== "calendar") {
      this.#pushClosed(time, order);
      return;
    }
    const bucket = Math.floor(time * this.#scale);
    const ahead = bucket - this.#now;
    if (ahead >= 0 && ahead <= this.#mask) {
      const place = bucket & this.#mask;
      const count = this.#counts[place]!;
      if (count < SLOTS) {
        const at = 2 * (SLOTS * place + count);
        this.#slots[at] = time;
        this.#slots[at + 1] = order;
        this.#counts[place] = count + 1;
        this.#inCalendar++;
        return;
      }
    }
    this.#pushBeside(time, order, ahead > this.#mask);
  }

  firstTime(): number {
    if (this.#inCalendar === 0) {
      this.#at = -1;
      return this.#state === "heap" ? this.#heap.firstTime() : this.#besideTime;
    }
    const counts = this.#counts;
    const mask = this.#mask;
    let bucket = this.#now;
    let count = counts[bucket & mask]!;
    while (count === 0) count = counts[++bucket & mask]!;
    this.#detours += bucket - this.#now;
    this.#now = bucket;

    const slots = this.#slots;
    let at = 2 * SLOTS * (bucket & mask);
    let time = slots[at]!;
    const end = at + 2 * count;
    for (let other = at + 2; other < end; other += 2) {
      const otherTime = slots[other]!;
      if (otherTime < time || (otherTime === time && slots[other + 1]! < slots[at + 1]!)) {
        at = other;
        time = otherTime;
      }
    }
    this.#at = at;
    return time < this.#besideTime ? time : this.#firstBeside(time, slots[at + 1]!);
  }

  firstOrder(): number {
    if (this.#at >= 0) return this.#slots[this.#at + 1]!;
    if (this.#state === "heap") return this.#heap.firstOrder();
    if (this.#state === "ladder") return this.#ladder.firstOrder();
    return this.#isInHeap() ? this.#heap.firstOrder() : this.#ladder.firstOrder();
  }

  removeFirst(): void {
    if (this.#state === "heap") {
      this.#heap.removeFirst();
      return;
    }
    this.#removals++;
    const at = this.#at;
    if (at < 0) {
      if (this.#state === "ladder") this.#removeFromLadder();
      else this.#removeBeside();
      return;
    }
    const place = this.#now & this.#mask;
    const count = this.#counts[place]! - 1;
    const last = 2 * (SLOTS * place + count);
    this.#slots[at] = this.#slots[last]!;
    this.#slots[at + 1] = this.#slots[last + 1]!;
    this.#counts[place] = count;
    this.#inCalendar--;
    if (this.#detours > DETOURS_TO_REVIEW) this.#review();
  }

  keep(wanted: (order: number) => boolean): void {
    const kept = new Pairs();
    const all = this.#drain();
    for (let index = 0; index < all.count; index++)
      if (wanted(all.order(index))) kept.push(all.time(index), all.order(index));
    this.#settle(kept);
  }

  #pushClosed(time: number, order: number): void {
    if (this.#state === "ladder") {
      this.#ladder.push(time, order);
      if (time < this.#besideTime) this.#besideTime = time;
    } else {
      this.#heap.push(time, order);
      if (this.#heap.size > FROM) this.#settle(this.#drain());
    }
  }

  /** Time of the first of all, when the calendar's first has this time and order and something beside it is no later. */
  #firstBeside(time: number, order: number): number {
    if (this.#besideTime === time) {
      const besideOrder = this.#isInHeap() ? this.#heap.firstOrder() : this.#ladder.firstOrder();
      if (order < besideOrder) return time;
    }
    this.#at = -1;
    return this.#besideTime;
  }

  /** Of the events beside the calendar, whether the first is in the heap. */
  #isInHeap(): boolean {
    const heapTime = this.#heap.firstTime();
    const ladderTime = this.#ladder.firstTime();
    if (heapTime !== ladderTime) return heapTime < ladderTime;
    return this.#heap.firstOrder() < this.#ladder.firstOrder();
  }

  #pushBeside(time: number, order: number, isDistant: boolean): void {
    if (isDistant) this.#ladder.push(time, order);
    else this.#heap.push(time, order);
    if (time < this.#besideTime) this.#besideTime = time;
    this.#detours += 2;
    if (this.size > this.#growAt) this.#settle(this.#drain());
  }

  #removeBeside(): void {
    const time = this.#besideTime;
    if (this.#isInHeap()) this.#heap.removeFirst();
    else this.#ladder.removeFirst();
    this.#besideTime = Math.min(this.#heap.firstTime(), this.#ladder.firstTime());
    // Whatever lies in the calendar is no earlier.
    this.#now = Math.max(this.#now, Math.floor(time * this.#scale));
    this.#detours += 2;
    if (this.#detours > DETOURS_TO_REVIEW) this.#review();
  }

  /** All are on the ladder, until there are few enough for a calendar. */
  #removeFromLadder(): void {
    this.#ladder.removeFirst();
    this.#besideTime = this.#ladder.firstTime();
    if (--this.#rest < 0 && this.#ladder.size < UP_TO / 2) this.#settle(this.#drain());
  }

  #review(): void {
    const isGood = this.#detours <= BAD_DETOURS * this.#removals;
    this.#detours = 0;
    this.#removals = 0;
    if (isGood) {
      this.#trials = 0;
    } else if (++this.#trials < LAST_TRIAL) {
      this.#settle(this.#drain());
    } else {
      this.#trials = 0;
      this.#climb(this.#drain());
    }
  }

  #drain(): Pairs {
    const all = new Pairs();
    for (let place = 0; place <= this.#mask && this.#inCalendar > 0; place++) {
      const first = SLOTS * place;
      for (let slot = first; slot < first + this.#counts[place]!; slot++)
        all.push(this.#slots[2 * slot]!, this.#slots[2 * slot + 1]!);
    }
    this.#counts.fill(0);
    this.#inCalendar = 0;
    this.#heap.drainInto(all);
    this.#ladder.drainInto(all);
    this.#besideTime = Infinity;
    return all;
  }

  /** Puts all events where so many belong. */
  #settle(events: Pairs): void {
    if (events.count <= FROM / 2) this.#close("heap", events);
    else if (events.count > UP_TO) this.#climb(events);
    else this.#open(events);
  }

  #climb(events: Pairs): void {
    this.#rest = REST * events.count;
    this.#close("ladder", events);
  }

  #close(state: "heap" | "ladder", events: Pairs): void {
    this.#state = state;
    for (let index = 0; index < events.count; index++) this.push(events.time(index), events.order(index));
  }

  #open(events: Pairs): void {
    const { count } = events;
    const start = events.firstTime();
    const gap = (events.sampleQuantile(0.5) - start) / (count / 2);
    if (gap === 0) {
      this.#climb(events);
      return;
    }
    const buckets = Math.min(2 ** Math.ceil(Math.log2(BUCKETS_AN_EVENT * count)), MAX_BUCKETS);
    if (this.#counts.length < buckets) {
      this.#counts = new Uint8Array(buckets);
      this.#slots = new Float64Array(2 * SLOTS * buckets);
    }
    this.#state = "calendar";
    this.#mask = buckets - 1;
    this.#scale = Math.min(1, 1 / (FILL * gap));
    this.#now = Math.floor(start * this.#scale);
    this.#growAt = 2 * count;
    for (let index = 0; index < count; index++) this.push(events.time(index), events.order(index));
    this.#detours = 0;
    this.#removals = 0;
  }
}

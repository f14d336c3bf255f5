import type { EventQueue } from "./event-queue.ts";
import { FourAryHeap } from "./four-ary-heap.ts";
import { LadderQueue } from "./ladder-queue.ts";
import { Pairs } from "./pairs.ts";

// A calendar pays for so many events; fewer are best off in the heap, more on the ladder.
const FROM = 48;
const UP_TO = 8192;
// A year has so many slots for each event; where the near half of the events lies, so many events for each slot.
const SLOTS_AN_EVENT = 64;
const FILL = 0.12;
const MAX_SLOTS = 2 ** 17;
const WORD = 32;
// An event that finds so many slots occupied, from its own on, lies in the overflow.
const PROBES = 8;
// Of the clock, #now may run so many slots ahead.
const MAX_DRIFT = 4;
const OVERFLOW = -1;
const STRIDE = 64;
// A review looks after so many detours (empty words passed, slots found occupied, events in the overflow), and finds more than so many
// a removal bad.
const DETOURS_TO_REVIEW = 4096;
const BAD_DETOURS = 3;
// Where a calendar has turned out badly so often, it is not tried again for so many times as long.
const LAST_TRIAL = 3;
const COOLDOWN = 64;

/**
 * A calendar for a few hundred or thousand events: every near event lies in the slot of its time, or, where that is occupied, in order
 * among those in the slots that follow; so it is put in and taken out with few steps that a processor cannot foresee. Its overflow is a
 * heap, for what finds too many slots occupied, and a ladder queue, for what is further away than a year. The first of the three is the
 * first of all, so that a width chosen badly costs time, never order; it is chosen anew from the pending events when it costs too much.
 *
 * After R. Brown, "Calendar queues: a fast O(1) priority queue implementation for the simulation event set problem",
 * Communications of the ACM 31 (1988), with the ordered hash table of O. Amble and D. E. Knuth, The Computer Journal 17 (1974),
 * in place of sorted lists.
 */
export class CalendarQueue implements EventQueue {
  readonly #heap = new FourAryHeap();
  readonly #ladder: LadderQueue;
  /** Time of the first event in the overflow. */
  #overflowTime = Infinity;

  // The slot of a time is the time times #scale, rounded down; slot s is at s & #mask. All before #now are empty. Between an event and
  // the slot of its time (or #now, if that is later) every slot is occupied, so that the occupied ones are in total order: what comes after
  // a free slot belongs there. Slots up to #now + #reach are given out; none while the calendar is closed.
  #mask = 0;
  #reach = -1;
  #scale = 0;
  #now = 0;
  #inCalendar = 0;
  /** A bit for each slot, 1 where it is occupied; slot 0 has the highest of its word. */
  #occupied = new Int32Array(0);
  /** Slot s has its time at 2 * s + 2, its order next to it; slot -1, OVERFLOW, a copy of the first event in the overflow. */
  #slots = new Float64Array(2);
  /** The slot of the first of all, as `firstTime` found it. */
  #at = OVERFLOW;

  #state: "heap" | "calendar" | "ladder" = "heap";
  #removals = 0;
  #detours = 0;
  #trials = 0;
  #cooldown = 0;
  #growAt = FROM;

  /** @param isLive see LadderQueue */
  constructor(isLive: (order: number) => boolean = () => true) {
    this.#ladder = new LadderQueue(isLive);
  }

  get size(): number {
    return this.#inCalendar + this.#heap.size + this.#ladder.size;
  }

  // V8 builds short functions into their callers, and boxes what may come from a call as well as from an array. So the common case of
  // these four is short and reads times and orders from one array; everything else has a function of its own.

  push(time: number, order: number): void {
    const now = this.#now;
    const slot = Math.max(time * this.#scale, now);
    if (slot - now > this.#reach) {
      this.#pushOverflow(time, order, true);
      return;
    }
    const at = slot & this.#mask;
    const occupied = this.#occupied;
    const bits = occupied[at >> 5]!;
    const bit = 1 << ~at;
    if ((bits & bit) !== 0) {
      this.#pushBehind(time, order, at);
      return;
    }
    occupied[at >> 5] = bits | bit;
    const slots = this.#slots;
    slots[2 * at + 2] = time;
    slots[2 * at + 3] = order;
    this.#inCalendar++;
  }

  firstTime(): number {
    if (this.#inCalendar > 0) {
      let word = (this.#now & this.#mask) >> 5;
      let bits = this.#occupied[word]!;
      if (bits === 0) {
        word = this.#nextWord(word);
        bits = this.#occupied[word]!;
      }
      const at = WORD * word + Math.clz32(bits);
      const time = this.#slots[2 * at + 2]!;
      this.#at = at;
      if (time < this.#overflowTime) return time;
    }
    this.#lookInOverflow();
    return this.#slots[2 * this.#at + 2]!;
  }

  firstOrder(): number {
    return this.#slots[2 * this.#at + 3]!;
  }

  removeFirst(): void {
    const at = this.#at;
    if (at === OVERFLOW) {
      this.#removeOverflow();
      return;
    }
    const mask = this.#mask;
    const occupied = this.#occupied;
    const now = this.#now + ((at - this.#now) & mask);
    const next = (at + 1) & mask;
    const isNextOccupied = (occupied[next >> 5]! >>> ~next) & 1;
    if (now - this.#slots[2 * at + 2]! * this.#scale > MAX_DRIFT && isNextOccupied === 1) {
      this.#now = now;
      this.#closeGap(at);
    } else {
      // An event in the next slot may belong before this one, which is then behind #now. Added, the bit costs no branch.
      this.#now = now + isNextOccupied;
      occupied[at >> 5]! ^= 1 << ~at;
    }
    this.#inCalendar--;
    this.#removals++;
    if (this.#detours > DETOURS_TO_REVIEW) this.#review();
  }

  retain(isLive: (order: number) => boolean): void {
    const kept = new Pairs();
    const all = this.#drain();
    for (let index = 0; index < all.count; index++)
      if (isLive(all.order(index))) kept.push(all.time(index), all.order(index));
    this.#settle(kept);
  }

  /** Finds the first of all when the calendar is empty, or the overflow holds something no later than its first, at `#at`. */
  #lookInOverflow(): void {
    const order = this.#firstOverflowOrder();
    if (this.#inCalendar > 0) {
      const at = this.#at;
      if (this.#slots[2 * at + 2] === this.#overflowTime && this.#slots[2 * at + 3]! < order) return;
    }
    this.#at = OVERFLOW;
    this.#slots[0] = this.#overflowTime;
    this.#slots[1] = order;
  }

  #firstOverflowOrder(): number {
    if (this.#state === "heap") return this.#heap.firstOrder();
    if (this.#state === "ladder") return this.#ladder.firstOrder();
    return this.#isInHeap() ? this.#heap.firstOrder() : this.#ladder.firstOrder();
  }

  /** The next word that has a slot taken. */
  #nextWord(word: number): number {
    const lastWord = this.#mask >> 5;
    do {
      word = (word + 1) & lastWord;
      this.#detours++;
    } while (this.#occupied[word] === 0);
    return word;
  }

  /** Puts an event in order among those from its slot, which is taken, to the next free one. */
  #pushBehind(time: number, order: number, at: number): void {
    const occupied = this.#occupied;
    const slots = this.#slots;
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = 1 << ~at;
      if ((occupied[at >> 5]! & bit) === 0) {
        occupied[at >> 5]! |= bit;
        slots[2 * at + 2] = time;
        slots[2 * at + 3] = order;
        this.#inCalendar++;
        this.#detours += probe;
        return;
      }
      const otherTime = slots[2 * at + 2]!;
      const otherOrder = slots[2 * at + 3]!;
      if (time < otherTime || (time === otherTime && order < otherOrder)) {
        slots[2 * at + 2] = time;
        slots[2 * at + 3] = order;
        time = otherTime;
        order = otherOrder;
      }
      at = (at + 1) & this.#mask;
    }
    this.#detours += PROBES;
    this.#pushOverflow(time, order, false);
  }

  /** Empties the slot of #now, and moves those that follow back, until one lies in the slot of its time. */
  #closeGap(gap: number): void {
    const occupied = this.#occupied;
    const slots = this.#slots;
    for (let ahead = 0; ; ahead++) {
      const next = (gap + 1) & this.#mask;
      if ((occupied[next >> 5]! & (1 << ~next)) === 0) break;
      const time = slots[2 * next + 2]!;
      if (time * this.#scale - this.#now >= ahead + 1) break;
      slots[2 * gap + 2] = time;
      slots[2 * gap + 3] = slots[2 * next + 3]!;
      gap = next;
    }
    occupied[gap >> 5]! ^= 1 << ~gap;
  }

  /** Of the events in the overflow, whether the first is in the heap. */
  #isInHeap(): boolean {
    const heapTime = this.#heap.firstTime();
    const ladderTime = this.#ladder.firstTime();
    if (heapTime !== ladderTime) return heapTime < ladderTime;
    return this.#heap.firstOrder() < this.#ladder.firstOrder();
  }

  #pushOverflow(time: number, order: number, isDistant: boolean): void {
    if (time < this.#overflowTime) this.#overflowTime = time;
    if (this.#state === "ladder") {
      this.#ladder.push(time, order);
    } else if (this.#state === "heap") {
      this.#heap.push(time, order);
      if (this.#heap.size > this.#growAt) this.#settle(this.#drain());
    } else {
      this.#pushBeyondHeap(time, order, isDistant);
    }
  }

  #pushBeyondHeap(time: number, order: number, isDistant: boolean): void {
    if (isDistant) this.#ladder.push(time, order);
    else this.#heap.push(time, order);
    this.#detours += 2;
    if (this.size > this.#growAt) this.#settle(this.#drain());
  }

  #removeOverflow(): void {
    if (this.#state === "ladder") {
      this.#removeFromLadder();
    } else if (this.#state === "heap") {
      this.#heap.removeFirst();
      this.#overflowTime = this.#heap.firstTime();
    } else {
      this.#removeBeyondHeap();
    }
  }

  #removeBeyondHeap(): void {
    const time = this.#overflowTime;
    if (this.#isInHeap()) this.#heap.removeFirst();
    else this.#ladder.removeFirst();
    this.#overflowTime = Math.min(this.#heap.firstTime(), this.#ladder.firstTime());
    // Whatever lies in the calendar is no earlier.
    this.#now = Math.max(this.#now, Math.floor(time * this.#scale));
    this.#removals++;
    this.#detours += 2;
    if (this.#detours > DETOURS_TO_REVIEW) this.#review();
  }

  /** All are on the ladder, until there are few enough for a calendar. */
  #removeFromLadder(): void {
    this.#ladder.removeFirst();
    this.#overflowTime = this.#ladder.firstTime();
    if (--this.#cooldown < 0 && this.#ladder.size < UP_TO / 2) this.#settle(this.#drain());
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
    const occupied = this.#occupied;
    for (let word = 0; this.#inCalendar > 0; word++) {
      for (let bits = occupied[word]!; bits !== 0; bits = occupied[word]!) {
        const at = WORD * word + Math.clz32(bits);
        all.push(this.#slots[2 * at + 2]!, this.#slots[2 * at + 3]!);
        occupied[word] = bits ^ (1 << ~at);
        this.#inCalendar--;
      }
    }
    this.#heap.drainInto(all);
    this.#ladder.drainInto(all);
    this.#overflowTime = Infinity;
    return all;
  }

  /** Puts all events where so many belong. */
  #settle(events: Pairs): void {
    if (events.count <= FROM / 2) this.#close("heap", events);
    else if (events.count > UP_TO) this.#climb(events);
    else this.#open(events);
  }

  #climb(events: Pairs): void {
    this.#cooldown = COOLDOWN * events.count;
    this.#close("ladder", events);
  }

  #close(state: "heap" | "ladder", events: Pairs): void {
    this.#state = state;
    this.#growAt = FROM;
    this.#reach = -1;
    this.#scale = 0;
    this.#now = 0;
    // Not in the order of time: a ladder that gets the earliest first divides its later half badly, 10 % of HOLD at 1e6.
    for (let first = 0; first < STRIDE; first++)
      for (let index = first; index < events.count; index += STRIDE) this.push(events.time(index), events.order(index));
  }

  #open(events: Pairs): void {
    const { count } = events;
    const start = events.firstTime();
    const gap = (events.sampleQuantile(0.5) - start) / (count / 2);
    if (gap === 0) {
      this.#climb(events);
      return;
    }
    const slots = Math.min(2 ** Math.ceil(Math.log2(SLOTS_AN_EVENT * count)), MAX_SLOTS);
    if (this.#slots.length < 2 * slots + 2) {
      this.#occupied = new Int32Array(slots / WORD);
      this.#slots = new Float64Array(2 * slots + 2);
    }
    this.#state = "calendar";
    this.#mask = slots - 1;
    // So that the word of #now, which is searched from its start, has no slot of the end of the year.
    this.#reach = slots - 2 * WORD - PROBES;
    this.#scale = Math.min(1, 1 / (FILL * gap));
    this.#now = Math.floor(start * this.#scale);
    this.#growAt = 2 * count;
    for (let index = 0; index < count; index++) this.push(events.time(index), events.order(index));
    this.#detours = 0;
    this.#removals = 0;
  }
}

import type { EventQueue } from "./event-queue.ts";
import { FourAryHeap } from "./four-ary-heap.ts";
import { Pairs } from "./pairs.ts";

// Up to this many events nothing beats the heap.
const HEAP_IS_ENOUGH = 256;
// A bucket up to this size is poured into the heap, a larger one is divided over a rung of its own.
const POUR_UP_TO = 96;
const MAX_BUCKETS = 4096;
const MAX_RUNGS = 8;
// Events in a bucket of a new rung. While the first rung passes, about twice as many come to be added.
const FIRST_RUNG_FILL = 6;
const CHILD_RUNG_FILL = 12;
// The first rung reaches to this quantile of the distant events, as found from a sample: a few late ones cannot stretch it.
const FIRST_RUNG_REACH = 0.9;
const CHUNK = 32;

/**
 * A queue that sorts late. Near events lie in a small heap; those ahead in buckets of equal width, a rung of the ladder; a
 * bucket that is too large when its time comes is divided over a finer rung; what lies beyond the first rung is an unsorted
 * list. An event is moved a few times, mostly along sequential memory, and compared with few others. Times are whole numbers.
 *
 * After W. T. Tang, R. S. M. Goh and I. L.-J. Thng, "Ladder queue: an O(1) priority queue structure for large-scale discrete
 * event simulation", ACM TOMACS 15 (2005); with a heap at the bottom, so that many equal times cost no more than in a heap.
 */
export class LadderQueue implements EventQueue {
  readonly #isLive: (order: number) => boolean;
  // In the heap: times before #nearEnd. On the rungs, coarsest first: from there to before #distantFrom. Then the list.
  readonly #heap = new FourAryHeap();
  #nearEnd = Infinity;
  readonly #rungs: Rung[] = [];
  #onRungs = 0;
  #distantFrom = Infinity;
  readonly #distant = new Pairs();
  readonly #chunks = new Chunks();
  readonly #current = new Pairs();
  #splitAbove = HEAP_IS_ENOUGH;

  /**
   * @param isLive asked about an event when it moves from a bucket into the heap: false drops it. Asking about a whole bucket
   *   also lets the cache misses of those who answer overlap: HOLD at 1e6 gains a quarter.
   */
  constructor(isLive: (order: number) => boolean = () => true) {
    this.#isLive = isLive;
  }

  get size(): number {
    return this.#heap.size + this.#onRungs + this.#distant.count;
  }

  push(time: number, order: number): void {
    if (time < this.#nearEnd) {
      this.#heap.push(time, order);
      if (this.#heap.size > this.#splitAbove) this.#split();
    } else if (time >= this.#distantFrom) {
      this.#distant.push(time, order);
    } else {
      let rung = this.#rungs.length - 1;
      while (time >= this.#rungs[rung]!.end) rung--;
      this.#append(this.#rungs[rung]!, time, order);
    }
  }

  firstTime(): number {
    if (this.#heap.size === 0) this.#refill();
    return this.#heap.firstTime();
  }

  firstOrder(): number {
    return this.#heap.firstOrder();
  }

  removeFirst(): void {
    this.#heap.removeFirst();
  }

  /** Starts again with the events that are wanted. */
  retain(isLive: (order: number) => boolean): void {
    const all = new Pairs();
    this.drainInto(all);
    for (let index = 0; index < all.count; index++) {
      if (isLive(all.order(index))) this.push(all.time(index), all.order(index));
    }
  }

  /** Takes everything out, in no order. */
  drainInto(list: Pairs): void {
    this.#heap.drainInto(list);
    for (const rung of this.#rungs) {
      for (let bucket = rung.next; bucket < rung.buckets; bucket++) list.append(this.#take(rung, bucket));
    }
    list.append(this.#distant);
    this.#rungs.length = 0;
    this.#distant.count = 0;
    this.#nearEnd = Infinity;
    this.#distantFrom = Infinity;
    this.#splitAbove = HEAP_IS_ENOUGH;
  }

  #append(rung: Rung, time: number, order: number): void {
    const bucket = rung.bucketOf(time);
    const count = rung.counts[bucket]!;
    if (count % CHUNK === 0) rung.chunks[bucket] = this.#chunks.add(rung.chunks[bucket]!);
    this.#chunks.set(rung.chunks[bucket]!, count % CHUNK, time, order);
    rung.counts[bucket] = count + 1;
    this.#onRungs++;
  }

  /** Empties a bucket. What it held is valid until the next call. */
  #take(rung: Rung, bucket: number): Pairs {
    this.#current.count = 0;
    const count = rung.counts[bucket]!;
    this.#chunks.moveInto(this.#current, rung.chunks[bucket]!, count);
    rung.counts[bucket] = 0;
    rung.chunks[bucket] = NO_CHUNK;
    this.#onRungs -= count;
    return this.#current;
  }

  /** Brings the next events into the empty heap, if there are any. */
  #refill(): void {
    while (this.#heap.size === 0) {
      const rung = this.#rungs.at(-1);
      if (rung !== undefined) {
        this.#climb(rung);
      } else if (this.#distant.count > 0) {
        this.#layFirstRung();
      } else {
        this.#nearEnd = Infinity;
        this.#distantFrom = Infinity;
        break;
      }
    }
    this.#splitAbove = Math.max(HEAP_IS_ENOUGH, 2 * this.#heap.size);
  }

  /** Goes to the next bucket that holds something, and pours it out or divides it; leaves a rung that is empty. */
  #climb(rung: Rung): void {
    while (rung.next < rung.buckets && rung.counts[rung.next] === 0) rung.next++;
    if (rung.next === rung.buckets) {
      this.#rungs.pop();
      this.#nearEnd = rung.end;
      return;
    }
    const events = this.#take(rung, rung.next++);
    const end = rung.nextFrom();
    if (events.count <= POUR_UP_TO || rung.isFinest || this.#rungs.length === MAX_RUNGS) {
      this.#nearEnd = end;
      for (let index = 0; index < events.count; index++) {
        const order = events.order(index);
        if (this.#isLive(order)) this.#heap.push(events.time(index), order);
      }
    } else {
      this.#divide(events, end);
    }
  }

  #divide(events: Pairs, end: number): void {
    const start = events.firstTime();
    const child = new Rung(start, end, Math.ceil(events.count / CHILD_RUNG_FILL));
    this.#nearEnd = start;
    this.#rungs.push(child);
    for (let index = 0; index < events.count; index++) this.#append(child, events.time(index), events.order(index));
  }

  /** Lays a rung over most of the distant events. */
  #layFirstRung(): void {
    const { count } = this.#distant;
    const start = this.#distant.firstTime();
    const end = this.#distant.sampleQuantile(FIRST_RUNG_REACH) + 1;
    const rung = new Rung(start, end, Math.ceil((FIRST_RUNG_REACH * count) / FIRST_RUNG_FILL));
    this.#nearEnd = start;
    this.#distantFrom = end;
    this.#rungs.push(rung);
    // What stays distant is written behind what has been read.
    this.#distant.count = 0;
    for (let index = 0; index < count; index++) {
      const time = this.#distant.time(index);
      const order = this.#distant.order(index);
      if (time < end) this.#append(rung, time, order);
      else this.#distant.push(time, order);
    }
  }

  /** Sends the later half of a heap that has grown large to the list, or to a rung before the others. */
  #split(): void {
    const events = this.#current;
    events.count = 0;
    this.#heap.drainInto(events);
    this.#splitAbove = 2 * events.count;
    const middle = events.sampleQuantile(0.5);
    // Where half of the times are one and the same, the heap keeps them all; so it does below many rungs.
    if (middle > events.firstTime() && this.#rungs.length < MAX_RUNGS) {
      if (this.#rungs.length === 0) this.#distantFrom = middle;
      else this.#rungs.push(new Rung(middle, this.#nearEnd, Math.ceil(events.count / 2 / CHILD_RUNG_FILL)));
      this.#nearEnd = middle;
    }
    for (let index = 0; index < events.count; index++) this.push(events.time(index), events.order(index));
  }
}

const NO_CHUNK = -1;

/** Buckets of equal width over the times from `start` to before `end`. */
class Rung {
  readonly end: number;
  readonly buckets: number;
  /** The first bucket that has not been emptied. */
  next = 0;
  /** By bucket: how many events, and the last of its chunks. */
  readonly counts: Int32Array;
  readonly chunks: Int32Array;
  readonly #start: number;
  readonly #scale: number;

  constructor(start: number, end: number, buckets: number) {
    this.end = end;
    this.buckets = Math.min(buckets, MAX_BUCKETS, end - start);
    this.#start = start;
    this.#scale = this.buckets / (end - start);
    this.counts = new Int32Array(this.buckets);
    this.chunks = new Int32Array(this.buckets).fill(NO_CHUNK);
  }

  /** Its buckets are a microsecond wide: they cannot be divided. */
  get isFinest(): boolean {
    return this.#scale === 1;
  }

  bucketOf(time: number): number {
    return Math.min(Math.floor((time - this.#start) * this.#scale), this.buckets - 1);
  }

  /** The first time that belongs in the next bucket. Found by `bucketOf`, so that no rounding can put an event behind it. */
  nextFrom(): number {
    if (this.next === this.buckets) return this.end;
    let time = Math.ceil(this.#start + this.next / this.#scale);
    while (this.bucketOf(time) < this.next) time++;
    while (this.bucketOf(time - 1) >= this.next) time--;
    return time;
  }
}

/** Pieces of memory for 32 pairs each, linked into buckets from the last chunk to the first. */
class Chunks {
  #values = new Float64Array(0);
  #previous = new Int32Array(0);
  #free = NO_CHUNK;

  /** A chunk to follow the one given. */
  add(previous: number): number {
    if (this.#free === NO_CHUNK) this.#grow();
    const chunk = this.#free;
    this.#free = this.#previous[chunk]!;
    this.#previous[chunk] = previous;
    return chunk;
  }

  set(chunk: number, index: number, time: number, order: number): void {
    const at = 2 * (chunk * CHUNK + index);
    this.#values[at] = time;
    this.#values[at + 1] = order;
  }

  /** Moves the events of a bucket into a list and frees its chunks. */
  moveInto(list: Pairs, last: number, count: number): void {
    let inChunk = ((count - 1) % CHUNK) + 1;
    for (let chunk = last; chunk !== NO_CHUNK; inChunk = CHUNK) {
      const first = 2 * chunk * CHUNK;
      for (let at = first; at < first + 2 * inChunk; at += 2) list.push(this.#values[at]!, this.#values[at + 1]!);
      const previous = this.#previous[chunk]!;
      this.#previous[chunk] = this.#free;
      this.#free = chunk;
      chunk = previous;
    }
  }

  #grow(): void {
    const size = this.#previous.length;
    const values = new Float64Array(2 * CHUNK * Math.max(2 * size, 16));
    const previous = new Int32Array(values.length / 2 / CHUNK);
    values.set(this.#values);
    previous.set(this.#previous);
    for (let chunk = previous.length - 1; chunk >= size; chunk--) {
      previous[chunk] = this.#free;
      this.#free = chunk;
    }
    this.#values = values;
    this.#previous = previous;
  }
}

import { CalendarQueue } from "./calendar-queue.ts";
import { SimulationError } from "./errors.ts";
import type { EventQueue } from "./event-queue.ts";

export type Handler<Argument> = (argument: Argument) => void;

/** Names one scheduled event for `cancel`, and never another one. */
export type EventHandle = number;

/** One event, as an observer sees it just before its handler runs. */
export interface EventRecord {
  readonly timeUs: number;
  readonly priority: number;
  /** Grows with every event scheduled; not every number is used. */
  readonly sequence: number;
  /** The handler's function name, with the argument's name where it has one: `deliver(node/17)`. */
  readonly name: string;
}

export interface RunLimits {
  /** Run no event after this time, and leave the clock there. */
  readonly untilUs?: number;
  /** Stop after this many events. */
  readonly maxEvents?: number;
}

/**
 * Why a run ended: nothing is pending; the time or number of events asked for is reached; `stop` was called; or the first
 * pending event waits for somebody outside the simulation (see questions.ts).
 */
export type RunEnd = "finished" | "until" | "max-events" | "stopped" | "waiting";

// An event's order is one double, priority * 2^45 + sequence: exact for 255 priorities and 3.5e13 events.
const SEQUENCES = 2 ** 45;
const MAX_PRIORITY = 127;
const MAX_TIME_US = Number.MAX_SAFE_INTEGER;
const FIRST_CAPACITY = 1024;
const SWEEP_FROM = 1000;

const cancelled: Handler<unknown> = () => {};

/** What an event of `passGate` waits for: while the gate is closed, the run ends with "waiting" when its time has come. */
export interface Gate {
  readonly open: boolean;
  pass(): void;
}

/** The handler of an event that depends on somebody outside; its argument is the gate. See questions.ts. */
export const passGate = function passGate(gate: Gate): void {
  gate.pass();
} as Handler<unknown> & Handler<Gate>;

/**
 * The discrete-event kernel: a clock in whole microseconds and a queue of pending events.
 *
 * Events run one at a time in the total order (time, priority, sequence): the lower priority number first, and among
 * equals the one scheduled first. An event is a function and its argument; scheduling one allocates nothing.
 */
export class Kernel {
  #nowUs = 0;
  #executed = 0;
  #running = false;
  #stopped = false;
  readonly #queue: EventQueue;
  readonly #observer: ((event: EventRecord) => void) | undefined;

  // Handlers and arguments lie in a ring, at the event's sequence modulo its length. A sequence whose place is still
  // taken is skipped, so that the order alone leads to the handler: no free list, and new events fill neighbouring places.
  // Place p holds the order at #orders[p], the handler at #payload[2 * p] (undefined when free), its argument beside it.
  #sequence = -1;
  #capacity = FIRST_CAPACITY;
  #growAt = 0.75 * FIRST_CAPACITY;
  #orders = new Float64Array(FIRST_CAPACITY);
  #payload: unknown[] = new Array(2 * FIRST_CAPACITY).fill(undefined);
  /** In the queue, cancelled ones included. */
  #queued = 0;
  #cancelledPending = 0;

  /**
   * @param options.observer called before each event
   * @param options.queue another queue than the calendar, to compare queues
   */
  constructor(options: { readonly observer?: (event: EventRecord) => void; readonly queue?: EventQueue } = {}) {
    this.#observer = options.observer;
    this.#queue = options.queue ?? new CalendarQueue((order) => this.#isWanted(order));
  }

  /** The clock, in microseconds since the start of the run. */
  get nowUs(): number {
    return this.#nowUs;
  }

  /** Events executed so far; cancelled ones do not count. */
  get executed(): number {
    return this.#executed;
  }

  /** Events waiting to be executed. */
  get pending(): number {
    return this.#queued - this.#cancelledPending;
  }

  /**
   * Runs `handler(argument)` after a delay of whole microseconds.
   *
   * @param priority whole number from -127 to 127; at equal times the lower one runs first
   * @throws SimulationError for a delay that is negative, not whole, not a number, or leads past 2^53 - 1
   */
  schedule(delayUs: number, handler: () => void): EventHandle;
  schedule<A>(delayUs: number, handler: Handler<A>, argument: A, priority?: number): EventHandle;
  schedule(delayUs: number, handler: Handler<never>, argument?: unknown, priority = 0): EventHandle {
    const timeUs = this.#nowUs + delayUs;
    if (!(delayUs >= 0 && Math.floor(delayUs) === delayUs && timeUs <= MAX_TIME_US)) {
      throw badTime("delay", delayUs, this.#nowUs);
    }
    return this.#insert(timeUs, handler, argument, priority);
  }

  /** Runs `handler(argument)` at a time in whole microseconds, now or later. */
  scheduleAt(timeUs: number, handler: () => void): EventHandle;
  scheduleAt<A>(timeUs: number, handler: Handler<A>, argument: A, priority?: number): EventHandle;
  scheduleAt(timeUs: number, handler: Handler<never>, argument?: unknown, priority = 0): EventHandle {
    if (!(timeUs >= this.#nowUs && Math.floor(timeUs) === timeUs && timeUs <= MAX_TIME_US)) {
      throw badTime("time", timeUs, this.#nowUs);
    }
    return this.#insert(timeUs, handler, argument, priority);
  }

  /** Takes a pending event back. False if it has run, runs now, or was cancelled before. */
  cancel(handle: EventHandle): boolean {
    const place = this.#placeOf(handle);
    const handler = this.#payload[2 * place];
    if (this.#orders[place] !== handle || handler === undefined || handler === cancelled) return false;
    this.#payload[2 * place] = cancelled;
    this.#payload[2 * place + 1] = undefined;
    this.#cancelledPending++;
    // Cancelled events wait in the queue for their time; when they are most of it, it is rebuilt without them.
    if (this.#cancelledPending > SWEEP_FROM && this.#cancelledPending * 2 > this.#queued) {
      this.#queue.retain((order) => this.#isWanted(order));
    }
    return true;
  }

  /** Executes events in order until there is a reason to end. The next call goes on where this one stopped. */
  run(limits: RunLimits = {}): RunEnd {
    if (this.#running) throw new SimulationError("bad-argument", "run: called from inside an event");
    if (limits.untilUs !== undefined && !Number.isSafeInteger(limits.untilUs)) {
      throw new SimulationError("bad-time", `run: expected untilUs in whole microseconds, got ${limits.untilUs}`);
    }
    this.#running = true;
    this.#stopped = false;
    try {
      return this.#execute(limits.untilUs ?? Infinity, limits.maxEvents ?? Infinity);
    } finally {
      this.#running = false;
    }
  }

  /** Ends the run after the event that calls it. */
  stop(): void {
    this.#stopped = true;
  }

  #insert(timeUs: number, handler: Handler<never>, argument: unknown, priority: number): EventHandle {
    if (priority !== 0) checkPriority(priority);
    if (this.#queued === this.#growAt) this.#grow();
    this.#queued++;
    const payload = this.#payload;
    let place: number;
    do place = this.#placeOf(++this.#sequence);
    while (payload[2 * place] !== undefined);
    const order = priority * SEQUENCES + this.#sequence;
    this.#orders[place] = order;
    payload[2 * place] = handler;
    payload[2 * place + 1] = argument;
    this.#queue.push(timeUs, order);
    return order;
  }

  #execute(untilUs: number, maxEvents: number): RunEnd {
    const queue = this.#queue;
    let eventsLeft = maxEvents;
    let handler = cancelled;
    let argument: unknown;
    let order = 0;
    try {
      while (!this.#stopped) {
        const timeUs = queue.firstTime();
        if (timeUs > untilUs || timeUs === Infinity) return this.#rest(untilUs);
        if (eventsLeft <= 0) return "max-events";
        // The payload is read before the queue is mended, so that its cache miss overlaps with the queue's.
        order = queue.firstOrder();
        const payload = this.#payload;
        const place = this.#placeOf(order);
        handler = payload[2 * place] as Handler<unknown>;
        argument = payload[2 * place + 1];
        if (handler === passGate && !(argument as Gate).open) {
          this.#nowUs = timeUs;
          return "waiting";
        }
        payload[2 * place] = undefined;
        payload[2 * place + 1] = undefined;
        queue.removeFirst();
        this.#queued--;
        if (handler === cancelled) {
          this.#cancelledPending--;
          continue;
        }
        this.#nowUs = timeUs;
        this.#executed++;
        eventsLeft--;
        if (this.#observer !== undefined) this.#observer(this.#describe(order, handler, argument));
        handler(argument);
      }
      return "stopped";
    } catch (error) {
      throw this.#failure(order, handler, argument, error);
    }
  }

  #rest(untilUs: number): RunEnd {
    if (untilUs !== Infinity && untilUs > this.#nowUs) this.#nowUs = untilUs;
    return this.pending === 0 ? "finished" : "until";
  }

  /** The low bits of a sequence, or of an order: priorities only change bits from 2^45 up. */
  #placeOf(order: number): number {
    return (order | 0) & (this.#capacity - 1);
  }

  #grow(): void {
    const orders = this.#orders;
    const payload = this.#payload;
    const places = this.#capacity;
    this.#capacity = 2 * places;
    this.#growAt = 0.75 * this.#capacity;
    this.#orders = new Float64Array(this.#capacity);
    this.#payload = new Array(2 * this.#capacity).fill(undefined);
    for (let from = 0; from < places; from++) {
      if (payload[2 * from] === undefined) continue;
      const to = this.#placeOf(orders[from]!);
      this.#orders[to] = orders[from]!;
      this.#payload[2 * to] = payload[2 * from];
      this.#payload[2 * to + 1] = payload[2 * from + 1];
    }
  }

  /** False for a cancelled event, which is then forgotten: the queue drops it. */
  #isWanted(order: number): boolean {
    const place = this.#placeOf(order);
    if (this.#payload[2 * place] !== cancelled) return true;
    this.#payload[2 * place] = undefined;
    this.#queued--;
    this.#cancelledPending--;
    return false;
  }

  #describe(order: number, handler: Handler<unknown>, argument: unknown): EventRecord {
    const priority = Math.floor(order / SEQUENCES);
    const sequence = order - priority * SEQUENCES;
    return { timeUs: this.#nowUs, priority, sequence, name: originOf(handler, argument) };
  }

  #failure(order: number, handler: Handler<unknown>, argument: unknown, error: unknown): SimulationError {
    const { timeUs, sequence, name } = this.#describe(order, handler, argument);
    const message = error instanceof Error ? error.message : String(error);
    return new SimulationError("event-failed", `event ${name} at ${timeUs} us (sequence ${sequence}): ${message}`, {
      cause: error,
    });
  }
}

function checkPriority(priority: number): void {
  if (Number.isInteger(priority) && Math.abs(priority) <= MAX_PRIORITY) return;
  throw new SimulationError("bad-argument", `priority: expected a whole number from -127 to 127, got ${priority}`);
}

function originOf(handler: Handler<unknown>, argument: unknown): string {
  const origin = handler.name || "anonymous";
  if (typeof argument !== "object" || argument === null || !("name" in argument)) return origin;
  return typeof argument.name === "string" ? `${origin}(${argument.name})` : origin;
}

function badTime(what: "delay" | "time", value: number, nowUs: number): SimulationError {
  const past = what === "delay" ? value < 0 : value < nowUs;
  if (past) return new SimulationError("time-in-the-past", `${what}: ${value} us lies before now, ${nowUs} us`);
  return new SimulationError(
    "bad-time",
    `${what}: expected whole microseconds leading to at most 2^53 - 1, got ${value} at ${nowUs} us`,
  );
}

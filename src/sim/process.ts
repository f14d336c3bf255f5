import { SimulationError } from "./errors.ts";
import type { EventHandle, Kernel } from "./kernel.ts";
import { Signal } from "./signal.ts";
import { Waitable, type Waiter } from "./waitable.ts";

/**
 * A script of a process: `yield 500` sleeps 500 microseconds, `yield waitable` waits for it and gives its value (a signal, a
 * request for a resource, a question, another process). See `result` for a typed wait.
 */
export type Script<Result = void> = Generator<number | Waitable<unknown>, Result, unknown>;

/** What a script catches where it waited, when somebody called `interrupt` on its process. */
export class Interrupt extends Error {
  override readonly name = "Interrupt";

  constructor(cause: unknown) {
    super("interrupted", { cause });
  }
}

/**
 * A generator that lives in virtual time. It starts in an event of its own, at the time of its creation. Waiting for a
 * process gives what its script returned, or undefined if it was stopped. An error that leaves the script fails the run.
 */
export class Process<Result = void> extends Waitable<Result | undefined> implements Waiter {
  readonly name: string;
  readonly #script: Script<Result>;
  // Only there once somebody waits for the end: most processes end unseen.
  #end: Signal<Result | undefined> | undefined;
  #finished = false;
  #result: Result | undefined;
  #running = false;
  // While it waits: for an event that resumes it, or for a waitable that has not called yet, or (just woken) both.
  #resumption: EventHandle | undefined;
  #waitingFor: Waitable<unknown> | undefined;
  #message: unknown;
  #interrupt: Interrupt | undefined;

  constructor(kernel: Kernel, name: string, script: Script<Result>) {
    super(kernel);
    this.name = name;
    this.#script = script;
    this.#resumeAfter(0);
  }

  get finished(): boolean {
    return this.#finished;
  }

  get value(): Result | undefined {
    return this.#result;
  }

  override join(waiter: Waiter): boolean {
    if (this.#finished) return true;
    this.#end ??= new Signal(this.kernel);
    return this.#end.join(waiter);
  }

  override leave(waiter: Waiter): void {
    this.#end?.leave(waiter);
  }

  /**
   * Throws an Interrupt inside the script, where it waits, in an event at the present time; what it waited for is left.
   * False if the process has ended or an earlier interrupt is still on its way.
   */
  interrupt(cause: unknown): boolean {
    if (this.#finished || this.#interrupt !== undefined) return false;
    this.#abandonWait("interrupt");
    this.#interrupt = new Interrupt(cause);
    this.#resumeAfter(0);
    return true;
  }

  /** Ends the process where it waits, now: its `finally` blocks run, then those that wait for it are woken. */
  stop(): void {
    if (this.#finished) return;
    this.#abandonWait("stop");
    this.#running = true;
    this.#follow(this.#script.return(undefined as Result));
  }

  /** Called by what the process waits for. */
  wake(value: unknown): void {
    this.#message = value;
    this.#resumeAfter(0);
  }

  #resumeAfter(delayUs: number): void {
    this.#resumption = this.kernel.schedule(delayUs, resume, this as unknown as Process<unknown>);
  }

  #abandonWait(action: string): void {
    if (this.#running)
      throw new SimulationError("bad-process", `${action}: process ${this.name} cannot do that to itself`);
    if (this.#resumption !== undefined) this.kernel.cancel(this.#resumption);
    this.#resumption = undefined;
    this.#waitingFor?.leave(this);
    this.#waitingFor = undefined;
    this.#message = undefined;
  }

  /** Not for users: runs the script to its next wait, inside the event that resumes it. */
  advance(): void {
    this.#resumption = undefined;
    this.#waitingFor = undefined;
    this.#running = true;
    const message = this.#message;
    const interrupt = this.#interrupt;
    this.#message = undefined;
    this.#interrupt = undefined;
    this.#follow(interrupt === undefined ? this.#script.next(message) : this.#script.throw(interrupt));
  }

  /** Goes on until the script waits or returns; what is ready at once is no wait. */
  #follow(first: IteratorResult<number | Waitable<unknown>, Result>): void {
    let step = first;
    for (;;) {
      if (step.done === true) break;
      const wanted = step.value;
      if (typeof wanted === "number") {
        this.#running = false;
        this.#resumeAfter(wanted);
        return;
      }
      if (!(wanted instanceof Waitable)) throw this.#badYield(wanted);
      if (!wanted.join(this)) {
        this.#running = false;
        this.#waitingFor = wanted;
        return;
      }
      step = this.#script.next(wanted.value);
    }
    this.#running = false;
    this.#finished = true;
    this.#result = step.value;
    this.#end?.fire(step.value);
  }

  #badYield(wanted: unknown): SimulationError {
    const expected = "expected microseconds or something to wait for";
    return new SimulationError("bad-process", `process ${this.name} yielded ${String(wanted)}: ${expected}`);
  }
}

function resume(process: Process<unknown>): void {
  process.advance();
}

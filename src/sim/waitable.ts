import type { Kernel } from "./kernel.ts";

/** Who is notified when a wait is over. Once notified, it schedules an event: nothing of its own runs inside the notifier. */
export interface Waiter {
  wake(value: unknown): void;
}

/** Something a process can `yield`, or a callback can be attached to. */
export abstract class Waitable<T> {
  protected readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /**
   * Begins a wait. True when there is nothing to wait for: the waiter goes on at once with `value`, and is not woken.
   * False when the waiter will be woken, once, later.
   */
  abstract join(waiter: Waiter): boolean;

  /** Ends a wait early: the waiter gives up, even if it has just been woken. */
  abstract leave(waiter: Waiter): void;

  /** What the wait yields, once `join` has answered true. */
  abstract readonly value: T;

  /** Calls the handler with the value: at once when there is nothing to wait for, otherwise in an event of its own. */
  whenReady(handler: (value: T) => void): void {
    if (this.join(new Callback(this.kernel, handler))) handler(this.value);
  }
}

/** For scripts: `const reply = yield* result(question)` is `yield question` with the type of its value. */
export function* result<T>(waitable: Waitable<T>): Generator<Waitable<T>, T, unknown> {
  return (yield waitable) as T;
}

class Callback<T> implements Waiter {
  readonly #kernel: Kernel;
  readonly #handler: (value: T) => void;
  #value: T | undefined;

  constructor(kernel: Kernel, handler: (value: T) => void) {
    this.#kernel = kernel;
    this.#handler = handler;
  }

  get name(): string {
    return this.#handler.name;
  }

  wake(value: unknown): void {
    this.#value = value as T;
    this.#kernel.schedule(0, Callback.#callBack, this as Callback<unknown>);
  }

  static readonly #callBack = function callBack(callback: Callback<unknown>) {
    callback.#handler(callback.#value);
  };
}

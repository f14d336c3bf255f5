import { SimulationError } from "./errors.ts";
import { Waitable, type Waiter } from "./waitable.ts";

/** Something that happens once: those that wait are woken, in the order of waiting; those that come later do not wait. */
export class Signal<T = void> extends Waitable<T> {
  #waiters: Waiter[] = [];
  #fired = false;
  #value: T | undefined;

  get fired(): boolean {
    return this.#fired;
  }

  get value(): T {
    return this.#value as T;
  }

  fire(value: T): void {
    if (this.#fired) throw new SimulationError("bad-argument", "fire: this signal has fired before");
    this.#fired = true;
    this.#value = value;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.wake(value);
  }

  override join(waiter: Waiter): boolean {
    if (!this.#fired) this.#waiters.push(waiter);
    return this.#fired;
  }

  override leave(waiter: Waiter): void {
    const index = this.#waiters.indexOf(waiter);
    if (index >= 0) this.#waiters.splice(index, 1);
  }
}

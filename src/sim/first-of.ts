import type { EventHandle, Kernel } from "./kernel.ts";
import { Waitable, type Waiter } from "./waitable.ts";

/** Which of several waits ended first, by position, and with what value. */
export interface First {
  readonly index: number;
  readonly value: unknown;
}

/**
 * Waits for the first of several things and gives the others up; a number is a delay in microseconds, so
 * `firstOf(kernel, [reply, 5_000_000])` is a wait with a timeout. What is ready at once wins in the order given.
 */
export function firstOf(kernel: Kernel, choices: readonly (Waitable<unknown> | number)[]): Waitable<First> {
  const waitables = choices.map((choice) => (typeof choice === "number" ? new Delay(kernel, choice) : choice));
  return new FirstOf(kernel, waitables);
}

class FirstOf extends Waitable<First> {
  readonly #choices: readonly Waitable<unknown>[];
  #branches: Branch[] = [];
  #first: First | undefined;

  constructor(kernel: Kernel, choices: readonly Waitable<unknown>[]) {
    super(kernel);
    this.#choices = choices;
  }

  get value(): First {
    return this.#first!;
  }

  override join(waiter: Waiter): boolean {
    for (const [index, choice] of this.#choices.entries()) {
      const branch = new Branch(choice, (value) => {
        this.#leaveAllBut(branch);
        waiter.wake({ index, value });
      });
      if (choice.join(branch)) {
        this.#leaveAllBut(branch);
        this.#first = { index, value: choice.value };
        return true;
      }
      this.#branches.push(branch);
    }
    return false;
  }

  /** Also gives up a branch that has won but not been consumed, such as a grant that must go back. */
  override leave(): void {
    for (const branch of this.#branches) branch.choice.leave(branch);
    this.#branches = [];
  }

  #leaveAllBut(winner: Branch): void {
    for (const branch of this.#branches) if (branch !== winner) branch.choice.leave(branch);
    this.#branches = [winner];
  }
}

class Branch implements Waiter {
  readonly choice: Waitable<unknown>;
  readonly wake: (value: unknown) => void;

  constructor(choice: Waitable<unknown>, wake: (value: unknown) => void) {
    this.choice = choice;
    this.wake = wake;
  }
}

class Delay extends Waitable<void> {
  readonly #delayUs: number;
  #event: EventHandle | undefined;

  constructor(kernel: Kernel, delayUs: number) {
    super(kernel);
    this.#delayUs = delayUs;
  }

  readonly value = undefined;

  override join(waiter: Waiter): boolean {
    this.#event = this.kernel.schedule(this.#delayUs, timeOut, waiter);
    return false;
  }

  override leave(): void {
    if (this.#event !== undefined) this.kernel.cancel(this.#event);
  }
}

function timeOut(waiter: Waiter): void {
  waiter.wake(undefined);
}

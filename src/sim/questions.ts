import { SimulationError } from "./errors.ts";
import { type Gate, type Kernel, passGate, type RunEnd, type RunLimits } from "./kernel.ts";
import { Signal } from "./signal.ts";
import { Waitable, type Waiter } from "./waitable.ts";

/**
 * Questions that only somebody outside the simulation can answer (a language model, a person, another program).
 *
 * An event asks, and states when the answer can first matter. The kernel runs on without it up to that time; then `run` ends
 * with "waiting", and the caller answers all outstanding questions as one batch and runs on. The answer
 * takes effect in an event whose place in the order was fixed when the question was asked, so neither the order nor the
 * moment in which answers arrive can change the run. Nothing inside the simulation is asynchronous.
 */
export class Questions<Asked, Answer> {
  readonly #kernel: Kernel;
  readonly #outstanding = new Set<Question<Asked, Answer>>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Unanswered questions, in the order of asking. */
  get outstanding(): readonly Question<Asked, Answer>[] {
    return [...this.#outstanding];
  }

  /**
   * Asks. The later the answer is needed, the more questions share a batch.
   *
   * @param neededInUs the earliest delay after which the answer has an effect, such as the least time that work can take
   */
  ask(asked: Asked, neededInUs = 0): Question<Asked, Answer> {
    const question = new Question<Asked, Answer>(this.#kernel, asked, neededInUs, (over) =>
      this.#outstanding.delete(over),
    );
    this.#outstanding.add(question);
    return question;
  }

  /**
   * Runs the kernel, and hands all outstanding questions to `answer` whenever it has to wait: the one place with an await.
   * `answer` must resolve at least the questions whose time has come (`due`).
   */
  async run(
    answer: (questions: readonly Question<Asked, Answer>[]) => void | Promise<void>,
    limits: RunLimits = {},
  ): Promise<RunEnd> {
    const lastEvent = this.#kernel.executed + (limits.maxEvents ?? Infinity);
    for (;;) {
      const end = this.#kernel.run({ ...limits, maxEvents: lastEvent - this.#kernel.executed });
      if (end !== "waiting") return end;
      const due = this.outstanding.filter((question) => question.due);
      await answer(this.outstanding);
      const missing = due.find((question) => !question.open);
      if (missing !== undefined) {
        const asked = `question asked at ${missing.askedAtUs} us, needed at ${missing.neededAtUs} us`;
        throw new SimulationError("unanswered-question", `${asked}: no answer came; resolve it before going on`);
      }
    }
  }
}

/** Waiting for a question gives its answer, at the time at which it is needed. */
export class Question<Asked, Answer> extends Waitable<Answer> implements Gate {
  readonly asked: Asked;
  readonly askedAtUs: number;
  readonly neededAtUs: number;
  readonly #onOver: (question: Question<Asked, Answer>) => void;
  readonly #signal: Signal<Answer>;
  readonly #event: number;
  #answer: Answer | undefined;
  #state: "asked" | "answered" | "dropped" = "asked";

  constructor(kernel: Kernel, asked: Asked, neededInUs: number, onOver: (question: Question<Asked, Answer>) => void) {
    super(kernel);
    this.asked = asked;
    this.askedAtUs = kernel.nowUs;
    this.neededAtUs = kernel.nowUs + neededInUs;
    this.#onOver = onOver;
    this.#signal = new Signal(kernel);
    this.#event = kernel.schedule(neededInUs, passGate, this);
  }

  /** Called from outside, at any moment, once. */
  resolve(answer: Answer): void {
    if (this.#state !== "asked") {
      throw new SimulationError(
        "bad-argument",
        `resolve: the question asked at ${this.askedAtUs} us was ${this.#state}`,
      );
    }
    this.#state = "answered";
    this.#answer = answer;
    this.#onOver(this);
  }

  /** Nobody needs the answer any more: those that wait are not woken. Does nothing once answered. */
  drop(): void {
    if (this.#state !== "asked") return;
    this.#state = "dropped";
    this.kernel.cancel(this.#event);
    this.#onOver(this);
  }

  /** True when the kernel can go no further without the answer. */
  get due(): boolean {
    return this.#state === "asked" && this.neededAtUs <= this.kernel.nowUs;
  }

  /** Gate: the kernel may execute the event at which the answer is needed. */
  get open(): boolean {
    return this.#state === "answered";
  }

  /** Gate: executed at the time at which the answer is needed. */
  pass(): void {
    this.#signal.fire(this.#answer as Answer);
  }

  get value(): Answer {
    return this.#signal.value;
  }

  override join(waiter: Waiter): boolean {
    return this.#signal.join(waiter);
  }

  override leave(waiter: Waiter): void {
    this.#signal.leave(waiter);
  }
}

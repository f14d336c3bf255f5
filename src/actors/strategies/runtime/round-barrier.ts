/**
 * Many tasks that each ask the model now and then, run so that the model is asked in rounds: a round begins when every
 * task still running waits for an answer, and takes all their questions at once. Who shares a round with whom follows from
 * the tasks alone, never from how the event loop fell.
 */
export interface PendingQuestion<Question> {
  readonly question: Question;
  /** Answers it; the task goes on while the round does. */
  resolve(answer: unknown): void;
}

export class RoundBarrier<Question> {
  readonly #answerAll: (round: readonly PendingQuestion<Question>[]) => Promise<void>;
  #running = 0;
  #answering = false;
  #round: (PendingQuestion<Question> & { reject(reason: unknown): void })[] = [];

  constructor(answerAll: (round: readonly PendingQuestion<Question>[]) => Promise<void>) {
    this.#answerAll = answerAll;
  }

  /** Runs all tasks to their ends, good or bad. */
  run<Result>(tasks: readonly (() => Promise<Result>)[]): Promise<PromiseSettledResult<Result>[]> {
    this.#running += tasks.length;
    return Promise.allSettled(
      tasks.map(async (task) => {
        try {
          return await task();
        } finally {
          this.#running--;
          this.#beginRoundIfAllWait();
        }
      }),
    );
  }

  ask<Answer>(question: Question): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.#round.push({ question, resolve: resolve as (answer: unknown) => void, reject });
      this.#beginRoundIfAllWait();
    });
  }

  /** A task may ask several questions at once; then a round may begin before others have asked, which costs speed only. */
  #beginRoundIfAllWait(): void {
    if (this.#answering || this.#round.length === 0 || this.#round.length < this.#running) return;
    const round = this.#round;
    this.#round = [];
    this.#answering = true;
    this.#answerAll(round)
      .catch((error: unknown) => {
        for (const { reject } of round) reject(error);
      })
      .finally(() => {
        this.#answering = false;
        this.#beginRoundIfAllWait();
      });
  }
}

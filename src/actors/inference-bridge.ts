/** Where the simulation meets inference: answers that are known are there at once, the rest is asked for in one batch. */
import type { Kernel, RunEnd, RunLimits } from "../sim/kernel.ts";
import { type Question, Questions } from "../sim/questions.ts";
import type { OutputProvider, OutputRecord, OutputRequest } from "./output-provider.ts";
import type { StrategyChoice } from "./strategies/index.ts";

export class InferenceBridge {
  readonly #questions: Questions<OutputRequest, OutputRecord>;
  readonly #provideOutputs: OutputProvider;
  readonly #known = new Map<string, OutputRecord>();
  readonly #names = new WeakMap<StrategyChoice, string>();

  constructor(kernel: Kernel, provideOutputs: OutputProvider) {
    this.#questions = new Questions(kernel);
    this.#provideOutputs = provideOutputs;
  }

  /** Whether the answer is known or not must not change the run: it always comes in the event of its time. */
  ask(question: OutputRequest, neededInUs: number): Question<OutputRequest, OutputRecord> {
    const asked = this.#questions.ask(question, neededInUs);
    const known = this.#known.get(this.#keyOf(question));
    if (known !== undefined) asked.resolve(known);
    return asked;
  }

  run(limits: RunLimits = {}): Promise<RunEnd> {
    return this.#questions.run((outstanding) => this.#answerAll(outstanding), limits);
  }

  async #answerAll(outstanding: readonly Question<OutputRequest, OutputRecord>[]): Promise<void> {
    const missing = new Map<string, OutputRequest>();
    for (const { asked } of outstanding)
      if (!this.#known.has(this.#keyOf(asked))) missing.set(this.#keyOf(asked), asked);
    const answers = await this.#provideOutputs([...missing.values()]);
    for (const [i, key] of [...missing.keys()].entries()) {
      const answer = answers[i];
      if (answer === undefined) throw new RangeError(`${missing.size} outputs requested, ${answers.length} answers`);
      this.#known.set(key, answer);
    }
    for (const question of outstanding) question.resolve(this.#known.get(this.#keyOf(question.asked))!);
  }

  #keyOf({ prompt, strategy }: OutputRequest): string {
    let name = this.#names.get(strategy);
    if (name === undefined) {
      name = JSON.stringify(strategy);
      this.#names.set(strategy, name);
    }
    return `${prompt.number}/${name}`;
  }
}

import type { InferenceContext } from "./context.ts";
import type { Answer, Question } from "./next-token.ts";

/**
 * Asks about a few places of a sequence again, one by one from the last to the first: each costs a step of two tokens
 * on the KV cache in place of a pass over everything before it. Two, because one alone would run the vector kernel of a
 * generation step, whose rounding differs.
 *
 * @param sequence what the slot holds, and at least one token more
 * @param indices places whose prediction is wanted, ascending, at least 1; the slot ends up cut behind the first of them
 */
export async function askAgain(
  context: InferenceContext,
  slot: number,
  sequence: readonly number[],
  indices: readonly number[],
  ask: (index: number) => Question,
): Promise<{ answers: ReadonlyMap<number, Answer>; fedTokens: number }> {
  const answers = new Map<number, Answer>();
  for (const index of indices.toReversed()) {
    await context.shorten(slot, index - 1);
    const feed = [{ token: sequence[index - 1]!, ask: ask(index) }, { token: sequence[index]! }];
    const [asked] = await context.evaluate([{ slot, feed }]);
    answers.set(index, asked![0]!);
  }
  return { answers, fedTokens: 2 * indices.length };
}

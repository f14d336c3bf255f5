import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RoundBarrier } from "../../../../src/actors/strategies/runtime/round-barrier.ts";

/** Answers every question with its double, and writes down who was asked together. */
function doubling() {
  const rounds: number[][] = [];
  const barrier: RoundBarrier<number> = new RoundBarrier(async (round) => {
    rounds.push(round.map(({ question }) => question));
    for (const { question, resolve } of round) {
      await new Promise((later) => setImmediate(later));
      resolve(2 * question);
    }
  });
  return { rounds, barrier };
}

describe("tasks behind a barrier", () => {
  test("each round takes one question of every task still running", async () => {
    const { rounds, barrier } = doubling();
    const asks =
      (...questions: number[]) =>
      async () => {
        let sum = 0;
        for (const question of questions) sum += await barrier.ask<number>(question);
        return sum;
      };
    const ends = await barrier.run([asks(1, 2, 3), asks(10), asks(), asks(100, 200)]);
    expect(rounds).toEqual([[1, 10, 100], [2, 200], [3]]);
    expect(ends.map((end) => end.status === "fulfilled" && end.value)).toEqual([12, 20, 0, 600]);
  });

  test("a task that fails does not hold up the others", async () => {
    const { barrier } = doubling();
    const ends = await barrier.run([
      async () => {
        throw new Error("no idea");
      },
      async () => barrier.ask<number>(4),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  });

  test("a round that fails fails for those who asked in it", async () => {
    const barrier: RoundBarrier<number> = new RoundBarrier(async () => {
      throw new Error("the model is gone");
    });
    const ends = await barrier.run([() => barrier.ask(1), () => barrier.ask(2)]);
    expect(ends.map((end) => end.status === "rejected" && end.reason.message)).toEqual(
      Array.from({ length: 2 }, () => "the model is gone"),
    );
  });

  test("every question is answered once, one round at a time, however tasks ask", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 }), { maxLength: 6 }),
        async (plans) => {
          let answering = false;
          let answered = 0;
          const barrier: RoundBarrier<number> = new RoundBarrier(async (round) => {
            expect(answering).toBe(false);
            answering = true;
            for (const { question, resolve } of round) {
              await Promise.resolve();
              answered++;
              resolve(question);
            }
            answering = false;
          });
          const tasks = plans.map((plan) => async () => {
            for (const atOnce of plan) await Promise.all(Array.from({ length: atOnce }, () => barrier.ask(atOnce)));
          });
          const ends = await barrier.run(tasks);
          expect(ends.every(({ status }) => status === "fulfilled")).toBe(true);
          expect(answered).toBe(plans.flat().reduce((sum, atOnce) => sum + atOnce, 0));
        },
      ),
      { numRuns: 50 },
    );
  });
});

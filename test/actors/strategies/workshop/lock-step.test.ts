import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LockStep } from "../../../../src/actors/strategies/workshop/lock-step.ts";

/** Answers every question with its double, and writes down who was asked together. */
function doubling() {
  const rounds: number[][] = [];
  const lockStep: LockStep<number> = new LockStep(async (round) => {
    rounds.push(round.map(({ question }) => question));
    for (const { question, resolve } of round) {
      await new Promise((later) => setImmediate(later));
      resolve(2 * question);
    }
  });
  return { rounds, lockStep };
}

describe("tasks in lock step", () => {
  test("each round takes one question of every task still running", async () => {
    const { rounds, lockStep } = doubling();
    const asks =
      (...questions: number[]) =>
      async () => {
        let sum = 0;
        for (const question of questions) sum += await lockStep.ask<number>(question);
        return sum;
      };
    const ends = await lockStep.run([asks(1, 2, 3), asks(10), asks(), asks(100, 200)]);
    expect(rounds).toEqual([[1, 10, 100], [2, 200], [3]]);
    expect(ends.map((end) => end.status === "fulfilled" && end.value)).toEqual([12, 20, 0, 600]);
  });

  test("a task that fails does not hold up the others", async () => {
    const { lockStep } = doubling();
    const ends = await lockStep.run([
      async () => {
        throw new Error("no idea");
      },
      async () => lockStep.ask<number>(4),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  });

  test("a round that fails fails for those who asked in it", async () => {
    const lockStep: LockStep<number> = new LockStep(async () => {
      throw new Error("the model is gone");
    });
    const ends = await lockStep.run([() => lockStep.ask(1), () => lockStep.ask(2)]);
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
          const lockStep: LockStep<number> = new LockStep(async (round) => {
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
            for (const atOnce of plan) await Promise.all(Array.from({ length: atOnce }, () => lockStep.ask(atOnce)));
          });
          const ends = await lockStep.run(tasks);
          expect(ends.every(({ status }) => status === "fulfilled")).toBe(true);
          expect(answered).toBe(plans.flat().reduce((sum, atOnce) => sum + atOnce, 0));
        },
      ),
      { numRuns: 50 },
    );
  });
});

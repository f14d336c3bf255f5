import { describe, expect, test } from "vitest";
import { EventLog } from "../../src/sim/event-log.ts";
import { Kernel } from "../../src/sim/kernel.ts";
import { Process, type Script } from "../../src/sim/process.ts";
import { type Question, Questions } from "../../src/sim/questions.ts";
import { result } from "../../src/sim/waitable.ts";

type Asked = { readonly prompt: string };
type Answer = { readonly tokens: number };

/** Three nodes whose work takes as long as the answers say, and at least 100 us. */
function threeNodes() {
  let text = "";
  const kernel = new Kernel({ observer: ({ timeUs, name }) => (text += `${timeUs} ${name}\n`) });
  const log = new EventLog(kernel, (line) => (text += line));
  const questions = new Questions<Asked, Answer>(kernel);
  function* node(id: number): Script {
    yield 10 * id;
    for (let job = 0; job < 2; job++) {
      log.record("asked", { node: id, job });
      const { tokens } = yield* result(questions.ask({ prompt: `job ${job} of ${id}` }, 100));
      yield tokens;
      log.record("done", { node: id, job, tokens });
    }
  }
  for (let id = 1; id <= 3; id++) new Process(kernel, `node/${id}`, node(id));
  return { kernel, questions, text: () => text };
}

// The later a node asks, the sooner it is done: answers change who comes first.
const answerTo = ({ prompt }: Asked): Answer => ({ tokens: 60 - 20 * Number(prompt.at(-1)) });

describe("questions to somebody outside", () => {
  test("the kernel runs on until the first answer is needed, and then shows all that is outstanding", () => {
    const { kernel, questions } = threeNodes();
    expect(kernel.run()).toBe("waiting");
    expect(kernel.nowUs).toBe(110);
    expect(
      questions.outstanding.map(({ asked, askedAtUs, neededAtUs, due }) => [asked.prompt, askedAtUs, neededAtUs, due]),
    ).toEqual([
      ["job 0 of 1", 10, 110, true],
      ["job 0 of 2", 20, 120, false],
      ["job 0 of 3", 30, 130, false],
    ]);
    expect(kernel.run()).toBe("waiting");
    for (const question of questions.outstanding) question.resolve(answerTo(question.asked));
    expect(kernel.run()).toBe("waiting");
    expect(questions.outstanding.map(({ asked }) => asked.prompt)).toEqual(["job 1 of 3", "job 1 of 2", "job 1 of 1"]);
  });

  test("the run is the same in whatever order, in whatever pieces, and however early answers come", async () => {
    const all = (questions: readonly Question<Asked, Answer>[]) => {
      for (const question of questions) question.resolve(answerTo(question.asked));
    };
    const backwardsAndLater = async (questions: readonly Question<Asked, Answer>[]) => {
      await null;
      all(questions.toReversed());
    };
    const onlyWhatIsDue = (questions: readonly Question<Asked, Answer>[]) => all(questions.filter(({ due }) => due));

    const texts: string[] = [];
    for (const answer of [all, backwardsAndLater, onlyWhatIsDue]) {
      const { questions, text } = threeNodes();
      expect(await questions.run(answer)).toBe("finished");
      texts.push(text());
    }
    // A store that knows every answer: resolved between any two events, the kernel never waits.
    const { kernel, questions, text } = threeNodes();
    let end = kernel.run({ maxEvents: 1 });
    while (end === "max-events") {
      all(questions.outstanding);
      end = kernel.run({ maxEvents: 1 });
    }
    expect(end).toBe("finished");
    texts.push(text());
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]!.split("\n").filter((line) => line.includes("done"))).toEqual([
      '{"t":130,"kind":"done","node":3,"job":0,"tokens":0}',
      '{"t":140,"kind":"done","node":2,"job":0,"tokens":20}',
      '{"t":150,"kind":"done","node":1,"job":0,"tokens":40}',
      '{"t":230,"kind":"done","node":3,"job":1,"tokens":0}',
      '{"t":260,"kind":"done","node":2,"job":1,"tokens":20}',
      '{"t":290,"kind":"done","node":1,"job":1,"tokens":40}',
    ]);
  });

  test("the limits of a run hold across batches", async () => {
    const all = (questions: readonly Question<Asked, Answer>[]) => {
      for (const question of questions) question.resolve(answerTo(question.asked));
    };
    const short = threeNodes();
    expect(await short.questions.run(all, { maxEvents: 9 })).toBe("max-events");
    expect(short.kernel.executed).toBe(9);
    const early = threeNodes();
    expect(await early.questions.run(all, { untilUs: 115 })).toBe("until");
    expect(early.kernel.nowUs).toBe(115);
  });

  test("a question nobody needs any more holds nothing up", () => {
    const { kernel, questions } = threeNodes();
    kernel.run();
    for (const question of questions.outstanding) question.drop();
    expect(kernel.run()).toBe("finished");
    expect(questions.outstanding).toEqual([]);
  });

  test("an answer that does not come, or comes twice, is an error that names the question", async () => {
    const { questions } = threeNodes();
    await expect(questions.run(() => {})).rejects.toMatchObject({
      code: "unanswered-question",
      message: "question asked at 10 us, needed at 110 us: no answer came; resolve it before going on",
    });
    const [question] = questions.outstanding;
    question!.resolve({ tokens: 1 });
    expect(() => question!.resolve({ tokens: 2 })).toThrow("resolve: the question asked at 10 us was answered");
  });
});

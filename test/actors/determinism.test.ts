import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clientBehaviors } from "../../src/actors/behaviors/clients.ts";
import { nodeBehaviors } from "../../src/actors/behaviors/nodes.ts";
import { verifierBehaviors } from "../../src/actors/behaviors/verifiers.ts";
import { collectStats } from "../../src/actors/group-stats.ts";
import { World } from "../../src/actors/world.ts";
import { schedulings } from "../../src/actors/world-settings.ts";
import { EventLog } from "../../src/sim/event-log.ts";
import { answerMadeUp, clientGroup, madeUpClaim, nodeGroup, played, settings, verifierGroup } from "./worlds.ts";

const everybody = {
  nodes: [
    nodeGroup("honest", 4),
    nodeGroup("unrelated", 1, { strategy: { name: "unrelated" }, honest: false }),
    nodeGroup("withholding", 1, { behavior: nodeBehaviors.withholds, honest: false }),
  ],
  clients: [
    clientGroup("local", 2, { verificationRate: 0.5 }),
    clientGroup("outsources", 2, { verification: "outsourced" as const }),
    clientGroup("never-pays", 1, { behavior: clientBehaviors["never-pays"] }),
  ],
  verifiers: [verifierGroup("honest", 3), verifierGroup("echo", 1, { behavior: verifierBehaviors.echo })],
};

describe.each(schedulings)("%s work", (scheduling) => {
  test("the same run twice writes the same log and the same accounts", async () => {
    const [one, other] = [await played({ ...everybody, scheduling }), await played({ ...everybody, scheduling })];
    expect(one.lines.length).toBeGreaterThan(100);
    expect(other.lines).toEqual(one.lines);
    expect(collectStats(other.world)).toEqual(collectStats(one.world));
  });

  test("another run number gives another history", async () => {
    const [one, other] = [
      await played({ ...everybody, scheduling }),
      await played({ ...everybody, scheduling, run: 1 }),
    ];
    expect(other.lines).not.toEqual(one.lines);
    expect(collectStats(other.world)).not.toEqual(collectStats(one.world));
  });
});

test("whether answers come one by one, late or at once changes nothing", async () => {
  const batches: number[] = [];
  const one = await played(everybody, async (questions) => {
    batches.push(questions.length);
    return questions.map(madeUpClaim);
  });
  // Answers that arrive in later turns of the event loop, out of order.
  const other = await played(everybody, async (questions) => {
    const answers = questions.map(async (question, i) => {
      await new Promise((resolve) => setTimeout(resolve, (questions.length - i) % 3));
      return madeUpClaim(question);
    });
    return Promise.all(answers);
  });
  expect(other.lines).toEqual(one.lines);
  // Honest nodes of one network ask the same question: it is asked once.
  expect(batches.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(2 * 6);
});

test("stopping at any time and playing on changes nothing", async () => {
  const whole = await played(everybody);
  const lines: string[] = [];
  const openLog = (kernel: World["kernel"]) => new EventLog(kernel, (line) => lines.push(line));
  const world = new World(settings(everybody), { provideOutputs: answerMadeUp, openLog, check: true });
  for (const part of [0.1, 0.11, 0.5, 1]) await world.run(Math.round(part * world.endUs));
  expect(lines).toEqual(whole.lines);
});

test("one more actor that draws, waits and does nothing changes nobody's draws", async () => {
  const without = await played(everybody);
  const lines: string[] = [];
  const openLog = (kernel: World["kernel"]) => new EventLog(kernel, (line) => lines.push(line));
  const world = new World(settings(everybody), { provideOutputs: answerMadeUp, openLog, check: true });
  const draw = world.streams.fresh("bystander/0");
  const wait = () => {
    if (world.kernel.nowUs < world.endUs) world.kernel.schedule(Math.ceil(draw.exponential(1e7)), wait);
  };
  wait();
  await world.run();
  expect(lines).toEqual(without.lines);
});

test("clients post the same jobs at the same times, whoever works for them", async () => {
  const postings = (lines: readonly string[]) => lines.filter((line) => line.includes('"job.posted"'));
  const mixed = postings((await played(everybody)).lines);
  const honest = postings(
    (await played({ ...everybody, scheduling: "central", nodes: [nodeGroup("honest", 3)] })).lines,
  );
  expect(honest).toEqual(mixed);
});

test("parties that only listen change nobody's draws: every line of the log is what it was", async () => {
  const small = { ...settings().jobs, perHour: 20, hours: 0.5, settleHours: 0.5 };
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        run: fc.nat(1000),
        scheduling: fc.constantFrom(...schedulings),
        honest: fc.integer({ min: 1, max: 4 }),
        clients: fc.integer({ min: 1, max: 3 }),
        listeners: fc.integer({ min: 1, max: 5 }),
      }),
      async ({ run, scheduling, honest, clients, listeners }) => {
        const given = {
          ...everybody,
          run,
          scheduling,
          nodes: [nodeGroup("honest", honest), ...everybody.nodes.slice(1)],
          clients: [clientGroup("local", clients), ...everybody.clients.slice(1)],
          jobs: small,
        };
        const [without, withThem] = [await played(given), await played({ ...given, listeners })];
        expect(withThem.lines).toEqual(without.lines);
        // They are there: each flood comes to them, too, over every connection that they opened.
        const [before, after] = [without.world.messages.traffic, withThem.world.messages.traffic];
        expect(after.messages).toBe(before.messages);
        expect(after.transmissions).toBeGreaterThan(before.transmissions);
      },
    ),
    { numRuns: 8 },
  );
});

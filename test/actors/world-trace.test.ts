/** The trace of a small network, as a viewer reads it. */
import { expect, test } from "vitest";
import { nodeBehaviors } from "../../src/actors/behaviors/nodes.ts";
import { WorldTrace } from "../../src/actors/world-trace.ts";
import { ChromeTrace } from "../../src/sim/chrome-trace.ts";
import { nodeGroup, played } from "./worlds.ts";

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly args: Readonly<Record<string, unknown>>;
}

async function traced() {
  const { world, lines } = await played({
    scheduling: "central",
    nodes: [nodeGroup("honest", 3), nodeGroup("withholding", 1, { behavior: nodeBehaviors.withholds, honest: false })],
  });
  let text = "";
  const trace = new WorldTrace(new ChromeTrace((part) => (text += part)));
  for (const line of lines) trace.take(line);
  trace.close(world.kernel.nowUs);
  const { traceEvents } = JSON.parse(text) as { traceEvents: TraceEvent[] };
  return { world, lines, traceEvents, spans: traceEvents.filter(({ ph }) => ph === "X") };
}

test("is valid JSON with a span for every generation, verification and dispute of the log", async () => {
  const { lines, spans } = await traced();
  const count = (kind: string) => lines.filter((line) => line.includes(`"kind":"${kind}"`)).length;
  const named = (name: string) => spans.filter((span) => span.name === name).length;
  expect(named("generate")).toBe(count("job.started"));
  expect(named("verify")).toBe(count("job.verified"));
  expect(named("charge: no-output")).toBe(count("job.charged"));
  expect(count("job.charged")).toBeGreaterThan(0);
});

test("gives every party rows of its own, in which spans never overlap", async () => {
  const { world, traceEvents, spans } = await traced();
  const names = traceEvents.filter(({ name }) => name === "process_name").map(({ args }) => args["name"]);
  for (const { party } of [...world.nodes, ...world.clients]) expect(names).toContain(party.name);
  for (const row of Map.groupBy(spans, ({ pid, tid }) => `${pid}/${tid}`).values()) {
    const inOrder = row.toSorted((a, b) => a.ts - b.ts);
    for (const [i, span] of inOrder.entries()) {
      expect(span.dur).toBeGreaterThanOrEqual(0);
      const next = inOrder[i + 1];
      if (next !== undefined) expect(span.ts + span.dur).toBeLessThanOrEqual(next.ts);
    }
  }
});

test("ends at the end of the simulated time what was still under way", () => {
  let text = "";
  const trace = new WorldTrace(new ChromeTrace((part) => (text += part)));
  trace.take('{"t":5,"kind":"job.started","job":"client/a/0/0","node":"node/b/0"}\n');
  trace.take('{"t":6,"kind":"job.delivered","job":"client/a/0/0","node":"node/b/0"}\n');
  trace.close(20);
  const spans = (JSON.parse(text).traceEvents as TraceEvent[]).filter(({ ph }) => ph === "X");
  expect(spans).toMatchObject([{ name: "generate", ts: 5, dur: 15, args: { end: "of the simulated time" } }]);
});

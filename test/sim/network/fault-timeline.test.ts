import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Kernel } from "../../../src/sim/kernel.ts";
import { FaultTimeline } from "../../../src/sim/network/fault-timeline.ts";
import { type Fault, scheduleFaults } from "../../../src/sim/network/faults.ts";
import { Network } from "../../../src/sim/network/network.ts";
import { Streams } from "../../../src/sim/streams.ts";

const streams = new Streams("timeline");
const timelineOf = (script: readonly Fault[], untilUs = 1_000_000) =>
  new FaultTimeline({ script, churn: [] }, streams, untilUs);

describe("a timeline of faults", () => {
  test("knows what works before, at and after each of them, in any order of asking", () => {
    const timeline = timelineOf([
      { atUs: 100, kind: "down", nodes: [1] },
      { atUs: 200, kind: "up", nodes: [1] },
      { atUs: 300, kind: "partition", groups: [[0, 1], [2]] },
      { atUs: 400, kind: "heal" },
      { atUs: 500, kind: "loss", probability: 0.25 },
    ]);
    expect(timeline.works(0, 1, 400)).toBe(true);
    expect([99, 100, 199, 200].map((atUs) => timeline.works(0, 1, atUs))).toEqual([true, false, false, true]);
    expect([299, 300, 399, 400].map((atUs) => timeline.works(1, 2, atUs))).toEqual([true, false, false, true]);
    // Those in no group have one of their own.
    expect([timeline.works(0, 1, 350), timeline.works(3, 4, 350), timeline.works(0, 3, 350)]).toEqual([
      true,
      true,
      false,
    ]);
    expect([499, 500].map((atUs) => timeline.lossAt(atUs))).toEqual([0, 0.25]);
    expect([0, 100, 450, 500].map((atUs) => timeline.nextChangeUs(atUs))).toEqual([100, 200, 500, Infinity]);
  });

  test("brings a node back when neither the script nor any churn holds it down", () => {
    const rates = { meanUpUs: 20_000, meanDownUs: 20_000 };
    const script: Fault[] = [
      { atUs: 300_000, kind: "down", nodes: [0] },
      { atUs: 600_000, kind: "up", nodes: [0] },
    ];
    const both = new FaultTimeline({ script, churn: [{ nodes: [0], rates }] }, streams, 1_000_000);
    const churnAlone = new FaultTimeline({ script: [], churn: [{ nodes: [0], rates }] }, streams, 1_000_000);
    for (let atUs = 0; atUs < 1_000_000; atUs += 1000) {
      const isScriptedDown = atUs >= 300_000 && atUs < 600_000;
      expect(both.isUp(0, atUs)).toBe(!isScriptedDown && churnAlone.isUp(0, atUs));
    }
    expect(churnAlone.script.length).toBeGreaterThan(10);
  });

  test("changes nothing after its end", () => {
    expect(timelineOf([{ atUs: 100, kind: "down", nodes: [1] }], 99).isUp(1, 200)).toBe(true);
  });

  test("does to a network, by its script, what it says itself", () => {
    const node = fc.nat({ max: 4 });
    const change = fc.oneof(
      fc.record({
        kind: fc.constantFrom("down" as const, "up" as const),
        nodes: fc.array(node, { minLength: 1, maxLength: 2 }),
      }),
      fc.record({
        kind: fc.constant("partition" as const),
        groups: fc.array(fc.array(node, { maxLength: 3 }), { minLength: 1, maxLength: 2 }),
      }),
      fc.record({ kind: fc.constant("heal" as const) }),
    );
    const faults = fc.array(
      fc.tuple(fc.nat({ max: 1000 }), change).map(([atUs, one]): Fault => ({ atUs, ...one })),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(faults, fc.nat({ max: 1200 }), (script, atUs) => {
        const timeline = timelineOf(script);
        const kernel = new Kernel();
        const network = new Network(kernel, { links: () => ({ latencyUs: 1, bitsPerSecond: 1e9 }), floods: "links" });
        for (let i = 0; i < 5; i++) network.join(() => {});
        scheduleFaults(kernel, network, timeline.script);
        kernel.run({ untilUs: atUs });
        for (let i = 0; i < 5; i++) expect(timeline.isUp(i, atUs)).toBe(network.isUp(i));
      }),
    );
  });
});

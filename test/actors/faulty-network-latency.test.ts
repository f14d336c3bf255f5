/** Times worked out under outages, against what happens on the network of src/sim, transmission by transmission. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { connectionsOf, linksOf, type PeerTopology } from "../../src/actors/connections.ts";
import { SIZE_STEP_BYTES } from "../../src/actors/delivery-times.ts";
import { FaultyNetworkLatency } from "../../src/actors/faulty-network-latency.ts";
import { GossipLatency } from "../../src/actors/gossip-latency.ts";
import { Kernel } from "../../src/sim/kernel.ts";
import { FaultTimeline, type Outages } from "../../src/sim/network/fault-timeline.ts";
import { type Fault, scheduleFaults } from "../../src/sim/network/faults.ts";
import { Network } from "../../src/sim/network/network.ts";
import { Streams } from "../../src/sim/streams.ts";

const streams = new Streams("disturbed times");
const SIZE = 14;
const MS = 1000;
const SECOND = 1_000_000;
const HOUR = 3600 * SECOND;
const PAYLOAD_BYTES = 700;
const wiring: PeerTopology = {
  size: SIZE,
  links: linksOf(streams),
  connections: connectionsOf("drawn", streams, SIZE, 3),
};
const calm: Outages = { script: [], churn: [] };

function timesUnder(outages: Outages, retryUs = 10 * SECOND, from: Streams = streams): FaultyNetworkLatency {
  return new FaultyNetworkLatency(wiring, from, new FaultTimeline(outages, from, HOUR), { retryUs, untilUs: HOUR });
}

/** The same outages on a network whose links carry any number of messages at once. */
function playedUnder({ script }: FaultTimeline, sends: (network: Network, kernel: Kernel) => void) {
  const kernel = new Kernel();
  const network = new Network(kernel, {
    links: wiring.links,
    floods: "links",
    frameBytes: SIZE_STEP_BYTES,
    queueing: false,
  });
  const arrivedUs = new Map<number, number>();
  for (let node = 0; node < SIZE; node++) network.join(() => arrivedUs.set(node, kernel.nowUs));
  for (const [one, other] of wiring.connections) network.connect(one, other);
  scheduleFaults(kernel, network, script);
  sends(network, kernel);
  kernel.run();
  return { arrivedUs, traffic: network.traffic };
}

test("where nothing goes wrong, they are those of an undisturbed network", () => {
  const undisturbed = new GossipLatency(new Kernel(), wiring, new Set([0]));
  const times = timesUnder(calm);
  for (let from = 0; from < SIZE; from++) {
    for (let to = 0; to < SIZE; to++) {
      const expectedUs = undisturbed.floodArrivesUs(from, to, PAYLOAD_BYTES, 77);
      expect(times.floodArrivesUs(from, to, PAYLOAD_BYTES, 77)).toBe(expectedUs);
      expect(times.directArrivesUs(from, to, PAYLOAD_BYTES, 77)).toBeGreaterThanOrEqual(expectedUs);
    }
    const lastUs = Math.max(
      ...Array.from({ length: SIZE }, (_, to) => times.floodArrivesUs(from, to, PAYLOAD_BYTES, 77)),
    );
    expect(times.floodCompleteUs(from, PAYLOAD_BYTES, 77)).toBe(lastUs);
  }
  for (const each of [times, undisturbed]) each.countFlood(4, PAYLOAD_BYTES, 77);
  expect(times.traffic).toEqual(undisturbed.traffic);
});

const node = fc.nat({ max: SIZE - 1 });
// Faults while floods are under way: those take some tenths of a second.
const fault: fc.Arbitrary<Fault> = fc
  .tuple(
    fc.nat({ max: 400 * MS }),
    fc.oneof(
      fc.record({
        kind: fc.constantFrom("down", "up"),
        nodes: fc.uniqueArray(node, { minLength: 1, maxLength: 4 }),
      }),
      fc.record({
        kind: fc.constant("partition"),
        groups: fc
          .uniqueArray(node, { minLength: 2, maxLength: SIZE })
          .map((nodes) => [nodes.slice(0, nodes.length >> 1), nodes.slice(nodes.length >> 1)]),
      }),
      fc.record({ kind: fc.constant("heal") }),
    ),
  )
  .map(([atUs, change]) => ({ atUs, ...change }) as Fault);
const outages: fc.Arbitrary<Outages> = fc.record({
  script: fc.array(fault, { maxLength: 8 }),
  churn: fc.constantFrom([], [{ nodes: [1, 2, 3, 4, 5], rates: { meanUpUs: 200 * MS, meanDownUs: 100 * MS } }]),
});

describe("under any faults, before neighbours have compared what they have", () => {
  test("a flood arrives when it does transmission by transmission, or by neither", () => {
    fc.assert(
      fc.property(outages, node, fc.nat({ max: 300 * MS }), (given, from, sentAtUs) => {
        const timeline = new FaultTimeline(given, streams, SECOND);
        // Tries lie after all that is looked at.
        const times = new FaultyNetworkLatency(wiring, streams, timeline, { retryUs: HOUR, untilUs: 60 * SECOND });
        const { arrivedUs, traffic } = playedUnder(timeline, (network, kernel) =>
          kernel.scheduleAt(sentAtUs, () => network.flood(from, "news", null, PAYLOAD_BYTES)),
        );
        for (let to = 0; to < SIZE; to++)
          if (to !== from)
            expect(times.floodArrivesUs(from, to, PAYLOAD_BYTES, sentAtUs)).toBe(arrivedUs.get(to) ?? Infinity);
        times.countFlood(from, PAYLOAD_BYTES, sentAtUs);
        expect(times.traffic.transmissions).toBe(traffic.sent);
      }),
      { numRuns: 200 },
    );
  });

  test("so does a message to one receiver", () => {
    fc.assert(
      fc.property(outages, node, node, fc.nat({ max: 300 * MS }), (given, from, to, sentAtUs) => {
        fc.pre(from !== to);
        const timeline = new FaultTimeline(given, streams, SECOND);
        const times = new FaultyNetworkLatency(wiring, streams, timeline, { retryUs: HOUR, untilUs: 60 * SECOND });
        const { arrivedUs } = playedUnder(timeline, (network, kernel) =>
          kernel.scheduleAt(sentAtUs, () => network.send(from, to, "letter", null, PAYLOAD_BYTES)),
        );
        expect(times.directArrivesUs(from, to, PAYLOAD_BYTES, sentAtUs)).toBe(arrivedUs.get(to) ?? Infinity);
      }),
      { numRuns: 200 },
    );
  });
});

describe("nothing is lost for good", () => {
  const cutOff: Outages = {
    script: [
      { atUs: 0, kind: "partition", groups: [[5, 6, 7]] },
      { atUs: 95 * SECOND, kind: "heal" },
    ],
    churn: [],
  };

  test("what happened on the other side of a partition comes at the first try after it has healed", () => {
    const times = timesUnder(cutOff);
    const sentAtUs = 2 * SECOND;
    for (const to of [5, 6, 7]) {
      // Tries come ten seconds apart, from the sending on: the one at 102 s is the first to find a way.
      const hearsUs = times.floodArrivesUs(0, to, PAYLOAD_BYTES, sentAtUs);
      expect(hearsUs).toBeGreaterThan(102 * SECOND);
      expect(hearsUs).toBeLessThan(103 * SECOND);
    }
    expect(times.floodArrivesUs(0, 8, PAYLOAD_BYTES, sentAtUs)).toBeLessThan(3 * SECOND);
    expect(times.directArrivesUs(0, 5, PAYLOAD_BYTES, sentAtUs)).toBeGreaterThan(102 * SECOND);
  });

  test("what a node sends while it is down arrives when it is up again", () => {
    const down: Outages = {
      script: [
        { atUs: SECOND, kind: "down", nodes: [3] },
        { atUs: 61 * SECOND, kind: "up", nodes: [3] },
      ],
      churn: [],
    };
    const times = timesUnder(down);
    for (const arrives of [times.floodArrivesUs, times.directArrivesUs]) {
      const hearsUs = arrives.call(times, 3, 9, PAYLOAD_BYTES, 2 * SECOND);
      expect(hearsUs).toBeGreaterThan(62 * SECOND);
      expect(hearsUs).toBeLessThan(63 * SECOND);
    }
  });

  test("what never heals never arrives, and everybody else gives up on it", () => {
    const { script } = cutOff;
    const times = timesUnder({ script: script.slice(0, 1), churn: [] });
    expect(times.floodArrivesUs(0, 5, PAYLOAD_BYTES, 0)).toBe(Infinity);
    expect(times.directArrivesUs(0, 5, PAYLOAD_BYTES, 0)).toBe(Infinity);
    expect(times.floodCompleteUs(0, PAYLOAD_BYTES, 0)).toBe(600 * SECOND);
  });

  test("messages of which half are lost arrive, later", () => {
    const losing = timesUnder({ script: [{ atUs: 0, kind: "loss", probability: 0.5 }], churn: [] });
    const lossless = timesUnder(calm);
    let [later, tried] = [0, 0];
    for (let from = 0; from < SIZE; from++)
      for (let to = 0; to < SIZE; to++) {
        if (from === to) continue;
        for (const times of [losing.floodArrivesUs, losing.directArrivesUs]) {
          const arrivesUs = times.call(losing, from, to, PAYLOAD_BYTES, 0);
          expect(arrivesUs).toBeLessThan(HOUR);
          expect(arrivesUs).toBeGreaterThanOrEqual(lossless.floodArrivesUs(from, to, PAYLOAD_BYTES, 0));
          if (arrivesUs > lossless.directArrivesUs(from, to, PAYLOAD_BYTES, 0)) later++;
          tried++;
        }
      }
    expect(later).toBeGreaterThan(tried / 4);
  });

  test("a path of h links with loss p gets through at a try with probability (1 - p) to the h", () => {
    const p = 0.3;
    const losing = timesUnder({ script: [{ atUs: 0, kind: "loss", probability: p }], churn: [] });
    const neighbours = wiring.connections[0]!;
    let first = 0;
    const tries = 2000;
    for (let i = 0; i < tries; i++) if (losing.directArrivesUs(...neighbours, PAYLOAD_BYTES, i) < i + SECOND) first++;
    // Five standard deviations.
    expect(Math.abs(first / tries - (1 - p))).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / tries));
  });
});

test("a time does not depend on what else was asked, nor on how often", () => {
  const outages: Outages = {
    script: [{ atUs: 0, kind: "loss", probability: 0.4 }],
    churn: [{ nodes: [1, 2, 3, 4, 5, 6], rates: { meanUpUs: 60 * SECOND, meanDownUs: 60 * SECOND } }],
  };
  const fresh = (streams: Streams) => timesUnder(outages, 10 * SECOND, streams);
  const all = fresh(new Streams("order"));
  for (let from = SIZE - 1; from >= 0; from--)
    for (let to = 0; to < SIZE; to++) {
      const alone = fresh(new Streams("order"));
      const flooded = all.floodArrivesUs(from, to, PAYLOAD_BYTES, 90 * SECOND);
      expect(alone.floodArrivesUs(from, to, PAYLOAD_BYTES, 90 * SECOND)).toBe(flooded);
      const sent = all.directArrivesUs(from, to, PAYLOAD_BYTES, 90 * SECOND);
      expect(alone.directArrivesUs(from, to, PAYLOAD_BYTES, 90 * SECOND)).toBe(sent);
    }
  const otherRun = fresh(new Streams("order", 1));
  const asked = Array.from({ length: SIZE }, (_, to) => to);
  const heard = (times: FaultyNetworkLatency) =>
    asked.map((to) => times.floodArrivesUs(0, to, PAYLOAD_BYTES, 90 * SECOND));
  expect(heard(otherRun)).not.toEqual(heard(all));
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Kernel } from "../../../src/sim/kernel.ts";
import { type Fault, scheduleFaults } from "../../../src/sim/network/faults.ts";
import type { LinkModel } from "../../../src/sim/network/links.ts";
import { HEADER_BYTES, type NodeId } from "../../../src/sim/network/message.ts";
import { Network, type NetworkOptions, type Receive } from "../../../src/sim/network/network.ts";
import { Streams } from "../../../src/sim/streams.ts";

// 8 bits/us: a byte takes a microsecond to transmit.
const evenLinks: LinkModel = () => ({ latencyUs: 1000, bitsPerSecond: 8e6 });
const PAYLOAD_BYTES = 144;
const HOP_US = 1000 + HEADER_BYTES + PAYLOAD_BYTES;

interface Delivery {
  readonly atUs: number;
  readonly node: NodeId;
  readonly from: NodeId;
  readonly text: unknown;
}

function build(
  nodes: number,
  edges: readonly (readonly [NodeId, NodeId])[],
  options: Partial<NetworkOptions> = {},
  deaf: readonly NodeId[] = [],
) {
  const kernel = new Kernel();
  const network = new Network(kernel, { links: evenLinks, floods: "links", ...options });
  const got: Delivery[] = [];
  for (let node = 0; node < nodes; node++) {
    const receive: Receive = ({ payload }, from) => got.push({ atUs: kernel.nowUs, node, from, text: payload });
    network.join(receive, deaf.includes(node) ? [] : undefined);
  }
  for (const [one, other] of edges) network.connect(one, other);
  return { kernel, network, got };
}

const line = (nodes: number) => Array.from({ length: nodes - 1 }, (_, node) => [node, node + 1] as const);

describe("sending to one receiver", () => {
  test("a neighbour gets header and payload after transmission and latency", () => {
    const { kernel, network, got } = build(2, line(2));
    network.send(0, 1, "HELLO", "hello", PAYLOAD_BYTES);
    kernel.run();
    expect(got).toEqual([{ atUs: HOP_US, node: 1, from: 0, text: "hello" }]);
    expect(network.traffic).toEqual({ sent: 1, bytes: HEADER_BYTES + PAYLOAD_BYTES, duplicates: 0, lost: 0 });
  });

  test("whoever is not the receiver passes the message on, unread, along the quickest path", () => {
    const slowShortcut: LinkModel = (from, to) => ({
      latencyUs: Math.abs(from - to) > 1 ? 50_000 : 1000,
      bitsPerSecond: 8e6,
    });
    const { kernel, network, got } = build(5, [...line(4), [0, 4], [4, 3]], { links: slowShortcut });
    network.send(0, 3, "HELLO", "over 1 and 2", PAYLOAD_BYTES);
    kernel.run();
    expect(got).toEqual([{ atUs: 3 * HOP_US, node: 3, from: 2, text: "over 1 and 2" }]);
    expect(network.traffic.sent).toBe(3);
  });

  test("a link carries one message at a time, each direction on its own", () => {
    const { kernel, network, got } = build(2, line(2));
    network.send(0, 1, "A", "first", 944);
    network.send(0, 1, "A", "second", 44);
    network.send(1, 0, "A", "against the stream", 44);
    kernel.run();
    expect(got.map(({ atUs, text }) => [atUs, text])).toEqual([
      [100 + 1000, "against the stream"],
      [1000 + 1000, "first"],
      [1000 + 100 + 1000, "second"],
    ]);
  });

  test("a message takes the time of whole frames, but counts its own bytes", () => {
    for (const floods of ["links", "shortest-path"] as const) {
      const { kernel, network, got } = build(2, line(2), { floods, frameBytes: 500 });
      network.flood(0, "NEWS", "short", 10);
      kernel.schedule(5000, () => network.flood(0, "NEWS", "longer", 500));
      kernel.run();
      expect(got.map(({ atUs }) => atUs)).toEqual([500 + 1000, 5000 + 1000 + 1000]);
      expect(network.traffic.bytes).toBe(10 + 500 + 2 * HEADER_BYTES);
    }
    expect(() => build(2, [], { frameBytes: 0 })).toThrow("frameBytes: expected a whole number from 1, got 0");
  });

  test("what finds no way, or whose way breaks, is lost", () => {
    const { kernel, network, got } = build(4, line(3));
    network.send(0, 3, "A", "to nowhere", 0);
    network.send(0, 2, "A", "stopped half way", 0);
    kernel.schedule(500, () => network.setUp(1, false));
    kernel.schedule(5000, () => network.setUp(1, true));
    kernel.schedule(6000, () => {
      network.send(0, 2, "A", "goes through", 0);
      network.send(0, 2, "A", "cut behind node 1", 0);
    });
    kernel.schedule(6000 + 2 * (1000 + HEADER_BYTES) + 1, () => network.disconnect(1, 2));
    kernel.run();
    expect(got.map(({ text }) => text)).toEqual(["goes through"]);
    expect(network.traffic.lost).toBe(3);
  });

  test("bad numbers are named", () => {
    const { network } = build(2, line(2));
    expect(() => network.send(0, 2, "A", "", 0)).toThrow("node: expected 0 to 1, got 2");
    expect(() => network.send(0, 1, "A", "", -1)).toThrow("message A: expected a payload length in bytes, got -1");
    expect(() => network.connect(1, 1)).toThrow("connect: node 1 to itself");
    expect(() => build(2, line(2), { links: () => ({ latencyUs: 0.5, bitsPerSecond: 1 }) })).toThrow(
      "link 0 to 1: expected",
    );
  });
});

describe("flooding", () => {
  test("reaches everybody once; what comes again is thrown away", () => {
    const square: [NodeId, NodeId][] = [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 0],
    ];
    for (const floods of ["links", "shortest-path"] as const) {
      const { kernel, network, got } = build(4, square, { floods });
      network.flood(0, "NEWS", "news", PAYLOAD_BYTES);
      kernel.run();
      expect(got.map(({ atUs, node }) => [atUs, node])).toEqual([
        [HOP_US, 1],
        [HOP_US, 3],
        [2 * HOP_US, 2],
      ]);
      // 0 sends to both sides, each of these on to 2, and 2 back to the one from which it did not come first.
      expect(network.traffic).toEqual({ sent: 5, bytes: 5 * (HEADER_BYTES + PAYLOAD_BYTES), duplicates: 2, lost: 0 });
    }
  });

  test("nodes pass on what they do not listen to", () => {
    for (const floods of ["links", "shortest-path"] as const) {
      const kernel = new Kernel();
      const network = new Network(kernel, { links: evenLinks, floods });
      const log: string[] = [];
      const join = (name: string, types?: string[]) =>
        network.join(({ header }) => log.push(`${name} ${header.type}`), types);
      join("sender");
      join("deaf", []);
      join("miner", ["BLOCK"]);
      join("curious");
      for (const [one, other] of line(4)) network.connect(one, other);
      network.flood(0, "BLOCK", null, 0);
      kernel.schedule(100, () => network.flood(0, "JOB", null, 0));
      kernel.run();
      expect(log).toEqual(["miner BLOCK", "curious BLOCK", "curious JOB"]);
    }
  });

  test("by shortest paths needs one event for each node, over links one for each transmission", () => {
    const complete = Array.from({ length: 10 }, (_, a) => Array.from({ length: a }, (_, b) => [a, b] as const)).flat();
    const overLinks = build(10, complete);
    const byPaths = build(10, complete, { floods: "shortest-path" });
    for (const { kernel, network } of [overLinks, byPaths]) {
      network.flood(0, "NEWS", null, 0);
      kernel.run();
    }
    expect(overLinks.kernel.executed).toBe(9 + 9 * 8);
    expect(byPaths.kernel.executed).toBe(9);
    expect(byPaths.network.traffic).toEqual(overLinks.network.traffic);
  });

  const node = (nodes: number) => fc.nat(nodes - 1);
  const scenario = fc.integer({ min: 2, max: 14 }).chain((nodes) => {
    const change = fc.oneof(
      fc.record({
        kind: fc.constantFrom("down" as const, "up" as const),
        nodes: fc.array(node(nodes), { maxLength: 3 }),
      }),
      fc.record({
        kind: fc.constant("partition" as const),
        groups: fc.tuple(fc.array(node(nodes), { maxLength: nodes })),
      }),
      fc.record({ kind: fc.constant("heal" as const) }),
    );
    return fc.record({
      nodes: fc.constant(nodes),
      edges: fc.array(fc.tuple(node(nodes), node(nodes)), { maxLength: 3 * nodes }),
      latencies: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 40 }),
      bandwidths: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 7 }),
      source: node(nodes),
      bytes: fc.nat(20),
      deaf: fc.oneof(fc.constant([]), fc.array(node(nodes), { maxLength: nodes })),
      faults: fc.array(fc.tuple(fc.nat(150), change), { maxLength: 4 }),
    });
  });

  test("shortest paths and links agree on who gets it when, and on the traffic, whatever the graph and whatever fails", () => {
    fc.assert(
      fc.property(scenario, ({ nodes, edges, latencies, bandwidths, source, bytes, deaf, faults }) => {
        const links: LinkModel = (from, to) => ({
          latencyUs: latencies[(from * 7 + to * 3) % latencies.length]!,
          bitsPerSecond: 8e6 * bandwidths[(from * 5 + to) % bandwidths.length]!,
        });
        const outcomes = (["links", "shortest-path"] as const).map((floods) => {
          const proper = edges.filter(([one, other]) => one !== other);
          const { kernel, network, got } = build(nodes, proper, { links, floods }, deaf);
          const script: Fault[] = faults.map(([atUs, change]) => ({ atUs, ...change }));
          scheduleFaults(kernel, network, script);
          kernel.schedule(10, () => network.flood(source, "NEWS", null, bytes));
          kernel.run();
          const arrivals = got.map(({ atUs, node }) => `${node} at ${atUs}`).sort();
          // What is still under way when all are reached is a duplicate by shortest paths, and may be lost over links.
          const { sent, bytes: carried, duplicates, lost } = network.traffic;
          return { arrivals, sent, carried, useless: duplicates + lost };
        });
        expect(outcomes[1]).toEqual(outcomes[0]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("faults", () => {
  test("a partition stops floods at its border until it is healed", () => {
    for (const floods of ["links", "shortest-path"] as const) {
      const { kernel, network, got } = build(4, line(4), { floods });
      scheduleFaults(kernel, network, [
        {
          atUs: 10,
          kind: "partition",
          groups: [
            [0, 1],
            [2, 3],
          ],
        },
        { atUs: 20_000, kind: "heal" },
      ]);
      kernel.scheduleAt(20, () => network.flood(0, "NEWS", "early", 0));
      kernel.scheduleAt(20_000, () => network.flood(0, "NEWS", "late", 0));
      kernel.run();
      expect(got.map(({ node, text }) => `${node} ${text}`)).toEqual(["1 early", "1 late", "2 late", "3 late"]);
    }
  });

  test("a flood under way when a bridge breaks goes only as far as it had come", () => {
    for (const floods of ["links", "shortest-path"] as const) {
      const { kernel, network, got } = build(5, line(5), { floods });
      kernel.schedule(0, () => network.flood(0, "NEWS", "news", PAYLOAD_BYTES));
      scheduleFaults(kernel, network, [{ atUs: 2 * HOP_US + 1, kind: "down", nodes: [3] }]);
      kernel.run();
      expect(got.map(({ node }) => node)).toEqual([1, 2]);
      expect(network.traffic).toMatchObject({ sent: 3, lost: 1 });
    }
  });

  test("messages are lost with the probability asked for, by a stream of their own", () => {
    const losses = (run: number) => {
      const { kernel, network, got } = build(2, line(2), { loss: new Streams("loss", run).of("network/loss") });
      scheduleFaults(kernel, network, [
        { atUs: 0, kind: "loss", probability: 0.3 },
        { atUs: 2_000_000, kind: "loss", probability: 0 },
      ]);
      for (let i = 0; i < 3000; i++) kernel.scheduleAt(1000 * i, () => network.send(0, 1, "A", i, 0));
      kernel.run();
      expect(got.length + network.traffic.lost).toBe(3000);
      expect(got.filter(({ text }) => (text as number) >= 2000).length).toBe(1000);
      return got.map(({ text }) => text);
    };
    const lost = 3000 - losses(0).length;
    expect(Math.abs(lost - 600)).toBeLessThan(4 * Math.sqrt(2000 * 0.3 * 0.7));
    expect(losses(0)).toEqual(losses(0));
    expect(losses(1)).not.toEqual(losses(0));
  });

  test("loss is refused where floods go by shortest paths, which know of none", () => {
    const { network } = build(2, line(2), { floods: "shortest-path", loss: new Streams("loss").of("network/loss") });
    expect(() => network.setLoss(0.1)).toThrow('loss: expected a network with a loss stream and floods over "links"');
    expect(() => network.setLoss(1.1)).toThrow("loss: expected a probability, got 1.1");
  });
});

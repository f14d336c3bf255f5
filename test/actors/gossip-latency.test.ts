import { expect, test } from "vitest";
import { connectionsOf, linksOf, type PeerTopology } from "../../src/actors/connections.ts";
import { GossipLatency } from "../../src/actors/gossip-latency.ts";
import { Kernel } from "../../src/sim/kernel.ts";
import { HEADER_BYTES } from "../../src/sim/network/message.ts";
import { Network } from "../../src/sim/network/network.ts";
import { Streams } from "../../src/sim/streams.ts";

const streams = new Streams("flood times");
const size = 30;
const wiring: PeerTopology = { size, links: linksOf(streams), connections: connectionsOf("drawn", streams, size, 4) };
// With its header, exactly one of the steps to which sizes are rounded for their times.
const payloadBytes = 1024 - HEADER_BYTES;

/** A real flood over links of the same network: when it reached whom, and what it cost. */
function flooded(from: number) {
  const kernel = new Kernel();
  const network = new Network(kernel, { links: wiring.links, floods: "links" });
  const arrivedUs = new Map<number, number>();
  for (let node = 0; node < size; node++) network.join(() => arrivedUs.set(node, kernel.nowUs));
  for (const [one, other] of wiring.connections) network.connect(one, other);
  network.flood(from, "message", null, payloadBytes);
  kernel.run();
  return { arrivedUs, traffic: network.traffic };
}

test("arrive when a real flood does, asked from either end", () => {
  for (const hubs of [new Set([3]), new Set(Array.from({ length: size }, (_, i) => i)), new Set<number>()]) {
    const times = new GossipLatency(new Kernel(), wiring, hubs);
    for (const from of [0, 3, 17]) {
      const { arrivedUs } = flooded(from);
      expect(arrivedUs.size).toBe(size - 1);
      for (const [to, us] of arrivedUs) expect(times.delayUs(from, to, payloadBytes)).toBe(us);
    }
  }
});

test("everybody has heard of it when a real flood has reached the last node, or a little later where that is not worked out", () => {
  const nobody = new GossipLatency(new Kernel(), wiring, new Set<number>());
  const some = new GossipLatency(new Kernel(), wiring, new Set([3, 8]));
  for (let from = 0; from < size; from++) {
    const last = Math.max(...flooded(from).arrivedUs.values());
    expect(nobody.floodCompleteDelayUs(from, payloadBytes)).toBe(last);
    if (from === 3 || from === 8) expect(some.floodCompleteDelayUs(from, payloadBytes)).toBe(last);
    else expect(some.floodCompleteDelayUs(from, payloadBytes)).toBeGreaterThanOrEqual(last);
  }
});

test("count what a real flood sends", () => {
  const times = new GossipLatency(new Kernel(), wiring, new Set([0]));
  times.countFlood(5, payloadBytes);
  const { traffic } = flooded(5);
  expect(times.traffic).toEqual({ messages: 1, transmissions: traffic.sent, bytes: traffic.bytes });
});

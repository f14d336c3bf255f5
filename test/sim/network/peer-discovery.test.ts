import { describe, expect, test } from "vitest";
import { Kernel } from "../../../src/sim/kernel.ts";
import { churn } from "../../../src/sim/network/faults.ts";
import { Network } from "../../../src/sim/network/network.ts";
import { PeerDiscovery, type PeerRecord } from "../../../src/sim/network/peer-discovery.ts";
import { connectAtRandom } from "../../../src/sim/network/random-peers.ts";
import { Streams } from "../../../src/sim/streams.ts";

const record = (node: number): PeerRecord => ({
  node,
  address: `10.0.0.${node}`,
  port: 8333,
  status: "up",
  services: node < 2 ? ["seed"] : ["compute"],
});

/** Two seed nodes, then others that join one after the other, 100 ms apart. */
function village(nodes: number, run = 0) {
  const kernel = new Kernel();
  const streams = new Streams("village", run);
  const network = new Network(kernel, { links: () => ({ latencyUs: 20_000, bitsPerSecond: 10e6 }), floods: "links" });
  const options = { seeds: [0, 1], wantedPeers: 4, recordsPerAnswer: 10, askEveryUs: 1_000_000 };
  const discovery = new PeerDiscovery(kernel, network, streams, options);
  const heard = new Set<number>();
  for (let node = 0; node < nodes; node++) {
    network.join((message) => {
      if (!discovery.receive(node, message)) heard.add(node);
    });
    kernel.scheduleAt(100_000 * node, () => discovery.start(record(node)));
  }
  return { kernel, network, discovery, heard };
}

describe("peer discovery", () => {
  test("the first who comes knows nobody, the second learns of the first from the seeds", () => {
    const { kernel, network, discovery } = village(4);
    kernel.run({ untilUs: 5_000_000 });
    expect(
      discovery
        .known(0)
        .map(({ node }) => node)
        .sort(),
    ).toEqual([1, 2, 3]);
    expect(discovery.known(3)).toContainEqual(record(2));
    expect(network.neighbours(3)).toContain(2);
  });

  test("forty nodes find enough peers, leave the seeds, and a flood then reaches everybody", () => {
    const { kernel, network, heard } = village(40);
    kernel.run({ untilUs: 30_000_000 });
    for (let node = 2; node < 40; node++) {
      expect(network.neighbours(node).filter((other) => other >= 2).length).toBeGreaterThanOrEqual(4);
    }
    network.flood(7, "NEWS", null, 100);
    kernel.run({ untilUs: 31_000_000 });
    // The seeds may have been left by all.
    for (let node = 2; node < 40; node++) expect(heard.has(node)).toBe(node !== 7);
  });

  test("a node that is down is remembered as down and not connected to", () => {
    const { kernel, network, discovery } = village(8);
    kernel.scheduleAt(250_000, () => network.setUp(2, false));
    kernel.run({ untilUs: 20_000_000 });
    for (let node = 3; node < 8; node++) expect(network.neighbours(node)).not.toContain(2);
    expect(discovery.known(7).find(({ node }) => node === 2)?.status ?? "down").toBe("down");
  });

  test("the same run finds the same peers, another run finds others", () => {
    const peers = (run: number) => {
      const { kernel, network } = village(20, run);
      kernel.run({ untilUs: 20_000_000 });
      return Array.from({ length: 20 }, (_, node) => network.neighbours(node));
    };
    expect(peers(0)).toEqual(peers(0));
    expect(peers(1)).not.toEqual(peers(0));
  });
});

test("random peers: everybody opens eight connections and is reached", () => {
  const kernel = new Kernel();
  const network = new Network(kernel, { links: () => ({ latencyUs: 1, bitsPerSecond: 1e6 }), floods: "shortest-path" });
  let heard = 0;
  for (let node = 0; node < 100; node++) network.join(() => heard++);
  connectAtRandom(network, new Streams("random"));
  const degrees = Array.from({ length: 100 }, (_, node) => network.neighbours(node).length);
  expect(Math.min(...degrees)).toBeGreaterThanOrEqual(8);
  expect(degrees.reduce((sum, degree) => sum + degree, 0)).toBe(2 * 8 * 100);
  network.flood(0, "NEWS", null, 0);
  kernel.run();
  expect(heard).toBe(99);

  const few = new Network(kernel, { links: () => ({ latencyUs: 1, bitsPerSecond: 1e6 }), floods: "links" });
  for (let node = 0; node < 3; node++) few.join(() => {});
  connectAtRandom(few, new Streams("random"));
  expect([0, 1, 2].map((node) => few.neighbours(node).length)).toEqual([2, 2, 2]);
});

test("churn: nodes are up as large a part of the time as their rates say, and one more node changes nobody's times", () => {
  const outages = (nodes: number) => {
    const kernel = new Kernel();
    const network = new Network(kernel, { links: () => ({ latencyUs: 1, bitsPerSecond: 1 }), floods: "links" });
    const ids = Array.from({ length: nodes }, () => network.join(() => {}));
    churn(kernel, network, new Streams("churn"), ids, { meanUpUs: 3_000_000, meanDownUs: 1_000_000 });
    const up = ids.map(() => [] as boolean[]);
    for (let second = 1; second <= 2000; second++) {
      kernel.run({ untilUs: second * 1_000_000 });
      for (const node of ids) up[node]!.push(network.isUp(node));
    }
    return up;
  };
  const three = outages(3);
  for (const samples of three) expect(samples.filter(Boolean).length / samples.length).toBeCloseTo(0.75, 1);
  expect(outages(4).slice(0, 3)).toEqual(three);
});

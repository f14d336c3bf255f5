/** Whole worlds under loss, churn and partitions: coins are conserved, everything ends, and what happens is what must. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeBehaviors } from "../../src/actors/behaviors/nodes.ts";
import { connectionsOf, linksOf } from "../../src/actors/connections.ts";
import type { DeliveryTimes } from "../../src/actors/delivery-times.ts";
import { GossipLatency } from "../../src/actors/gossip-latency.ts";
import { collectStats } from "../../src/actors/group-stats.ts";
import { SimulatedDelivery } from "../../src/actors/simulated-delivery.ts";
import { World } from "../../src/actors/world.ts";
import { schedulings, type WorldOutages } from "../../src/actors/world-settings.ts";
import { Kernel } from "../../src/sim/kernel.ts";
import { Streams } from "../../src/sim/streams.ts";
import { answerMadeUp, clientGroup, nodeGroup, played, settings, verifierGroup } from "./worlds.ts";

const SECOND = 1_000_000;
const HOUR = 3600 * SECOND;
const calm: WorldOutages = { loss: 0, script: [], churn: [], retryUs: 10 * SECOND };
const { jobs } = settings();
const everybody = [
  { of: "node", share: 1 },
  { of: "client", share: 1 },
  { of: "miner", share: 1 },
];

const mixed = {
  nodes: [nodeGroup("honest", 4), nodeGroup("unrelated", 1, { strategy: { name: "unrelated" }, honest: false })],
  clients: [clientGroup("local", 2), clientGroup("outsources", 1, { verification: "outsourced" })],
  verifiers: [verifierGroup("honest", 3)],
};

describe.each(schedulings)("%s work", (scheduling) => {
  test("is what it was where nothing goes wrong but the way in which times are found", async () => {
    const [without, withThem] = [
      await played({ ...mixed, scheduling }),
      await played({ ...mixed, scheduling, outages: calm }),
    ];
    const jobs = (lines: readonly string[]) => lines.filter((line) => line.includes('"job.')).length;
    // Miners hear of each transaction by itself here, so that a block may hold some fewer.
    expect(jobs(withThem.lines)).toBe(jobs(without.lines));
    expect(collectStats(withThem.world).map(({ paid, passed, failed }) => ({ paid, passed, failed }))).toEqual(
      collectStats(without.world).map(({ paid, passed, failed }) => ({ paid, passed, failed })),
    );
  });

  test("keeps every invariant under any outages, and comes out the same twice", async () => {
    const someParties = fc.record({
      of: fc.constantFrom("node", "node/honest", "client", "miner", "verifier", "miner/0"),
      share: fc.constantFrom(0.34, 0.5, 1),
    });
    const atUs = fc.integer({ min: 0, max: 90 }).map((minutes) => minutes * 60 * SECOND);
    const fault = fc.oneof(
      fc.record({
        atUs,
        kind: fc.constantFrom("down" as const, "up" as const),
        parties: fc.array(someParties, { minLength: 1, maxLength: 2 }),
      }),
      fc.record({
        atUs,
        kind: fc.constant("partition" as const),
        groups: fc.array(fc.array(someParties, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
      }),
      fc.record({ atUs, kind: fc.constant("heal" as const) }),
      fc.record({ atUs, kind: fc.constant("loss" as const), probability: fc.constantFrom(0, 0.05, 0.3) }),
    );
    const outages: fc.Arbitrary<WorldOutages> = fc.record({
      loss: fc.constantFrom(0, 0.02, 0.2),
      script: fc.array(fault, { maxLength: 5 }),
      churn: fc.constantFrom([], [{ parties: everybody, rates: { meanUpUs: 0.5 * HOUR, meanDownUs: 0.1 * HOUR } }]),
      retryUs: fc.constantFrom(SECOND, 10 * SECOND, 60 * SECOND),
    });
    await fc.assert(
      fc.asyncProperty(outages, fc.nat({ max: 1000 }), async (given, run) => {
        const change = { ...mixed, scheduling, run, outages: given };
        const [once, twice] = [await played(change), await played(change)];
        expect(twice.lines).toEqual(once.lines);
      }),
      { numRuns: 10 },
    );
  });
});

describe("outages have the consequences that they must have", () => {
  test("nodes that are all cut off work on no job until they are back", async () => {
    const outages: WorldOutages = {
      ...calm,
      script: [
        { atUs: 0, kind: "down", parties: [{ of: "node", share: 1 }] },
        { atUs: 0.5 * HOUR, kind: "up", parties: [{ of: "node", share: 1 }] },
      ],
    };
    const { lines } = await played({ outages });
    const startedUs = lines
      .filter((line) => line.includes('"job.started"'))
      .map((line) => JSON.parse(line).t as number);
    expect(startedUs.length).toBeGreaterThan(0);
    expect(Math.min(...startedUs)).toBeGreaterThan(0.5 * HOUR);
  });

  test("miners on two sides of a partition build two branches, and one when it has healed", async () => {
    const healedUs = 6 * HOUR;
    const outages: WorldOutages = {
      ...calm,
      script: [
        { atUs: 0, kind: "partition", groups: [[{ of: "miner", share: 0.5 }]] },
        { atUs: healedUs, kind: "heal" },
      ],
    };
    const change = { miners: 4, jobs: { ...jobs, hours: 1, settleHours: 9 } };
    const [whole, split] = [await played(change), await played({ ...change, outages })];
    const stale = ({ world }: typeof whole) => collectStats(world).at(-1)!.staleBlocks!;
    expect(stale(whole)).toBe(0);
    // Half of some 36 blocks in six hours, the branch with less work.
    expect(stale(split)).toBeGreaterThan(8);
    const { chain } = split.world.ledger;
    const found = split.lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "block.found");
    const later = found.filter(({ t }) => t > healedUs + 60 * SECOND);
    expect(later.at(-1).height).toBe(chain.tip.heightBlocks);
    expect(new Set(later.map(({ height }) => height)).size).toBe(later.length);
    expect(new Set(later.map(({ miner }) => miner)).size).toBeGreaterThan(2);
  });

  test("no block is refused, on whichever side of a partition it was found and whatever its miner had heard of", async () => {
    const outages: WorldOutages = {
      ...calm,
      script: [
        { atUs: 0.1 * HOUR, kind: "partition", groups: [everybody.map(({ of }) => ({ of, share: 0.5 }))] },
        { atUs: HOUR, kind: "heal" },
      ],
    };
    let found = 0;
    for (let run = 0; run < 12; run++) {
      const { world } = await played({ run, miners: 4, jobs: { ...jobs, perHour: 60 }, outages });
      expect(world.ledger.blocksRejected).toBe(0);
      found += world.ledger.blocksFound - world.ledger.chain.tip.heightBlocks;
    }
    expect(found).toBeGreaterThan(5);
  });

  test("a node that follows the protocol and is cut off when it has been paid loses its stake, since nobody hears its proof", async () => {
    const cutOffUs = (cycle: number): number => (10 + 30 * cycle) * 60 * SECOND;
    const outages: WorldOutages = {
      ...calm,
      script: Array.from({ length: 4 }, (_, cycle) => cycle).flatMap((cycle) => [
        { atUs: cutOffUs(cycle), kind: "partition", groups: [[{ of: "node", share: 1 }]] },
        { atUs: cutOffUs(cycle) + 20 * 60 * SECOND, kind: "heal" },
      ]),
    };
    const change = {
      nodes: [nodeGroup("honest", 6, { behavior: nodeBehaviors["delivers-late"] })],
      jobs: { ...jobs, perHour: 120 },
    };
    const wronglySlashed = ({ world }: Awaited<ReturnType<typeof played>>) =>
      collectStats(world).reduce((sum, standing) => sum + (standing.wronglySlashed ?? 0), 0);
    const [whole, cut] = [await played(change), await played({ ...change, outages })];
    expect(wronglySlashed(whole)).toBe(0);
    expect(wronglySlashed(cut)).toBeGreaterThan(0);
    for (const run of cut.world.runs) if (run.failedCheck !== undefined) expect(run.failedCheck).toBe("no-output");
  });
});

describe("every transmission, played", () => {
  test.each(schedulings)("arrives when actors were told, in %s work with churn and a partition", async (scheduling) => {
    const outages: WorldOutages = {
      ...calm,
      // Tries of catching up are worked out only: none may fall into the run.
      retryUs: 10 * HOUR,
      script: [
        {
          atUs: 0.4 * HOUR,
          kind: "partition",
          groups: [
            [
              { of: "node", share: 0.3 },
              { of: "miner/0", share: 1 },
            ],
          ],
        },
        { atUs: 0.6 * HOUR, kind: "heal" },
      ],
      churn: [{ parties: everybody, rates: { meanUpUs: 0.5 * HOUR, meanDownUs: 0.05 * HOUR } }],
    };
    for (const given of [undefined, outages]) {
      const change = { ...mixed, scheduling, outages: given };
      const [worked, both] = [await played(change), await played({ ...change, simulateDelivery: "compared" })];
      expect(both.lines).toEqual(worked.lines);
      const { messages } = both.world;
      expect(messages).toBeInstanceOf(SimulatedDelivery);
      expect((messages as SimulatedDelivery).arrivals).toBeGreaterThan(1000);
      expect(both.world.kernel.executed).toBeGreaterThan(3 * worked.world.kernel.executed);
    }
  });

  test("fails the run where one comes at another time", async () => {
    const { kernel, topology } = new World(settings(), { provideOutputs: answerMadeUp, check: false });
    const times = new GossipLatency(kernel, topology, new Set());
    const wrong: DeliveryTimes = {
      traffic: times.traffic,
      countFlood: () => {},
      countDirect: () => {},
      directArrivesUs: (...sent) => times.directArrivesUs(...sent),
      floodCompleteUs: (...sent) => times.floodCompleteUs(...sent),
      floodArrivesUs: (...sent) => times.floodArrivesUs(...sent) + 1,
    };
    const later = new Kernel();
    const played = new SimulatedDelivery(later, wrong, topology, { detail: "compared" });
    played.countFlood(0, 100, 0);
    expect(() => later.run()).toThrow(
      /flood of 100 bytes from 0, sent at 0 us: came to \d+ at \d+ us, expected at \d+ us/,
    );
  });
});

describe("peers that found one another", () => {
  const size = 60;
  const [wanted, streams] = [8, new Streams("peers")];
  const discovered = connectionsOf("discovered", streams, size, wanted);

  test("are enough for everybody, in one piece, and the same each time", () => {
    const peers = Array.from({ length: size }, (_, node) => discovered.filter((pair) => pair.includes(node)).length);
    expect(Math.min(...peers)).toBeGreaterThanOrEqual(wanted);
    const times = new GossipLatency(
      new Kernel(),
      { size, links: linksOf(streams), connections: discovered },
      new Set(),
    );
    expect(times.floodCompleteDelayUs(0, 100)).toBeLessThan(10 * SECOND);
    for (let to = 0; to < size; to++) expect(times.delayUs(0, to, 100)).toBeLessThan(Infinity);
    expect(connectionsOf("discovered", new Streams("peers"), size, wanted)).toEqual(discovered);
    expect(connectionsOf("discovered", new Streams("peers", 1), size, wanted)).not.toEqual(discovered);
  });

  test("are refused where so few are wanted that the network is in pieces", () => {
    expect(() => connectionsOf("discovered", streams, size, 1)).toThrow(
      /1 wanted by each left the network in pieces, one of \d+ of 60 parties; expected more \(outboundConnections\)/,
    );
  });

  test("carry a network that comes to its end like one of drawn connections", async () => {
    const { world } = await played({ ...mixed, peering: "discovered" });
    expect(world.runs.filter(({ payment }) => payment !== undefined).length).toBeGreaterThan(20);
  });
});
